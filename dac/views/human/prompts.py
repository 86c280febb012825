"""What is asked before anything is written, and what is said when the answer is no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible
from dac.views.human.words import console_name, counted

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.model.run import Holder
    from dac.views.human.palette import Palette

ANSWER = "  Enter a value: "
INTERRUPTED = """\
Interrupt received.
Please wait for dac to finish the step in hand.
Gracefully shutting down..."""
INTERRUPTED_TWICE = "Two interrupts received. Exiting immediately. `dac plan` will find out how far the apply came."


def approval_prompt(plan: Plan, *, palette: Palette = PLAIN) -> str:
    """The question before an apply or a destroy, ending where the answer is typed."""
    where = console_name(plan.console)
    if plan.destroy:
        question = f"Do you really want to destroy all resources on console {where}?"
        stacks = ", ".join(map(visible, plan.stacks))
        body = f"""\
  dac will destroy all it manages there in {counted(len(plan.stacks), "stack")} ({stacks}), as shown above.
  `dac rollback` could create it again, under other numbers and without what happened to it here.
  Only 'yes' will be accepted to confirm."""
    else:
        question = f"Do you want to perform these actions on console {where}?"
        body = """\
  dac will perform the actions described above.
  Only 'yes' will be accepted to approve."""
    return f"{palette.paint('heading', question)}\n{body}\n\n{ANSWER}"


def cancelled(plan: Plan) -> str:
    """What is said when the answer was not yes; the command then exits 1."""
    what = "Destroy" if plan.destroy else "Rollback" if plan.rollback else "Apply"
    return f"{what} cancelled.\n"


def unlock_prompt(holder: Holder, where: str, *, palette: Palette = PLAIN) -> str:
    """The question before a lock is broken; `where` is what the lock is on."""
    question = f"Do you really want to unlock {visible(where)}?"
    return f"""\
{palette.paint("heading", question)}
  Run {visible(holder.run_id)} of {visible(holder.who)}{_origin(holder)} holds the lock:
    {visible(holder.command or "it does not say what for")}
  If it is still running, two applies will interleave. Only 'yes' will be accepted to confirm.

{ANSWER}"""


def _origin(holder: Holder) -> str:
    """Where a run runs; some locks do not say that."""
    host = f" on {visible(holder.host)}" if holder.host else ""
    return f"{host} (pid {holder.pid})" if holder.pid else host
