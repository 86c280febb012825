"""What a rollout takes from detections that are at work: said in one line, since one word can do it to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.resources.rollout import makes_offense

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.change import Change
    from dac.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Taken:
    """How many detections that are on now will make no offense any more, and how many will be off."""

    offenses_taken: int = 0
    switched_off: int = 0

    def lines(self) -> Iterator[str]:
        """Yield a sentence for each rollout that takes something."""
        if self.offenses_taken:
            yield f'rollout = "monitor" takes the offense from {_live(self.offenses_taken)}; {_WAY_OUT}'
        if self.switched_off:
            yield f'rollout = "disabled" switches off {_live(self.switched_off)}; {_WAY_OUT}'


_WAY_OUT = 'rollout = "active" in the table of a detection keeps it as it is'


def taken_by_rollout(plan: Plan) -> Taken:
    """Count what is live on the console and loses something by its rollout, not by what else the stack says."""
    live = [change for change in plan.pending if change.live is not None and change.live.deployed.get("enabled")]
    return Taken(sum(map(_loses_offense, live)), sum(map(_is_switched_off, live)))


def _loses_offense(change: Change) -> bool:
    if change.desired is None or change.live is None or change.desired.rollout != "monitor":
        return False
    return makes_offense(change.live.deployed) and not makes_offense(change.desired.deployed)


def _is_switched_off(change: Change) -> bool:
    desired = change.desired
    if desired is None or desired.rollout != "disabled" or desired.dormant or desired.delete_after is not None:
        return False
    return desired.deployed.get("enabled") is False


def _live(count: int) -> str:
    return "1 live detection" if count == 1 else f"{count:,} live detections"
