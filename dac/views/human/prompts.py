"""What is asked before anything is written, and what is said when the answer is no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible
from dac.views.human.words import console_name, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def unlock_prompt(
    held: Sequence[tuple[str, Holder]], staying: Sequence[tuple[str, Holder]] = (), *, palette: Palette = PLAIN
) -> str:
    """The question before the locks of one run are broken: what each is on, and its holder. `staying` are others'."""
    where = " and ".join(visible(what) for what, _ in held)
    lines = [
        palette.paint("heading", f"Do you really want to unlock {where}?"),
        f"  Run {visible(held[0][1].run_id)} holds {'the lock' if len(held) == 1 else counted(len(held), 'lock')}:",
    ]
    for what, holder in held:
        lines += [f"    {visible(what)}: {_owner(holder)}", f"      {_purpose(holder)}"]
    if staying:
        lines += ["  Other runs hold locks, too, which stay:"]
    lines += [f"    {visible(what)}: run {visible(holder.run_id)}, {_owner(holder)}" for what, holder in staying]
    lines += ["  If it is still running, two applies will interleave. Only 'yes' will be accepted to confirm."]
    return "\n".join([*lines, "", ANSWER])


def _owner(holder: Holder) -> str:
    """Who, where, since when; some locks do not say all of that."""
    host = f" on {visible(holder.host)}" if holder.host else ""
    process = f" (pid {holder.pid})" if holder.pid else ""
    since = datetime.fromtimestamp(holder.created / 1000, UTC) if holder.created else None
    return f"{visible(holder.who or 'nobody named')}{host}{process}" + (
        f", since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
    )


def _purpose(holder: Holder) -> str:
    return visible(holder.command or "it does not say what for")
