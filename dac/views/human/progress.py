"""What happens during an apply, a line an event, with Terraform's verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.progress import Deploying, Failed, Finished, Progress, Started, Waiting, WaveStarted
from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible
from dac.views.human.words import clock_time, counted

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.views.human.palette import Palette

_VERBS = {
    Action.CREATE: ("Creating", "Creation complete"),
    Action.UPDATE: ("Modifying", "Modifications complete"),
    Action.REPLACE: ("Replacing", "Replacement complete"),
    Action.DELETE: ("Destroying", "Destruction complete"),
    Action.ADOPT: ("Adopting", "Adoption complete"),
    Action.FORGET: ("Forgetting", "Removal from the state complete"),
    Action.NO_OP: ("Moving", "Move complete"),  # nothing else of a no-op is worth an event
}


def progress_line(event: Progress, *, one_stack: bool = True, palette: Palette = PLAIN) -> str:
    """One event as one line without its newline; addresses are local when `one_stack` is all there is."""
    match event:
        case WaveStarted(number, total, step, changes):
            text = f"Wave {number} of {total}: {step}, {counted(changes, 'change')}"
            return palette.paint("faint", text)
        case Started(address, action, remote_id):
            return f"{_name(address, one_stack, palette)}: {_VERBS[action][0]}...{_id(remote_id)}"
        case Finished(address, action, elapsed, remote_id):
            known = "" if action in {Action.DELETE, Action.FORGET} else _id(remote_id)
            done = f"{_VERBS[action][1]} after {clock_time(elapsed)}"
            return f"{_name(address, one_stack, palette)}: {done}{known}"
        case Failed(address, message, skipped):
            first, _, _ = message.partition("\n")  # the outcome at the end says all of it
            how = palette.paint("warning", "Skipped") if skipped else palette.paint("error", "Failed")
            return f"{_name(address, one_stack, palette)}: {how}: {visible(first)}"
        case Deploying(other):
            return f"A deploy of {visible(other)}'s is under way: waiting for its end..." if other else "Deploying..."
        case Waiting(what, elapsed):
            return f"Still waiting for {visible(what)}... [{clock_time(elapsed)} elapsed]"


def _name(address: Address, one_stack: bool, palette: Palette) -> str:
    return palette.paint("heading", visible(address.local if one_stack else str(address)))


def _id(remote_id: str) -> str:
    return f" [id={visible(remote_id)}]" if remote_id else ""
