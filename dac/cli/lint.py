"""`dac lint rules`."""

from __future__ import annotations

from typing import Annotated

import typer

from dac.cli.border import bordered, say
from dac.errors import DacError

app = typer.Typer(name="lint", help="The AQL linter.", no_args_is_help=True, rich_markup_mode=None)

Code = Annotated[str | None, typer.Argument(metavar="[CODE]", help="A rule, such as AQL020; none: all of them.")]


@app.callback()
def lint() -> None:
    """What the AQL linter knows."""


@app.command("rules")
@bordered
def rules(code: Code = None) -> None:
    """Show all rules, or one with its examples and where it comes from."""
    from dac.aql.lint.documentation import describe, overview

    if code is None:
        say(overview() + "\n")
        return
    try:
        say(describe(code) + "\n")
    except KeyError:
        raise DacError(f"the linter has no rule {code}", hint="`dac lint rules` lists them all") from None
