"""The places that states are kept in, for the one contract they all keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from state_server import PASSWORD, USER, StateServer

from dac.state.http import HttpBackend, Server
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

    from dac.state.backend import StateBackend


@dataclass
class LocalPlace:
    folder: Path

    def backend(self) -> StateBackend:
        return LocalBackend(self.folder)

    def put(self, data: bytes, name: str = "prod/cloud") -> None:
        path = self.folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def raw(self) -> bytes | None:
        path = self.folder / "prod/cloud.json"
        return path.read_bytes() if path.exists() else None


@dataclass
class ServerPlace:
    """`slept` is how long was waited for what, instead of waiting."""

    folder: Path
    server: StateServer
    slept: list[float] = field(default_factory=list)
    retry_max: int = 3

    def backend(self, *, folder: Path | None = None) -> HttpBackend:
        """A back end as every run makes one; with another `folder`, as another checkout does."""
        server = Server(**self.server.addresses(), retry_max=self.retry_max, credentials=lambda: (USER, PASSWORD))
        return HttpBackend(server, folder or self.folder, sleep=self.slept.append, clock=lambda: sum(self.slept))

    def put(self, data: bytes, name: str = "prod/cloud") -> None:
        self.server.versions[name.replace("/", "-")].append(data)

    def raw(self) -> bytes | None:
        return self.server.stored()


Place = LocalPlace | ServerPlace
