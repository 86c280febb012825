"""The use case `drift`: look as a plan does, then say what kind each difference is and whether it is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.model.change import MISSING
from dac.model.deployed import digest
from dac.model.drift_report import DriftReport, Sighting, Stranger, Unread, Unrecorded
from dac.planning.drift_kinds import kinds_of
from dac.run.drift.memory import FAILURE
from dac.run.drift.unrecorded import without_record
from dac.run.observation import Looking
from dac.run.planning import Wish, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.address import Address
    from dac.model.change import Drift
    from dac.model.plan import Plan
    from dac.run.console import Console
    from dac.run.drift.memory import Former, Memory
    from dac.run.scope import Scope

_UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look at, and the report to compare it with."""

    deep: bool
    unmanaged: bool
    memory: Memory


def find_drift(scope: Scope, console: Console, watch: Watch) -> DriftReport:
    """Compare the console with the record, whatever has become of the files. Nothing is written, no lock is taken."""
    planned = make_plan(scope, console, Wish(looking=Looking(deep=watch.deep, readers=False, undecided=True)))
    not_applied, unrecorded = without_record(scope, planned.observation)
    report = DriftReport(
        planned.plan,
        tuple(
            Sighting(item, kinds_of(item), keys_of(item))
            for item in planned.plan.drift
            if item.address.stack not in not_applied
        ),
        tuple(_strangers(console)) if watch.unmanaged else None,
        unread=tuple(_unread(planned.plan, console)),
        not_applied=not_applied,
        promoted=bool(scope.console.promote_from),
        unrecorded=unrecorded,
        warnings=planned.observation.warnings,
    )
    memory = watch.memory
    return compared(report, memory.former) if memory.compared else replace(report, keys=_all_keys(report))


def compared(report: DriftReport, former: Former | None) -> DriftReport:
    """Return the report with what the former one did not have marked as new.

    What could not be read this time, or was not asked about, is remembered as it was: it is not new when it is seen
    again.
    """
    known = former.keys if former else frozenset()
    unread = {str(one.address) for one in report.unread}
    kept = {key for key in known if key.partition(" ")[0] in unread or (report.unmanaged is None and _is_stranger(key))}
    return replace(
        report,
        sightings=tuple(replace(one, new=bool(one.keys - known)) for one in report.sightings),
        unmanaged=None
        if report.unmanaged is None
        else tuple(replace(o, new=o.key not in known) for o in report.unmanaged),
        unread=tuple(replace(one, new=one.key not in known) for one in report.unread),
        unrecorded=tuple(replace(one, new=one.key not in known) for one in report.unrecorded),
        since=former.timestamp if former else "",
        keys=_all_keys(report) | kept,
    )


def _is_stranger(key: str) -> bool:
    """What nobody manages has a kind where the rest has an address, and a failure the word for it."""
    first = key.partition(" ")[0]
    return "/" not in first and first != FAILURE


def _all_keys(report: DriftReport) -> frozenset[str]:
    found = {key for one in report.sightings for key in one.keys}
    others: tuple[Stranger | Unread | Unrecorded, ...] = (*(report.unmanaged or ()), *report.unread, *report.unrecorded)
    return frozenset(found | {one.key for one in others})


def keys_of(item: Drift) -> frozenset[str]:
    """One for each edit, by what is on the console now: the same key means that nobody touched it again."""
    if item.missing or item.overridden:
        return frozenset({f"{item.address} {'missing' if item.missing else 'overridden'}"})
    after = {edit.path: [] if edit.after is MISSING else [edit.after] for edit in item.edits}
    return frozenset(f"{item.address} {digest([path, value])[:16]}" for path, value in after.items())


def _unread(plan: Plan, console: Console) -> Iterator[Unread]:
    """What a plan could not read; and, where this token can read no body at all, every rule."""
    blind: dict[Address, str] = {}
    for refusal in plan.refusals:
        if refusal.code == _UNREADABLE and refusal.address is not None:
            blind[refusal.address] = refusal.summary
    bodies = [change.address for change in plan.changes if change.address.kind in console.rules.kinds and change.live]
    why = console.rules.why_no_bodies() if bodies else ""
    for address in bodies if why else ():
        blind.setdefault(address, f"the body of {address.local} was not read: {why}")
    for address, reason in sorted(blind.items()):
        yield Unread(address, reason, f"{address} unread")


def _strangers(console: Console) -> Iterable[Stranger]:
    """What no stack has: not what QRadar says it brought or found itself, nor what another project made."""
    for one in console.listed():
        if not one.managed and not one.marker and one.origin in ("", "USER"):
            yield Stranger(one.kind, one.name, one.remote_id, f"{one.kind} {one.key}")
