"""States on a server that speaks Terraform's HTTP protocol, GitLab's above all.

Beside them, in the project's own state folder, lie the proof of which lock a killed run of this checkout has left,
and `<console>/<stack>.rescue.json` when a state could not be written.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dac.errors import StateError
from dac.model.run import never
from dac.state.backend import check_owner, check_successor, file_stem
from dac.state.codec import decode, encode
from dac.state.durable import file_errors, replace_file
from dac.state.http_answers import refused
from dac.state.http_documents import Documents
from dac.state.http_index import StackIndex
from dac.state.http_lock import ServerLock
from dac.state.http_wire import Server, Wire
from dac.state.local_lock import left_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import httpx

    from dac.model.run import Holder
    from dac.state.document import StateDocument

__all__ = ["HttpBackend", "Server"]


class HttpBackend:
    """A StateBackend on a server. `folder` is the project's state folder; `transport` takes the network's place."""

    def __init__(
        self,
        server: Server,
        folder: Path,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._wire = Wire(server, sleep=sleep, transport=transport)
        self._documents = Documents(self._wire)
        self._index = StackIndex(self._documents)
        self._lock_ids: dict[tuple[str, str], str] = {}
        self._confirmed: dict[tuple[str, str], StateDocument] = {}

    def read(self, stack: str, console: str) -> StateDocument | None:
        """See StateBackend. A server that shows less than what it has confirmed to this run is asked again."""
        found = self._decoded(stack, console)
        for pause in self._wire.pauses():
            if not self._outdated(stack, console, found):
                return found
            self._wire.sleep(pause)
            found = self._decoded(stack, console)
        if self._outdated(stack, console, found):
            raise StateError(
                f"{self.where(stack, console)} is older than what this run has written there",
                detail=f"It shows {f'serial {found.serial}' if found else 'no state'}, after it has confirmed "
                f"serial {self._confirmed[stack, console].serial}.",
                hint="The server has lost a write. Run `dac plan`: it looks at the console and finds what was done.",
            )
        return found

    def fetch(self, stack: str, console: str) -> bytes | None:
        """See StateBackend."""
        file_stem(self._folder, stack, console)
        return self._documents.fetch(stack, console)

    def write(self, document: StateDocument) -> StateDocument:
        """See StateBackend. What cannot be written is saved in a rescue file, which `dac state push` takes."""
        stack, console = document.stack, document.console.name
        stored = self.read(stack, console)
        if stored is not None and stored.lineage == document.lineage and document.same_content(stored):
            return stored
        check_successor(stored, document, where=self.where(stack, console))
        self.overwrite(document)
        return document

    def overwrite(self, document: StateDocument) -> None:
        """See StateBackend."""
        stack, console = document.stack, document.console.name
        data = encode(document)
        try:
            self._index.add(stack, console)
            answer = self._documents.store(stack, console, data, lock_id=self._lock_ids.get((stack, console), ""))
            if not answer.accepted:
                raise refused(answer, f"write {self.where(stack, console)}")
        except StateError as error:
            self._rescue(error, document, data)
            raise
        self._confirmed[stack, console] = document

    @contextmanager
    def lock(
        self, stack: str, console: str, holder: Holder, timeout: float, *, stopping: Callable[[], bool] = never
    ) -> Iterator[None]:
        """See StateBackend. One that a killed run of this checkout left is taken over; any other is LockHeld."""
        with self._server_lock(stack, console).held(holder, timeout, stopping):
            self._lock_ids[stack, console] = holder.run_id
            try:
                yield
            finally:
                del self._lock_ids[stack, console]

    def read_holder(self, stack: str, console: str, asking: Holder) -> Holder | None:
        """See StateBackend."""
        return self._server_lock(stack, console).read_holder(asking)

    def noted_holder(self, stack: str, console: str) -> Holder | None:
        """See StateBackend: the note of a run of this checkout."""
        return left_by(file_stem(self._folder, stack, console).with_suffix(".lock"))

    @property
    def notes_every_holder(self) -> bool:
        """See StateBackend: whoever works elsewhere leaves no note here."""
        return False

    def break_lock(self, stack: str, console: str, holder: Holder) -> None:
        """See StateBackend."""
        self._server_lock(stack, console).break_lock(holder)

    def step(self, stack: str, console: str, *lines: Mapping[str, Any]) -> None:
        """See StateBackend: a server keeps no journal."""

    def stacks(self, console: str) -> tuple[str, ...]:
        """See StateBackend."""
        return tuple(sorted(self._index.stacks(console)))

    def where(self, stack: str, console: str) -> str:
        """See StateBackend."""
        return self._documents.where(stack, console)

    def _server_lock(self, stack: str, console: str) -> ServerLock:
        return ServerLock(self._wire, file_stem(self._folder, stack, console), stack, console, self._clock)

    def _decoded(self, stack: str, console: str) -> StateDocument | None:
        data = self.fetch(stack, console)
        if data is None:
            return None
        where, recovery = self.where(stack, console), _recovery(stack, console)
        document = decode(data, where=where, recovery=recovery)
        check_owner(document, stack, console, where=where, recovery=recovery)
        return document

    def _outdated(self, stack: str, console: str, found: StateDocument | None) -> bool:
        written = self._confirmed.get((stack, console))
        if written is None:
            return False
        return found is None or (found.lineage == written.lineage and found.serial < written.serial)

    def _rescue(self, error: StateError, document: StateDocument, data: bytes) -> None:
        """Save what could not be written, and say so in the error."""
        stack, console = document.stack, document.console.name
        path = file_stem(self._folder, stack, console).with_suffix(".rescue.json")
        try:
            with file_errors("write", path):
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, data)
        except StateError as second:
            error.detail = f"{error.detail} It could not be saved here either: {second.summary}."
            return
        error.hint = (
            f"{error.hint} The state was saved to {path}: once the server takes it, "
            f"`dac state push {path} --console {console}`. Without that, too, the next plan looks at the console and "
            "finds what was done."
        )


def _recovery(stack: str, console: str) -> str:
    return (
        f"Look at it with `dac state pull {stack} --console {console}`. GitLab keeps every version: put a good one "
        f"back with `dac state push FILE --force --console {console}`, or make the state anew from what is on the "
        f"console with `dac state rebuild {stack} --console {console}`."
    )
