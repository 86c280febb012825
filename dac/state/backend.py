"""What a place that keeps states can do, and the rules every such place keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from dac.errors import StateError
from dac.model.run import never

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from dac.model.run import Holder
    from dac.state.document import StateDocument

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


class StateBackend(Protocol):
    """Keeps one document per stack and console. Whatever goes wrong is a StateError (LockHeld for a lock)."""

    def read(self, stack: str, console: str) -> StateDocument | None:
        """Return the stored document, or None when there never was one."""
        ...

    def fetch(self, stack: str, console: str) -> bytes | None:
        """Return what is stored as it is, also when it is no document; None when nothing is."""
        ...

    def write(self, document: StateDocument) -> StateDocument:
        """Store the successor of what is stored and return what is stored now. Call it under the lock.

        Its serial must be the stored one + 1 and its lineage the same (`journal.next_serial`), or another run has
        been here. A document with the same content as the stored one is not written; the stored one is returned.
        When this returns, a power cut does not undo it.
        """
        ...

    def overwrite(self, document: StateDocument) -> None:
        """Store a document whatever is there: for whoever repairs a state. Call it under the lock."""
        ...

    def lock(
        self, stack: str, console: str, holder: Holder, timeout: float, *, stopping: Callable[[], bool] = never
    ) -> AbstractContextManager[None]:
        """Hold the state of one stack, waiting up to `timeout` seconds; LockHeld names who has it.

        Interrupted names it, too, when `stopping` says so while this waits.
        """
        ...

    def read_holder(self, stack: str, console: str, asking: Holder) -> Holder | None:
        """Return who holds a lock that may outlive its holder; None when nobody does, or when locks never do that."""
        ...

    def noted_holder(self, stack: str, console: str) -> Holder | None:
        """Return who noted on this machine that it holds a lock, and may have died since. No lock is taken."""
        ...

    @property
    def notes_every_holder(self) -> bool:
        """Whether no run can hold a lock without such a note."""
        ...

    def break_lock(self, stack: str, console: str, holder: Holder) -> None:
        """Take the lock from a holder that `read_holder` has returned."""
        ...

    def step(self, stack: str, console: str, *lines: Mapping[str, Any]) -> None:
        """Note steps of one run, which each line names under `run_id`. A back end without a journal does nothing."""
        ...

    def stacks(self, console: str) -> tuple[str, ...]:
        """Return the stacks that have a state on a console, sorted."""
        ...

    def where(self, stack: str, console: str) -> str:
        """Return the place of a document, for messages."""
        ...


def file_stem(folder: Path, stack: str, console: str) -> Path:
    """Return `folder/console/stack`; StateError for names that are no plain file names."""
    for what, name in (("stack", stack), ("console", console)):
        if not is_plain(name):
            raise StateError(
                f"{name!r} cannot be the name of a {what}: the state of {what}s is kept in files of that name",
                hint=f"Rename the {what}: letters, digits, - and _ are fine.",
            )
    return folder / console / stack


def is_plain(name: str) -> bool:
    """Whether a name can be that of a file, on every system."""
    return _PLAIN.fullmatch(name) is not None


def check_owner(document: StateDocument, stack: str, console: str, *, where: str, recovery: str) -> None:
    """StateError when a document was stored for another stack or console: somebody copied or moved it."""
    if (document.stack, document.console.name) == (stack, console):
        return
    is_of = f"stack {document.stack} on console {document.console.name}"
    raise StateError(
        f"{where} is the state of {is_of}, not of stack {stack} on console {console}",
        detail="Using it would change or delete the wrong things. Somebody copied, moved or renamed it by hand.",
        hint=f"Put it back where it belongs ({is_of}). {recovery}",
    )


def check_successor(stored: StateDocument | None, document: StateDocument, *, where: str) -> None:
    """StateError unless `document` is what comes right after `stored`."""
    if stored is None and document.serial == 1:
        return
    if stored is not None and (stored.lineage, stored.serial + 1) == (document.lineage, document.serial):
        return
    began = document.serial - 1
    if stored is None:
        detail = f"This run started from serial {began}, and the state is gone."
    elif stored.lineage != document.lineage:
        detail = f"It holds another lineage ({stored.lineage}) than this run started from ({document.lineage})."
    else:
        detail = f"It holds serial {stored.serial}, and this run started from serial {began}."
    raise StateError(
        f"{where} was changed by another run",
        detail=f"{detail} Nothing was overwritten.",
        hint="Run `dac plan`: it reads the state and the console anew, and finds what this run has done.",
    )
