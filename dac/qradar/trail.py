"""What a client has to say of its writes, for the audit log: which request, on behalf of what, and how it ended."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dac.errors import Unauthorized, Unreachable
from dac.model.change import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dac.errors import ConsoleError
    from dac.model.address import Address

_EXTENSIONS = "/config/extension_management/"


class Fate(StrEnum):
    """How a write request ended."""

    DONE = "done"
    REFUSED = "refused"  # the console said no
    UNKNOWN = "unknown"  # it was sent, and no answer that says anything came back
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True)
class Write:
    """One request that could change a console. `status` is HTTP's, None without an answer; `error` a class of ours."""

    method: str
    path: str
    channel: Channel
    addresses: tuple[Address, ...]
    fate: Fate
    status: int | None = None
    error: str = ""


class Trail:
    """Hands every write of one client to whoever follows it. Writes are made one after the other, never at once."""

    def __init__(self) -> None:
        self._followers: list[Callable[[Write], None]] = []
        self._addresses: tuple[Address, ...] = ()

    def follow(self, tell: Callable[[Write], None]) -> None:
        """Tell `tell` of every write from now on. What it raises ends the run: no write goes unrecorded."""
        self._followers.append(tell)

    @contextmanager
    def about(self, addresses: Iterable[Address]) -> Iterator[None]:
        """Everything written within the block is on behalf of these addresses; the innermost block counts."""
        before, self._addresses = self._addresses, tuple(addresses)
        try:
            yield
        finally:
            self._addresses = before

    def done(self, method: str, path: str, status: int) -> None:
        """A write was answered with a success."""
        self._tell(method, path, Fate.DONE, status, "")

    def failed(self, method: str, path: str, error: ConsoleError) -> None:
        """A write was refused, or nobody knows what became of it."""
        self._tell(method, path, _fate(error), error.status, type(error).__name__)

    def _tell(self, method: str, path: str, fate: Fate, status: int | None, error: str) -> None:
        channel = Channel.EXTENSION if path.startswith(_EXTENSIONS) else Channel.REST
        for tell in self._followers:
            tell(Write(method, path, channel, self._addresses, fate, status, error))


def _fate(error: ConsoleError) -> Fate:
    if error.status is not None:
        return Fate.REFUSED
    return Fate.UNSENT if isinstance(error, Unreachable | Unauthorized) else Fate.UNKNOWN
