"""`dac unlock`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import ERROR, ask, bordered, say, stop

if TYPE_CHECKING:
    from dac.model.run import Holder

Force = Annotated[bool, typer.Option("--force", help="Do not ask.")]


@bordered
def unlock(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The run that holds the lock, as the error names it.")],
    console: options.ConsoleName = None,
    force: Force = False,
) -> None:
    """Break the lock that a run has left on a console."""
    from dac.model.plan import ConsoleRef
    from dac.run.console import open_console
    from dac.run.locking import unlock as break_lock
    from dac.run.scope import choose_console
    from dac.views.human.prompts import unlock_prompt
    from dac.views.human.words import console_line

    asked = options.request(None, console, None)
    project, settings = choose_console(asked, writes=True)
    say(console_line(ConsoleRef(settings.name, settings.url)) + "\n\n")
    where = f"console {settings.name} ({settings.url})"

    def approve(holder: Holder) -> bool:
        return force or ask(unlock_prompt(holder, where))

    with open_console(project, settings, asked.env, options.now) as opened:
        holder = break_lock(opened, run_id, approve)
    if holder is None:
        say("Unlock cancelled.\n")
        stop(ERROR)
    say(f"Unlocked {where}: run {holder.run_id} no longer holds it.\n")
