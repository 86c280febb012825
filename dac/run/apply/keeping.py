"""Keeping what an apply overwrites: on disk before its first write, with what came of it at the end."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from dac.errors import ConsoleError, Unauthorized, Unreachable
from dac.model.change import Action
from dac.model.deployed import digest
from dac.model.history import Ending, PastApply, PastChange
from dac.model.run import Result
from dac.planning.pre_image import others_entries, pre_image
from dac.resources.registry import kind
from dac.run.history import history_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.model.change import Change
    from dac.model.plan import Plan
    from dac.model.resource import Recorded
    from dac.model.run import Holder, Outcome
    from dac.run.apply.execution import Execution
    from dac.run.console import Console

_OVERWRITES = (Action.UPDATE, Action.REPLACE, Action.DELETE, Action.ADOPT)
_RULES = ("detection", "building_block")


@contextmanager
def kept(execution: Execution, holder: Holder, plan_digest: str) -> Iterator[None]:
    """Keep the pre-images of the plan before the block begins, and what came of it when it ends, however it does.

    StateError when they cannot be kept; nothing of the plan has been sent then.
    """
    console = execution.console
    history = history_of(console.project, console.settings)
    past = _begun(execution.plan, console, holder, plan_digest)
    history.write(past)
    try:
        yield
    except BaseException as error:
        history.write(_ended(past, execution, Ending.STOPPED, reason=str(error)))
        raise
    complete = all(outcome.result is Result.APPLIED for outcome in execution.outcomes.values())
    history.write(_ended(past, execution, Ending.COMPLETE if complete else Ending.INCOMPLETE))
    settings = console.project.history
    history.prune(settings.keep, settings.keep_days, console.now())


def _begun(plan: Plan, console: Console, holder: Holder, plan_digest: str) -> PastApply:
    bodies, problem = _rule_bodies(plan, console)
    return PastApply(
        run_id=holder.run_id,
        console=plan.console,
        stacks=plan.stacks,
        began=console.now(),
        who=holder.who,
        host=holder.host,
        command=holder.command,
        plan=plan_digest,
        changes=tuple(_change(change, bodies, problem) for change in plan.pending),
        rollback=plan.rollback,
    )


def _rule_bodies(plan: Plan, console: Console) -> tuple[Mapping[str, str], str]:
    """Export the rules that the plan overwrites or deletes; and why that was not possible, or ''."""
    uuids = [c.live.uuid for c in plan.pending if c.live and c.action in _OVERWRITES and c.address.kind in _RULES]
    if not uuids:
        return {}, ""
    try:
        return console.rules.bodies_of(uuids), ""
    except (Unauthorized, Unreachable):
        raise
    except ConsoleError as error:  # the deployed form is kept all the same
        return {}, error.summary


def _change(change: Change, bodies: Mapping[str, str], problem: str) -> PastChange:
    described, known = kind(change.address.kind), change.live or change.desired or change.recorded
    before = pre_image(described, change)
    uuid = next((one.uuid for one in (change.live, change.recorded, change.desired) if one and one.uuid), "")
    reads = change.recorded or change.desired
    overwritten = before is not None and change.address.kind in _RULES
    return PastChange(
        address=change.address,
        action=change.action,
        reason=change.reason,
        uuid=uuid,
        name=known.name if known else "",
        remote_id=change.live.remote_id if change.live else "",
        before=before,
        after=change.desired.deployed if change.desired and change.action is Action.CREATE else None,
        edits=() if change.action in (Action.CREATE, Action.DELETE) else change.edits,
        others=others_entries(described, change),
        references=reads.references if reads else (),
        protect=bool(change.recorded and change.recorded.protect),
        ignore_changes=change.desired.ignore_changes if change.desired else (),
        previous=change.desired.previous if change.desired else (),
        xml=bodies.get(uuid, "") if overwritten else "",
        no_xml=problem if overwritten and uuid not in bodies else "",
    )


def _ended(past: PastApply, execution: Execution, ending: Ending, *, reason: str = "") -> PastApply:
    recorded, pending, outcomes = execution.records.recorded, execution.records.pending, execution.outcomes
    changes = tuple(
        _settled(change, outcomes.get(change.address), recorded.get(change.address), change.address in pending)
        for change in past.changes
    )
    return replace(past, changes=changes, ended=execution.console.now(), ending=ending, reason=reason)


def _settled(change: PastChange, outcome: Outcome | None, record: Recorded | None, pending: bool) -> PastChange:
    """Add what came of a change. What is `pending`, nobody knows: it may have reached the console or not."""
    return replace(
        change,
        result=outcome.result if outcome else None if pending else Result.SKIPPED,
        message=outcome.message if outcome else "",
        left=None if pending else digest(record.deployed) if record else "",
    )
