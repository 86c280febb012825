"""Looking once more, under the lock: whether the console still is what the plan was approved for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from dac.errors import PlanError
from dac.model.change import Action
from dac.model.reads import Found
from dac.model.resource import Wanted
from dac.run.apply.staleness import what_changed
from dac.run.desired.identities import recorded_for
from dac.run.plan.guarding import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.change import Change, Edit
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.model.resource import Recorded
    from dac.planning.situation import Situation
    from dac.run.console import Console
    from dac.run.plan.planning import Planned

_TAKES_AWAY = (Action.DELETE, Action.REPLACE)


class Essence(NamedTuple):
    """What must not have changed: the edits, which stand for our part of live; of what goes, our part itself."""

    action: Action
    edits: tuple[Edit, ...]
    target: Deployed | None
    gone: Deployed | None


def confirmed(planned: Planned, console: Console, begun: frozenset[Address] = frozenset()) -> Plan:
    """Plan the same desired forms over what states and console say now, and return that plan.

    PlanError when anything stands in its way by now, or when it is not what was approved, naming what differs.
    `begun` are addresses that an earlier run of the very same plan has had in hand: they may be further on. So may
    what an interrupted run left: the console's tasks go on without it.
    """
    approved, now = planned.plan, _planned_anew(planned, console, begun)
    refuse(now, since="since the plan was made")
    before = {change.address: _essence(change, planned) for change in approved.pending}
    after = {change.address: _essence(change, planned) for change in now.pending}
    strangers = after.keys() - before.keys()
    cut = planned.observation.situation.interrupted
    differ = {a for a in before.keys() | after.keys() if before.get(a) != after.get(a) and a not in begun}
    moved = {a for a in differ if a not in cut or not _is_further_on(before.get(a), after.get(a))} | strangers
    if moved:
        raise PlanError(
            f"the plan is stale: since it was made, {', '.join(sorted(map(str, moved)))} changed; "
            "nothing was written to the console",
            detail=what_changed(approved, now, moved, planned.observation.situation.kinds),
            hint="make a new plan and look at it",
        )
    return now


def refuse(plan: Plan, *, since: str = "") -> None:
    """PlanError when anything stands in the plan's way. `since` says what is new about it to who has seen the plan."""
    if not plan.refusals:
        return
    codes = ", ".join(sorted({refusal.code for refusal in plan.refusals}))
    if not since:
        raise PlanError(f"the plan is refused ({codes}); nothing was written", hint="see the reasons in the plan above")
    reasons = "\n".join(refusal.summary for refusal in plan.refusals)
    summary = f"the plan is refused by what has changed {since} ({codes}); nothing was written to the console"
    raise PlanError(summary, detail=reasons, hint="make a new plan and look at it")


def _planned_anew(planned: Planned, console: Console, begun: frozenset[Address]) -> Plan:
    situation, records = planned.observation.situation, planned.observation.records
    everything = records.as_of_now(situation.stacks)
    ours = {address: record for address, record in everything.items() if address.stack in situation.stacks}
    others = tuple(record for address, record in sorted(everything.items()) if address.stack not in situation.stacks)
    console.remember_origins(situation.desired.values())
    created = _taken_for_ours(situation) | (begun & records.created)
    wanted = [replace(one, created=one.address in created) for one in _wanted(situation, ours, others)]
    reads = console.read(wanted, deep=planned.options.deep)
    now = replace(situation, recorded=ours, readers=others, reads=reads, closed=console.standing.closed)
    _, made = guarded(console, now, planned.options)
    return made


def _taken_for_ours(situation: Situation) -> frozenset[Address]:
    """What nothing but a cut run's intent showed to be ours when it was planned: this run's own intent says nothing."""
    found = (address for address, read in situation.reads.items() if isinstance(read, Found) and read.live.ours)
    return frozenset(found) - situation.recorded.keys()


def _wanted(situation: Situation, recorded: Mapping[Address, Recorded], others: tuple[Recorded, ...]) -> list[Wanted]:
    wanted = {a: Wanted(a, d.uuid, d.name, recorded_for(d, recorded)) for a, d in situation.desired.items()}
    for record in (*recorded.values(), *others):
        wanted.setdefault(record.address, Wanted(record.address, record.uuid, record.name, record))
    for address in situation.pending:
        wanted.setdefault(address, Wanted(address, "", ""))
    return list(wanted.values())


def _is_further_on(before: Essence | None, after: Essence | None) -> bool:
    """Whether what is left to do is a part of what was approved, and nothing else."""
    if before is None or after is None:
        return after is None
    approved = {edit.path: edit for edit in before.edits}
    return before.target == after.target and all(
        edit.path in approved and approved[edit.path].after == edit.after for edit in after.edits
    )


def _essence(change: Change, planned: Planned) -> Essence:
    gone = None
    if change.action in _TAKES_AWAY and change.live is not None:
        kind = planned.observation.situation.kinds[change.address.kind]
        gone = kind.owned(change.live.deployed, None, change.recorded.deployed if change.recorded else None)
    return Essence(change.action, change.edits, change.desired.deployed if change.desired else None, gone)
