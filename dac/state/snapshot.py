"""States as a snapshot keeps them: to be read, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from dac.errors import StateError
from dac.model.run import never
from dac.state.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from dac.model.run import Holder
    from dac.state.document import StateDocument


class SnapshotBackend:
    """A StateBackend of what was stored for one console when the snapshot was made, by stack."""

    def __init__(self, documents: Mapping[str, StateDocument], console: str) -> None:
        self._documents = documents
        self._console = console

    def read(self, stack: str, console: str) -> StateDocument | None:
        """See StateBackend."""
        return self._documents.get(stack) if console == self._console else None

    def fetch(self, stack: str, console: str) -> bytes | None:
        """See StateBackend."""
        document = self.read(stack, console)
        return encode(document) if document else None

    def write(self, document: StateDocument) -> StateDocument:
        """See StateBackend. StateError, always."""
        self._refuse(document.stack)

    def overwrite(self, document: StateDocument) -> None:
        """See StateBackend. StateError, always."""
        self._refuse(document.stack)

    def lock(
        self,
        stack: str,
        console: str,  # noqa: ARG002 - the protocol's
        holder: Holder,  # noqa: ARG002 - the protocol's
        timeout: float,  # noqa: ARG002 - the protocol's
        *,
        stopping: Callable[[], bool] = never,  # noqa: ARG002 - the protocol's
    ) -> AbstractContextManager[None]:
        """See StateBackend. StateError, always."""
        self._refuse(stack)

    def read_holder(self, stack: str, console: str, asking: Holder) -> Holder | None:  # noqa: ARG002 - the protocol's
        """See StateBackend: nobody holds what nobody writes."""
        return None

    def noted_holder(self, stack: str, console: str) -> Holder | None:  # noqa: ARG002 - the protocol's
        """See StateBackend: a snapshot does not say."""
        return None

    @property
    def notes_every_holder(self) -> bool:
        """See StateBackend."""
        return False

    def break_lock(self, stack: str, console: str, holder: Holder) -> None:
        """See StateBackend: there is none to break."""

    def step(self, stack: str, console: str, *lines: Mapping[str, object]) -> None:
        """See StateBackend: there is no journal."""

    def stacks(self, console: str) -> tuple[str, ...]:
        """See StateBackend."""
        return tuple(sorted(self._documents)) if console == self._console else ()

    def where(self, stack: str, console: str) -> str:
        """See StateBackend."""
        return f"the snapshot's state of stack {stack} on console {console}"

    def _refuse(self, stack: str) -> NoReturn:
        raise StateError(
            f"the state of stack {stack} comes from a snapshot and cannot be written",
            hint="run this without --snapshot, where the console and the states can be reached",
        )
