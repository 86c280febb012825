"""The use case `state rebuild`: a lost or broken state, made anew from what is on the console and the project's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.errors import DamagedState
from dac.planning.plan import plan
from dac.planning.situation import Options
from dac.resources.registry import kind
from dac.run.plan.observation import Looking, observe
from dac.run.recording import record_of
from dac.run.records import Records, bound
from dac.run.states.stored import Written
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.resource import Recorded
    from dac.run.console import Console
    from dac.run.scope import Scope
    from dac.run.states.stored import Stored, Writing


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What will be written.

    found: each record, and whether the console has it as the stack wants it. others: declared, and there by name, but
    without a sign that this project made it. absent: declared and not there. kept: recorded already. broken: stacks
    whose state could not be read and is given up.
    """

    found: tuple[tuple[Recorded, bool], ...]
    others: tuple[Address, ...]
    absent: tuple[Address, ...]
    kept: int
    broken: tuple[str, ...]

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks whose state changes."""
        return tuple(sorted({record.address.stack for record, _ in self.found} | set(self.broken)))


def rebuild(
    scope: Scope, place: Stored, console: Console, writing: Writing, approve: Callable[[Rebuild], bool]
) -> tuple[Written, ...] | None:
    """Record what is declared, on the console, ours by uuid or marker, and not recorded; None when `approve` says no.

    Nothing is written to the console. A state that is there and in order keeps what it holds. A StateError of a state
    that a newer dac wrote, or that is another console's, stops it: such a state is not lost.
    """
    with place.locked(scope.selected, writing):
        records, broken = _readable(scope)
        records = bound(records, scope.ref, console.identity, accept=False)
        found = _found(scope, records, console, broken)
        if not found.stacks:
            approve(found)
            return ()
        if not approve(found):
            return None
        return tuple(_store(place, console, records, stack, found, writing) for stack in found.stacks)


def _readable(scope: Scope) -> tuple[Records, tuple[str, ...]]:
    """Return the states of all stacks; those of selected ones that are damaged count as lost."""
    backend, console = scope.backend, scope.console.name
    documents, broken = {}, []
    for stack in sorted({*backend.stacks(console), *scope.stacks.stacks, *scope.selected}):
        found = None
        try:
            found = backend.read(stack, console)
        except DamagedState:
            if stack not in scope.selected:
                raise
            broken.append(stack)
        documents[stack] = found or journal.new_document(stack, scope.ref, lineage=str(uuid4()))
    return Records(backend, documents), tuple(broken)


def _found(scope: Scope, records: Records, console: Console, broken: tuple[str, ...]) -> Rebuild:
    observation = observe(scope, records, console, Looking())
    drafted = plan(observation.situation, Options())
    mine = [c for c in drafted.changes if c.recorded is None and c.live is not None and c.live.ours]
    declared = {address for address in observation.situation.desired if address.stack in scope.selected}
    kept = declared & records.recorded.keys()
    taken = tuple(sorted(r.address for r in drafted.refusals if r.address in declared - kept))
    now = console.now()
    recorded = tuple((record, not change.edits) for change in mine if (record := as_found(change, now)) is not None)
    absent = declared - kept - {change.address for change in mine} - set(taken)
    return Rebuild(recorded, taken, tuple(sorted(absent)), len(kept), broken)


def as_found(change: Change, now: int) -> Recorded | None:
    """Return a record of what is on the console. Where the stack wants it otherwise, the next plan shows an update.

    What was switched off by hand is recorded as on: an "off" would pass for one that the stack had asked for.
    """
    live, desired = change.live, change.desired
    if live is None or desired is None:
        return None
    record = record_of(change, remote_id=live.remote_id, fingerprint=live.fingerprint, now=now)
    if record is None or not change.edits:
        return record
    described = kind(change.address.kind)
    current = described.owned(live.deployed, desired.deployed, None)
    return replace(
        record, deployed=described.unhold(current, desired.deployed), digest="", name=live.name, retired=None
    )


def _store(place: Stored, console: Console, records: Records, stack: str, found: Rebuild, writing: Writing) -> Written:
    before = records.documents[stack]
    mine = [record for record, _ in found.found if record.address.stack == stack]
    after = journal.with_recorded(journal.rebound(before, replace(before.console, identity=console.identity)), *mine)
    after = journal.next_serial(replace(after, context_digest=""))
    name = f"broken-{writing.now}" if stack in found.broken else str(before.serial)
    copy = place.keep_copy(stack, name)
    if stack in found.broken:
        after = replace(after, serial=max(after.serial, place.serial_of_broken(stack) + 1))
        place.backend.overwrite(after)
    else:
        after = place.backend.write(after)
    return Written(stack, after.serial, copy)
