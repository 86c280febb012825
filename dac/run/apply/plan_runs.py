"""Where a saved plan may be carried out, and its own runs: after a failure it goes on, after success it is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import PlanError
from dac.model.address import Address
from dac.model.history import Ending
from dac.run.history import history_of

if TYPE_CHECKING:
    from dac.run.console import Console
    from dac.run.plan.planning import Saved
    from dac.run.records import Records

SPENT = "this plan has been applied already"

_DIGITS = 16


def name_of(saved: Saved) -> str:
    """Return what the ids of all runs of one saved plan begin with."""
    return f"plan-{saved.digest[:_DIGITS]}"


def require_applicable(saved: Saved, records: Records, console: Console) -> None:
    """PlanError when a plan was made for another project, console or state, is too old, or has been applied."""
    situation, plan = saved.situation, saved.plan
    if situation.project != str(console.project.id):
        raise PlanError(
            f"this plan was made in another project than {console.project.name} (id {situation.project})",
            hint="apply it where it was made: its uuids and packages are that project's",
        )
    if plan.console.identity and plan.console.identity != console.identity:
        summary = f"this plan was made for console {plan.console.name} with the id {plan.console.identity}"
        raise PlanError(f"{summary}, and the id is now {console.identity or 'gone'}", hint="make a new plan")
    for stack, ref in plan.states.items():
        if ref.serial and records.documents[stack].lineage != ref.lineage:
            summary = f"the saved plan was made from another state of stack {stack} (lineage {ref.lineage})"
            raise PlanError(summary, hint="make a new plan here")
    past = history_of(console.project, console.settings).of_runs(f"{name_of(saved)}.")
    if any(one.ending is Ending.COMPLETE for one in past):
        raise PlanError(SPENT, hint="make a new plan")
    _require_unexpired(saved, console.now())


def _require_unexpired(saved: Saved, now: int) -> None:
    """What a date in the stacks has changed since (an entry expired) was approved for until then, not for today."""
    late = [c.address for c in saved.plan.pending if c.desired and (c.desired.valid_until or now + 1) <= now]
    if late:
        raise PlanError(
            f"the plan is stale: since it was made, a date in {', '.join(map(str, late))} has passed",
            detail="An entry has expired, for example.",
            hint="make a new plan and look at it",
        )


def begun(saved: Saved, records: Records) -> frozenset[Address]:
    """Return the addresses that earlier runs of this very plan have had in hand.

    PlanError when one of them has completed the plan: it is spent.
    """
    name = name_of(saved)
    found: set[Address] = set()
    for stack in saved.plan.stacks:
        document = records.documents[stack]
        last = document.last_apply
        if last is not None and last.complete and last.run_id.startswith(f"{name}."):
            raise PlanError(SPENT, hint="make a new plan")
        runs = [(intent.run_id, intent.pre_images) for intent in document.intents]
        runs += [(wave.run_id, wave.results) for wave in document.outcomes]
        found |= {
            Address.parse(local, stack=stack)
            for run, locals_ in runs
            if run.startswith(f"{name}.")
            for local in locals_
        }
    return frozenset(found)
