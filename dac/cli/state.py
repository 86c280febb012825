"""`dac state list` and `dac state show`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dac.cli import options
from dac.cli.border import bordered, palette, say

app = typer.Typer(help="Look into what dac has recorded.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
@bordered
def list_resources(stacks: options.Stacks = None, console: options.ConsoleName = None) -> None:
    """List the addresses that are recorded for a console."""
    from dac.run.inventory import recorded
    from dac.views.human.state import state_list_text

    say(state_list_text(recorded(options.request(stacks, console, None))))


@app.command("show")
@bordered
def show_resource(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="kind.name, or stack/kind.name.")],
    console: options.ConsoleName = None,
    json: options.Json = False,
) -> None:
    """Show everything recorded of one resource."""
    from dac.run.inventory import recorded_at

    found = recorded_at(options.request(None, console, None), address)
    if json:
        from dac.views.machine.state import state_json

        say(state_json([found]))
    else:
        from dac.views.human.state import recorded_text

        say(recorded_text([found], palette=palette(sys.stdout), limit=None))
