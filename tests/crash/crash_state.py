"""Where the state under test is kept, seen past dac: a file, or a server that speaks Terraform's protocol."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import httpx
from state_server import KEYS, PASSWORD, USER, StateServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "lab-crash"
"""The state of stack `crash` on console `lab`, as a server calls it."""
_FOLDER = "server"
_SECONDS = 30.0


class Kept(Protocol):
    """A state that somebody else looks at."""

    def if_new(self) -> bytes | None:
        """Return what is stored; None while it is what it was at the last look. An error when there is none."""
        ...

    def left(self) -> Iterator[str]:
        """Yield what a run that has ended should not have left."""
        ...


@dataclass
class InFile:
    """The file of the local back end, known as another one by its inode."""

    path: Path
    seen: tuple[int, int] = (0, 0)

    def if_new(self) -> bytes | None:
        status = self.path.stat()
        if (status.st_ino, status.st_mtime_ns) == self.seen:
            return None
        data = self.path.read_bytes()
        self.seen = (status.st_ino, status.st_mtime_ns)
        return data

    def left(self) -> Iterator[str]:
        """The kernel frees the lock of whoever is gone."""
        yield from ()


@dataclass
class OnServer:
    """The document of the http back end."""

    url: str
    seen: bytes = b""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(auth=(USER, PASSWORD), trust_env=False, verify=False, timeout=_SECONDS)  # noqa: S501 - loopback

    def if_new(self) -> bytes | None:
        answer = self.http.get(f"{self.url}/state/{NAME}").raise_for_status()
        if answer.content == self.seen:
            return None
        self.seen = answer.content
        return answer.content

    def left(self) -> Iterator[str]:
        """A lock of the server outlives whoever took it; the protocol shows it only to whoever tries to take it."""
        lock = f"{self.url}/state/{NAME}/lock"
        answer = self._ask("POST", lock, dict.fromkeys(KEYS, "") | {"ID": "somebody else"})
        if answer.status_code != httpx.codes.OK:
            yield f"the state is locked: {answer.text}"
        else:
            self._ask("DELETE", lock, {"ID": "somebody else"}).raise_for_status()

    def _ask(self, method: str, url: str, body: dict[str, str]) -> httpx.Response:
        content = json.dumps(body).encode()
        digest = StateServer.checksum(content)
        return self.http.request(method, url, content=content, headers={"Content-MD5": digest})


class Serving:
    """A state server with the states that lie in a folder, and puts them back there."""

    def __init__(self, root: Path) -> None:
        self._folder = root / _FOLDER
        self._server = StateServer()
        if self._folder.exists():
            self._server.versions.update({path.name: [path.read_bytes()] for path in self._folder.iterdir()})
        self._server.__enter__()
        self.url = self._server.url

    def stop(self) -> None:
        self._server.__exit__()
        self._folder.mkdir(exist_ok=True)
        for name, versions in self._server.versions.items():
            if versions:
                (self._folder / name).write_bytes(versions[-1])
