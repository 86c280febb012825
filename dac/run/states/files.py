"""`dac state pull` and `dac state push`: a whole state, from where it is kept to a file and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.errors import DacError, DamagedState, StateError
from dac.run.states.stored import Written
from dac.state.codec import decode

if TYPE_CHECKING:
    from pathlib import Path

    from dac.run.states.stored import Stored, Writing
    from dac.state.document import StateDocument

_FORCE = "If that is what you want, add --force: what is there is kept in a file first."


@dataclass(frozen=True, slots=True)
class Pushed:
    """The document that is stored now; `written` is None when it was there already, or on a dry run."""

    document: StateDocument
    written: Written | None


def pull(place: Stored, stack: str | None) -> bytes:
    """Return what is stored of a stack as it is, also when dac cannot read it; None means the only stack there is."""
    known = place.stacks()
    if stack is None:
        if len(known) != 1:
            raise DacError("which stack?", hint=f"stacks with a state: {', '.join(known) or 'none'}")
        stack = known[0]
    data = place.backend.fetch(stack, place.console.name)
    if data is None:
        hint = f"recorded there: {', '.join(known) or 'nothing yet'}"
        raise DacError(f'nothing is recorded of stack "{stack}" on console {place.console.name}', hint=hint)
    return data


def read_file(path: Path) -> StateDocument:
    """Return the state in a file; StateError says in what way it holds none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DacError(f"{path} cannot be read: {error.strerror or error}") from None
    return decode(data, where=str(path), recovery="`dac state pull` writes a state that can be pushed.")


def push(place: Stored, document: StateDocument, writing: Writing, *, force: bool) -> Pushed:
    """Store a document from a file in place of what is there.

    StateError when it is another console's; unless `force`, also when it is older than what is there, of another
    lineage, or of a stack that nobody knows.
    """
    _check_console(place, document, force=force)
    if not force:
        place.require_stack(document.stack)
    with place.locked([document.stack], writing):
        stored, serial = _stored(place, document.stack, force=force)
        if stored is not None and stored == document:
            return Pushed(document, None)
        if not force and stored is not None:
            _check_follows(stored, document)
        if serial is not None and document.serial <= serial:
            document = replace(document, serial=serial + 1)
        if writing.dry_run:
            return Pushed(document, None)
        copy = place.keep_copy(document.stack, str(serial) if stored is not None else f"broken-{writing.now}")
        place.backend.overwrite(document)
        return Pushed(document, Written(document.stack, document.serial, copy))


def _check_console(place: Stored, document: StateDocument, *, force: bool) -> None:
    made, here = document.console, place.console
    if made.name != here.name:
        raise StateError(
            f"this is the state of stack {document.stack} on console {made.name}, not on console {here.name}",
            hint=f"push it with --console {made.name}; no --force makes it another console's",
        )
    if made.url != here.url and not force:
        raise StateError(
            f"this state was made on console {made.name} when that was {made.url}; it is {here.url} now", hint=_FORCE
        )


def _stored(place: Stored, stack: str, *, force: bool) -> tuple[StateDocument | None, int | None]:
    """Return what is there and its serial; with `force` what is there may be broken."""
    try:
        document = place.backend.read(stack, place.console.name)
    except DamagedState:
        if not force:
            raise
        return None, place.serial_of_broken(stack)
    return document, document.serial if document else None


def _check_follows(stored: StateDocument, document: StateDocument) -> None:
    if stored.lineage != document.lineage:
        raise StateError(
            f"this state has lineage {document.lineage}, and what is there has lineage {stored.lineage}",
            detail="They have had nothing to do with each other since they were first written.",
            hint=_FORCE,
        )
    if document.serial < stored.serial:
        raise StateError(
            f"this state has serial {document.serial}, and what is there is newer: serial {stored.serial}", hint=_FORCE
        )
    if document.serial == stored.serial:
        raise StateError(
            f"both this state and what is there have serial {stored.serial}, and they differ",
            detail="Two runs have each written their own successor of the same state.",
            hint=_FORCE,
        )
