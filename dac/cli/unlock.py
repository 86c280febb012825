"""`dac unlock`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import ERROR, ask, bordered, command_line, say, stop

if TYPE_CHECKING:
    from dac.run.states.unlocking import HeldLocks

_UNASKED = "make sure that the run is gone, and add --force"

Force = Annotated[bool, typer.Option("--force", help="Do not ask.")]


@bordered
def unlock(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The run that holds the lock, as the error names it.")],
    console: options.ConsoleName = None,
    force: Force = False,
) -> None:
    """Break the locks that a run has left: on a console, and on states that are kept on a server."""
    from dac.run.console import open_console
    from dac.run.locking import holder_of
    from dac.run.states.stored import stored_on
    from dac.run.states.unlocking import unlock as break_locks
    from dac.views.human.prompts import unlock_prompt
    from dac.views.human.words import console_line

    asked = options.request(None, console, None)
    place = stored_on(asked, writes=True)
    say(console_line(place.ref) + "\n\n")

    def approve(locks: HeldLocks) -> bool:
        broken, staying = ([(lock.what, lock.holder) for lock in some] for some in (locks.broken, locks.staying))
        return force or ask(unlock_prompt(broken, staying), otherwise=_UNASKED)

    with open_console(place.project, place.console, asked.env, options.now) as opened:
        locks = break_locks(opened, place, run_id, holder_of(command_line(), options.now()), approve)
    if not locks:
        say("Unlock cancelled.\n")
        stop(ERROR)
    them = "it" if len(locks) == 1 else "them"
    say(f"Unlocked {' and '.join(lock.what for lock in locks)}: run {run_id} no longer holds {them}.\n")
