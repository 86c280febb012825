"""The use case `apply`: lock, look, decide, ask, carry out, record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.errors import Interrupted, LockHeld, PlanError
from dac.model.change import Action
from dac.model.run import Result
from dac.qradar.identity import ensure_identity
from dac.run.apply.confirming import confirmed, refuse
from dac.run.apply.execution import Execution
from dac.run.apply.keeping import kept
from dac.run.apply.own_package import await_own_package
from dac.run.apply.plan_runs import begun, name_of, require_applicable
from dac.run.locking import clear_own_lock, console_lock, holder_of, state_locks
from dac.run.plan.observation import Observation
from dac.run.plan.planning import Planned, make_plan
from dac.run.recording import as_seen
from dac.run.records import bound, read_records
from dac.state import journal
from dac.state.document import LastApply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.model.address import Address
    from dac.model.plan import Plan
    from dac.model.progress import Progress
    from dac.model.run import Holder, Outcome
    from dac.run.console import Console
    from dac.run.plan.planning import Saved, Wish
    from dac.run.records import Records
    from dac.run.scope import Scope
    from dac.state.document import StateDocument


@dataclass(frozen=True, slots=True)
class Border:
    """What an apply asks of whoever started it.

    show: shows a plan before anything else is said of it. approve: says yes or no to one that changes something.
    report: is told what happens. stopping: whether the user asked to stop. lock_timeout: seconds. fail_fast: nothing
    is begun any more after a failure.
    """

    show: Callable[[Planned], None]
    approve: Callable[[Plan], bool]
    report: Callable[[Progress], None]
    stopping: Callable[[], bool]
    command: str
    lock_timeout: float = 0.0
    fail_fast: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it. `approved` is False when the user said no; then nothing was written anywhere."""

    plan: Plan
    approved: bool
    outcomes: Mapping[Address, Outcome]

    @property
    def complete(self) -> bool:
        return all(outcome.result is Result.APPLIED for outcome in self.outcomes.values())


def apply(scope: Scope, console: Console, wish: Wish, border: Border) -> Applied:
    """Plan under the state locks and carry the plan out under the console's.

    PlanError when the plan is refused or the console changed while it was looked at; LockHeld names the holder.
    """
    holder = holder_of(border.command, console.now())
    with state_locks(scope, scope.selected, holder, border.lock_timeout, border.stopping):
        await_own_package(console, read_records(scope), scope.selected, border.stopping)
        planned = make_plan(scope, console, wish)
        border.show(planned)
        refuse(planned.plan)
        if planned.plan.waves and not border.approve(planned.plan):
            return Applied(planned.plan, approved=False, outcomes={})
        _begin_audit(console, planned, holder, accepted=wish.looking.accept_console)
        if not planned.plan.waves:
            clear_own_lock(console, planned.observation.records, planned.plan.stacks)
            _refresh(planned, LastApply(holder.run_id, console.now(), complete=True))
            return Applied(planned.plan, approved=True, outcomes={})
        return _carry_out(console, border, planned, holder, frozenset())


def apply_saved(scope: Scope, console: Console, saved: Saved, border: Border) -> Applied:
    """Carry out a plan from a file, if everything it touches still is as it was; PlanError names what is not."""
    holder = holder_of(border.command, console.now(), run=name_of(saved))
    with state_locks(scope, saved.plan.stacks, holder, border.lock_timeout, border.stopping):
        records = bound(read_records(scope), scope.ref, console.identity, accept=False)
        require_applicable(saved, records, console)
        touched = begun(saved, records)
        await_own_package(console, records, saved.plan.stacks, border.stopping)
        observation = Observation(saved.situation, records, saved.context, tuple(console.warnings))
        planned = Planned(saved.plan, observation, saved.options, saved.digest, saved.promoted)
        border.show(planned)
        refuse(saved.plan)
        if saved.plan.waves and not border.approve(saved.plan):
            return Applied(saved.plan, approved=False, outcomes={})
        _begin_audit(console, planned, holder)
        if not saved.plan.waves:
            return Applied(saved.plan, approved=True, outcomes={})
        return _carry_out(console, border, planned, holder, touched)


