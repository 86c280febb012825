"""`dac state mv` and `dac state rm`: records get another address, or are forgotten. The console sees nothing of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.errors import DacError, StateError
from dac.model.address import Address, is_name
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.run.states.stored import Stored, Writing, Written
    from dac.state.document import StateDocument

_AMBIGUOUS = "`dac state list` shows all; stack/kind.name is unambiguous"


@dataclass(frozen=True, slots=True)
class Edited:
    """What was done, or would be: addresses before and after (None: forgotten). On a dry run nothing is written."""

    addresses: tuple[tuple[Address, Address | None], ...]
    written: tuple[Written, ...]


def move(place: Stored, old: str, new: str, to_stack: str, writing: Writing) -> Edited:
    """Give a record another address; `new` or `to_stack` may be '', not both.

    DacError when nothing or two things are recorded under `old`, or when `new` is taken or of another kind.
    """
    source = _find(place.documents(place.stacks()), old)
    target = _target(source, new, to_stack)
    if target == source:
        raise DacError(f"{source} is its address already")
    place.require_stack(target.stack)
    stacks = {source.stack, target.stack}
    if writing.dry_run:
        _moved(place, place.documents(stacks), source, target)
        return Edited(((source, target),), ())
    with place.locked(stacks, writing):
        before = place.documents(stacks)
        after = _moved(place, before, source, target)
        return Edited(((source, target),), place.rewrite(before, after))


def forget(place: Stored, texts: Sequence[str], writing: Writing) -> Edited:
    """Take records out of the state; what they are of stays on the console. DacError when one is not recorded."""
    documents = place.documents(place.stacks())
    addresses = tuple(dict.fromkeys(_find(documents, text) for text in texts))
    stacks = {address.stack for address in addresses}
    pairs = tuple((address, None) for address in addresses)
    if writing.dry_run:
        return Edited(pairs, ())
    with place.locked(stacks, writing):
        before = place.documents(stacks)
        for address in addresses:
            _find(before, str(address))
        after = {
            stack: journal.forgotten(before[stack], {a.local for a in addresses if a.stack == stack})
            for stack in sorted(stacks)
        }
        return Edited(pairs, place.rewrite(before, after))


def _find(documents: Mapping[str, StateDocument], text: str) -> Address:
    """Return the one address that is recorded, or pending, and was meant."""
    known = {
        Address.parse(local, stack=stack)
        for stack, document in documents.items()
        for local in {*document.resources, *document.pending}
    }
    found = [address for address in known if text in (str(address), address.local)]
    if len(found) != 1:
        what = "nothing is recorded under that address" if not found else "several stacks have that address"
        raise DacError(f"{text}: {what}", hint=_AMBIGUOUS)
    return found[0]


def _target(source: Address, new: str, to_stack: str) -> Address:
    stack = to_stack or source.stack
    try:
        target = Address.parse(new or source.local, stack=stack)
    except ValueError as error:
        raise DacError(str(error)) from None
    if to_stack and target.stack != to_stack:
        raise DacError(f"{new} is in stack {target.stack}, and --to-stack says {to_stack}")
    if target.kind != source.kind:
        raise DacError(f"{source} cannot become a {target.kind}", hint="its kind is what it is; only the name moves")
    if not is_name(target.name):
        raise DacError(f'"{target.name}" is no name: a letter, then letters, digits, _ and -')
    return target


def _moved(
    place: Stored, documents: Mapping[str, StateDocument], source: Address, target: Address
) -> dict[str, StateDocument]:
    """Return the documents after the move, the one that loses the record first.

    Should the run end between the two, nothing has the record and the next plan finds the thing by its uuid or
    marker. The other way round two stacks would have it, and one of them would plan its deletion.
    """
    there = documents.get(target.stack)
    if there is not None and target.local in {*there.resources, *there.pending}:
        raise DacError(f"{target} is recorded already", hint="`dac state rm` forgets it, if it really is the same")
    home = documents[source.stack]
    _find({source.stack: home}, str(source))
    if target.stack == source.stack:
        return {home.stack: replace(journal.renamed(home, source, target), context_digest="")}
    if source.local in home.pending:
        raise DacError(
            f"what an apply did to {source} is not known yet",
            hint=f"finish it with `dac apply {source.stack} --console {home.console.name}`, then move it",
        )
    there = there or journal.new_document(target.stack, home.console, lineage=str(uuid4()))
    if there.console != home.console:
        raise StateError(
            f"the states of stacks {home.stack} and {there.stack} are not of the same console",
            detail=f"One is bound to {home.console.url}, the other to {there.console.url}, or to another id there.",
            hint=f"apply both to console {place.console.name} first",
        )
    record = replace(home.resources[source.local], address=target)
    grown = journal.with_recorded(there, record)
    return {
        home.stack: journal.forgotten(home, {source.local}),
        there.stack: replace(grown, context_digest=""),
    }
