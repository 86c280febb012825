"""A saved plan and its own runs: after a failure the same file goes on, after success it is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import PlanError
from dac.model.address import Address

if TYPE_CHECKING:
    from dac.run.planning import Saved
    from dac.run.records import Records

_DIGITS = 16


def name_of(saved: Saved) -> str:
    """Return what the ids of all runs of one saved plan begin with."""
    return f"plan-{saved.digest[:_DIGITS]}"


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
            raise PlanError("this plan has been applied already", hint="make a new plan")
        runs = [(intent.run_id, intent.pre_images) for intent in document.intents]
        runs += [(wave.run_id, wave.results) for wave in document.outcomes]
        found |= {
            Address.parse(local, stack=stack)
            for run, locals_ in runs
            if run.startswith(f"{name}.")
            for local in locals_
        }
    return frozenset(found)
