"""`dac console`: what is known of a console, beside what is managed on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, bordered, say, stop

if TYPE_CHECKING:
    from dac.run.refreshing import Refreshed

app = typer.Typer(help="Learn what a console has.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def console() -> None:
    """What is known of a console, beside what is managed on it."""


@app.command("refresh")
@bordered
def refresh(
    console: options.ConsoleName = None,
    checking: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 2 when the file would change.")
    ] = False,
) -> None:
    """Save a console's AQL functions, keywords, fields and log source types beside the stacks, for work without it."""
    from dac.model.plan import ConsoleRef
    from dac.run.console import open_console
    from dac.run.refreshing import refresh as save_lists
    from dac.run.scope import choose_console
    from dac.views.human.catalogue import differences_text
    from dac.views.human.words import console_line

    asked = options.request(None, console, None)
    project, settings = choose_console(asked, writes=False)
    line = console_line(ConsoleRef(settings.name, settings.url))
    say(f"{line}\n\n")
    with open_console(project, settings, asked.env, options.now) as opened:
        found = save_lists(opened, write=not checking)
    say(f"Compared with what dac ships:\n{differences_text(found.shipped)}\n")
    if found.since:
        say(f"Since {found.file} was written:\n{differences_text(found.since)}\n")
    say(f"{_outcome(found, checking=checking)}\n\n{line}\n")
    stop(CHANGES if checking and found.is_new else 0)


def _outcome(found: Refreshed, *, checking: bool) -> str:
    if not found.is_new:
        return f"Nothing new: {found.file} says it already."
    if checking:
        return f"{found.file} would be written: run this again without --check."
    replaced = ", in place of one that could not be read" if found.damage else ""
    return f"Wrote {found.file}{replaced}. Commit it: validate, plan and `dac aql check --console` read it."
