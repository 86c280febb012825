"""`dac list`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dac.cli import options
from dac.cli.border import bordered, say
from dac.cli.import_ import AutoDiscovered, Globs, Kinds


@bordered
def list_(
    unmanaged: Annotated[
        bool, typer.Option("--unmanaged", help="Only what no stack and no state has: what import would take.")
    ] = False,
    kinds: Kinds = None,
    names: Globs = None,
    console: options.ConsoleName = None,
    auto_discovered: AutoDiscovered = False,
    json: options.Json = False,
) -> None:
    """List what is on the console, with its id and the address that manages it."""
    from dac.run.console import open_console
    from dac.run.importing.listing import on_console
    from dac.run.importing.selection import Selection
    from dac.run.scope import choose

    asked = options.request(None, console, None)
    scope = choose(asked, writes=False, recorded_only=True)
    selection = Selection(tuple(kinds or ()), tuple(names or ()), auto_discovered=auto_discovered)
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        found = on_console(scope, opened, selection, unmanaged=unmanaged)
    if json:
        from dac.views.machine.inventory import inventory_json

        say(inventory_json(found))
    else:
        from dac.views.human.inventory import inventory_text

        say(inventory_text(found))
        if not found:
            what = "Everything there is managed" if unmanaged else "Nothing like that is there"
            say(f'{what}: console "{scope.console.name}" ({scope.console.url})\n', stream=sys.stderr)
