"""The use case `console snapshot`: all that a plan may read, saved by somebody who may read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.errors import DacError
from dac.model.address import Address
from dac.model.diagnostic import Diagnostic, Severity
from dac.qradar import markers
from dac.qradar.exports import EXPORTS
from dac.qradar.sets import IDENTITY_SET
from dac.qradar.snapshot.looking import look
from dac.run.desired.identities import recorded_for, uuid_of
from dac.run.plan.observation import wanted
from dac.run.records import bound, read_records
from dac.run.snapshots.files import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dac.run.console import Console
    from dac.run.records import Records
    from dac.run.scope import Scope

_ANY = Address("any", "reference_set", "any")


@dataclass(frozen=True, slots=True)
class Extent:
    """What a snapshot holds beyond the usual: the entries of every set, and every QID record."""

    all_entries: bool = False
    all_qids: bool = False


def take_snapshot(scope: Scope, console: Console, extent: Extent) -> Snapshot:
    """Read all that a plan may read, and the states. Nothing is written on the console, and no lock is taken.

    StateError when the states are of another console; ConsoleError when the bodies of rules cannot be read, without
    which the snapshot would be of no use.
    """
    made = console.now()
    records = bound(read_records(scope), scope.ref, console.identity, accept=False)
    sets = _concerned(scope, console, records, "reference_set")
    seen = look(
        console.client,
        lambda row: extent.all_entries or row.get("name") == IDENTITY_SET or sets(row),
        _concerned(scope, console, records, "custom_property"),
        all_qids=extent.all_qids,
    )
    if EXPORTS in seen.refused:
        raise DacError(
            f"the bodies of rules cannot be read: {seen.refused[EXPORTS].message}",
            hint="a snapshot needs a token with System Administrator, as apply does",
        )
    states = {stack: document for stack, document in records.documents.items() if document.serial}
    return Snapshot(made, str(scope.project.id), replace(scope.ref, identity=console.identity), seen, states)


def unfinished(snapshot: Snapshot) -> Iterator[Diagnostic]:
    """Yield a warning for each run that had something in hand: plans from the snapshot are against its middle."""
    stacks: dict[str, list[str]] = {}
    for stack, document in sorted(snapshot.states.items()):
        for run_id in document.open_runs:
            stacks.setdefault(run_id, []).append(stack)
    for run_id, names in sorted(stacks.items()):
        yield Diagnostic(
            Severity.WARNING,
            "unfinished-apply",
            f"run {run_id} is running on {', '.join(names)}, or was cut off: this is the console in the middle of it",
            hint="plans from this snapshot compare with that; make a new one once `dac apply` ended, or was run again",
        )


def _concerned(scope: Scope, console: Console, records: Records, kind: str) -> Callable[[Mapping[str, Any]], bool]:
    """Tell, by its row, what of a kind a plan may compare: declared, recorded, or marked as this project's."""
    recorded = records.recorded
    uuids = {r.address: uuid_of(scope.project.id, r, recorded_for(r, recorded)) for r in scope.resources}
    asked = [one for one in wanted(scope, records, recorded, uuids) if one.address.kind == kind]
    names = {one.name for one in asked}
    numbers = {one.recorded.remote_id for one in asked if one.recorded is not None}
    ours = console.marker(_ANY)

    def chosen(row: Mapping[str, Any]) -> bool:
        _, marker = markers.split(row.get("description"))
        mine = bool(marker) and not markers.of_another_project(marker, ours)
        return mine or row.get("name") in names or str(row.get("id") or row.get("identifier")) in numbers

    return chosen
