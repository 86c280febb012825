"""Who still reads what a plan takes away: by the record, by the stacks, and by what the console says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.plan import Refusal
from dac.model.readers import Readers
from dac.model.reads import Absent, Found
from dac.model.resource import Recorded
from dac.planning.order import identity, identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.resource import Reference
    from dac.planning.situation import Situation

TAKES_AWAY = (Action.DELETE, Action.REPLACE)
"""After these a thing is not on the console any more, or not the same one."""

_LETS_GO = (*TAKES_AWAY, Action.UPDATE, Action.ADOPT)
_READS_AS = {"detection": "rule", "building_block": "rule", "custom_property": "custom_property"}
_SHOWN = 8
_LOOK = (
    "let the token read it (rules need System Administrator) and plan again; or make sure that nothing reads it and "
    "name --allow readers-unknown for this run"
)


def still_read(situation: Situation, changes: tuple[Change, ...]) -> Iterator[Refusal]:
    """What somebody still reads is neither deleted nor replaced."""
    doomed = [change for change in changes if change.action in TAKES_AWAY]
    if not doomed:
        return
    after = _readers(_read_after(situation, changes))
    before = _readers((r.address, r.references) for r in (*situation.recorded.values(), *situation.readers))
    on_console = _OnConsole(situation, changes)
    for change in doomed:
        readers = set(after.get(identity(change), ()))
        if change.action is Action.REPLACE:  # it goes before its readers are changed, and under its recorded name
            readers |= before.get(identity_of(change.recorded) if change.recorded else identity(change), set())
        readers.discard(change.address)
        texts = {*map(str, readers), *on_console.of(change)}
        if texts:
            yield _read_refusal(change, sorted(texts))


def readers_unknown(situation: Situation, changes: Iterable[Change]) -> Iterator[Refusal]:
    """What could be read by something that could not be looked at stays; each reason is said once."""
    concerned: dict[str, list[Change]] = {}
    for change in changes:
        if change.action in TAKES_AWAY:
            for reason in situation.on_console.get(change.address, Readers()).unknown:
                concerned.setdefault(reason, []).append(change)
    for reason, found in concerned.items():
        names = [change.address.local for change in found]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        summary = (
            f"whether anything on the console still reads {', '.join(names[:_SHOWN])}{more} is not known: {reason}"
        )
        yield Refusal("readers-unknown", summary, found[0].address if len(found) == 1 else None, _LOOK)


class _OnConsole:
    """What the console says reads a thing, less what this very plan changes or takes away."""

    def __init__(self, situation: Situation, changes: Iterable[Change]) -> None:
        self._readers = situation.on_console
        self._going = {change.address for change in changes if change.action in _LETS_GO}
        self._managed = dict(_numbers(situation))

    def of(self, change: Change) -> Iterator[str]:
        """Yield the readers of a thing that goes: addresses, or what people call them where dac does not manage them.

        A replace comes before its readers change. Before a delete they have: what they read then, their
        references say.
        """
        for reader in self._readers.get(change.address, Readers()).found:
            address = self._managed.get((reader.kind, reader.remote_id))
            if address is None:
                yield reader.text
            elif address != change.address and (change.action is Action.REPLACE or address not in self._going):
                yield str(address)


def _numbers(situation: Situation) -> Iterator[tuple[tuple[str, str], Address]]:
    """Yield what the project manages on the console, of all stacks, by what a reader is known by."""
    for record in situation.readers:
        if isinstance(record, Recorded):
            yield (_READS_AS.get(record.address.kind, ""), record.remote_id), record.address
    for address in situation.desired.keys() | situation.recorded.keys():
        read = situation.reads.get(address)
        if isinstance(read, Found):
            yield (_READS_AS.get(address.kind, ""), read.live.remote_id), address


def _readers(references: Iterable[tuple[Address, tuple[Reference, ...]]]) -> dict[tuple[str, str], set[Address]]:
    """Turn who reads what into what is read by whom."""
    readers: dict[tuple[str, str], set[Address]] = {}
    for address, read in references:
        for reference in read:
            readers.setdefault((reference.kind, reference.name), set()).add(address)
    return readers


def _read_after(situation: Situation, changes: Iterable[Change]) -> Iterator[tuple[Address, tuple[Reference, ...]]]:
    """Yield what is read once this plan is carried out, by whom.

    What is forgotten stays on the console and reads on; what this plan does not touch reads what it did, and what
    the stack wants of it; what is not on the console reads nothing.
    """
    planned = {change.address: change for change in changes}
    for address in situation.desired.keys() | situation.recorded.keys():
        change = planned.get(address)
        if change is not None and change.desired is not None:
            yield address, change.desired.references
        elif change is not None:
            if change.action is Action.FORGET and change.live is not None and change.recorded is not None:
                yield address, change.recorded.references
        elif not isinstance(situation.reads.get(address), Absent):
            for subject in (situation.recorded.get(address), situation.desired.get(address)):
                if subject is not None:
                    yield address, subject.references
    yield from ((reader.address, reader.references) for reader in situation.readers)


def _read_refusal(change: Change, readers: list[str]) -> Refusal:
    who = ", ".join(readers)
    if change.action is Action.DELETE:
        summary = f"{change.address.local} is still read by {who}"
        hint = "change the readers first; or name --allow still-read for this run: QRadar may refuse it all the same"
        return Refusal("still-read", summary, change.address, hint)
    forced = ", ".join(edit.path for edit in change.edits if edit.reason)
    summary = f"{change.address.local} would be replaced ({forced}) while {who} reads it"
    hint = (
        "declare a second one under another name, move the readers over, apply, and then take the old one out; "
        "or name it with --allow replace-read for this run"
    )
    return Refusal("replace-read", summary, change.address, hint)
