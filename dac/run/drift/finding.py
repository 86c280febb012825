"""The use case `drift`: look as a plan does, then say what kind each difference is and whether it is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.model.drift_report import DriftReport, Sighting, Stranger, Unread
from dac.planning.drift_kinds import kinds_of
from dac.run.drift.comparing import all_keys, compared, keys_of
from dac.run.drift.unrecorded import without_record
from dac.run.plan.observation import Looking
from dac.run.plan.planning import Wish, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.address import Address
    from dac.model.plan import Plan
    from dac.run.console import Console
    from dac.run.drift.memory import Memory
    from dac.run.scope import Scope

_UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Watch:
    """What to look at, and the report to compare it with. named: the stacks that were; none means all."""

    deep: bool
    unmanaged: bool
    memory: Memory
    named: tuple[str, ...] = ()


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
    return compared(report, memory.former, watch.named) if memory.compared else replace(report, keys=all_keys(report))


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