def _begin_audit(console: Console, planned: Planned, holder: Holder, *, accepted: bool = False) -> None:
    """Note every brake that was released for this run, whether or not anything is left to change."""
    console.audit.begin(holder.run_id, planned.digest)
    if accepted:
        console.audit.override("--accept-console")
    console.audit.overridden(planned.options)
    for gate in planned.promoted.lifted if planned.promoted else ():
        console.audit.override("--allow", gate)


def _carry_out(
    console: Console, border: Border, planned: Planned, holder: Holder, touched: frozenset[Address]
) -> Applied:
    records, context = planned.observation.records, planned.observation.context
    execution = Execution(
        planned.plan, records, console, context, holder.run_id, border.report, border.stopping, border.fail_fast
    )
    clear_own_lock(console, records, planned.plan.stacks)
    first = execution.intent(planned.plan.waves[0])  # proves, should this run be killed, that the lock it left is ours
    open_before = {stack: records.documents[stack].intents for stack in planned.plan.stacks}
    records.advance(lambda d: journal.with_intent(d, first, context=context), planned.plan.stacks)
    sends = False
    try:
        with console_lock(console, holder, border.lock_timeout, border.stopping):
            execution.plan = plan = confirmed(planned, console, touched)
            sends = True
            with kept(execution, holder, planned.digest):
                _bind(plan, console, records)
                _move(records, plan)
                execution.run()
                applied = Applied(plan, approved=True, outcomes=execution.outcomes)
                _finish(applied, execution, targeted=bool(plan.targets))
    except (PlanError, LockHeld, Interrupted):
        if not sends:  # so nothing of this run is open, and no lock of it is left
            records.advance(lambda d: replace(d, intents=open_before[d.stack]), planned.plan.stacks)
        raise
    return applied


def _bind(plan: Plan, console: Console, records: Records) -> None:
    """Give the console its id at the first apply, and write it into the states."""
    ref = replace(plan.console, identity=ensure_identity(console.client, console.identity or str(uuid4())))
    records.advance(lambda document: journal.rebound(document, ref), plan.stacks)


def _move(records: Records, plan: Plan) -> None:
    """Move records to their present addresses before anything else is written under them."""
    for change in plan.changes:
        if change.previous is not None and change.previous.stack == change.address.stack:
            old, new = change.previous, change.address
            records.advance(lambda d, old=old, new=new: journal.renamed(d, old, new), [new.stack])  # type: ignore[misc]  # mypy cannot infer a lambda with defaults


def _finish(applied: Applied, execution: Execution, *, targeted: bool) -> None:
    """Record what is unchanged, too: its digest, its fingerprint, and that all of it belongs to one context."""
    last = LastApply(execution.run_id, execution.console.now(), applied.complete, targeted)
    _record_unchanged(applied.plan, execution.records, last.at)
    touched = {change.address.stack for change in applied.plan.pending}
    stacks = applied.plan.stacks
    execution.records.advance(
        lambda d: journal.finished(d, last if d.stack in touched else _since(d, last), context=execution.context),
        stacks,
    )


def _since(document: StateDocument, last: LastApply) -> LastApply:
    """Return the last apply of a stack that this one found as it should be: how long it has been so counts on."""
    before = document.last_apply
    return before if before is not None and before.complete and not before.targeted else last


def _refresh(planned: Planned, last: LastApply) -> None:
    """Nothing changes on the console; the record may still learn a new digest or accept drift that is as desired.

    It may also learn that a stack, of which only parts were applied so far, is complete.
    """
    records = planned.observation.records
    stored = [stack for stack in planned.plan.stacks if records.documents[stack].serial]
    _record_unchanged(planned.plan, records, last.at)
    if not planned.plan.targets:
        context = planned.observation.context
        whole = planned.plan.rollback == ""
        records.advance(
            lambda d: replace(
                d, intents=(), context_digest=context, last_apply=_since(d, last) if whole else d.last_apply
            ),
            stored,
        )


def _record_unchanged(plan: Plan, records: Records, now: int) -> None:
    for stack in plan.stacks:
        same = [c for c in plan.changes if c.action is Action.NO_OP and c.address.stack == stack]
        seen = [record for change in same if (record := as_seen(change, now)) is not None]
        if seen:
            records.advance(lambda d, seen=seen: journal.with_recorded(d, *seen), [stack])  # type: ignore[misc]  # as above
