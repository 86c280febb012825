"""What every format asks of a plan before it prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action, Channel, Disposition
from dac.model.run import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.address import Address
    from dac.model.change import Change, Drift
    from dac.model.drift_report import DriftReport
    from dac.model.plan import ConsoleRef, Plan, Refusal

_UNREADABLE = "unreadable"
_WORST_FIRST = (Result.FAILED, Result.SKIPPED, Result.APPLIED)


def pending(plan: Plan) -> tuple[Change, ...]:
    """The changes that do something, moves included."""
    return tuple(change for change in plan.changes if change.action is not Action.NO_OP or is_move(change))


def is_move(change: Change) -> bool:
    """Whether the change takes an address to another one."""
    return change.previous is not None and change.previous != change.address


def is_only_move(change: Change) -> bool:
    """Whether moving is all it does: nothing of it reaches the console."""
    return is_move(change) and not change.edits and change.action in {Action.NO_OP, Action.UPDATE}


def changes_console(change: Change) -> bool:
    """Whether any of its edits is sent."""
    return any(edit.channel is not Channel.STATE for edit in change.edits)


def held(drift: Iterable[Drift]) -> tuple[Drift, ...]:
    """The drift that is shown and left alone."""
    return tuple(item for item in drift if item.disposition is Disposition.HELD)


def re_enable_command(item: Drift, console: ConsoleRef) -> str:
    """The command that takes one held item back."""
    return f"dac apply --re-enable {item.address} --console {console.name}"


def unreadable(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """The refusals that say: the console did not show this, so nothing is decided about it."""
    return tuple(refusal for refusal in refusals if refusal.code == _UNREADABLE)


def ends(plan: Plan, outcomes: Iterable[Outcome]) -> list[tuple[Change, Outcome]]:
    """What became of each change of a plan: of several outcomes the worst; without one it was skipped."""
    worst: dict[Address, Outcome] = {}
    for outcome in outcomes:
        known = worst.get(outcome.address)
        if known is None or _WORST_FIRST.index(outcome.result) < _WORST_FIRST.index(known.result):
            worst[outcome.address] = outcome
    return [
        (change, worst.get(change.address) or Outcome(change.address, Result.SKIPPED, message="not reached"))
        for change in pending(plan)
    ]


def bring_command(report: DriftReport) -> str:
    """The command that brings the stacks here that were never applied here."""
    stacks, name = " ".join(report.not_applied), report.plan.console.name
    return f"dac promote {stacks} --to {name}" if report.promoted else f"dac apply {stacks} --console {name}"


def rebuild_command(stack: str, console: ConsoleRef) -> str:
    """The command that records anew what is on the console and this project's own."""
    return f"dac state rebuild {stack} --console {console.name}"
