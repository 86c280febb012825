"""`dac import`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, bordered, command_line, say, stop
from dac.errors import DacError

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.run.importing.files import Layout

Kinds = Annotated[
    list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind, such as detection; may be repeated.")
]

Globs = Annotated[
    list[str] | None, typer.Option("--name", metavar="GLOB", help="Only names like this; may be repeated.")
]
AutoDiscovered = Annotated[
    bool, typer.Option("--auto-discovered", help="Custom properties that QRadar found itself, too.")
]


@bordered
def import_(
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="kind.name, or stack/kind.name: where one thing goes.")
    ] = None,
    id_: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Its number, uuid or name on the console.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that can be imported.")] = False,
    kinds: Kinds = None,
    names: Globs = None,
    stack: Annotated[str, typer.Option("--stack", metavar="STACK", help="Where to; it is made if it is new.")] = "",
    console: options.ConsoleName = None,
    layout: Annotated[
        str, typer.Option("--layout", metavar="LAYOUT", help="resource: a file for each rule; kind: one for each kind.")
    ] = "resource",
    auto_discovered: AutoDiscovered = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be taken over.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 when something could not be taken over.")
    ] = False,
    variables: options.Variables = None,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Take over what a console has: write it into a stack, and into its state. The console is only read."""
    from dac.model.plan import ConsoleRef
    from dac.run.console import open_console
    from dac.run.importing.how import How
    from dac.run.importing.selection import Selection
    from dac.run.importing.staged import scope_of
    from dac.run.importing.taking import take_over
    from dac.views.human.imported import imported_text
    from dac.views.human.words import console_line

    where = _address(address, id_, stack) if address else None
    if where is None and not (every or kinds or names):
        raise DacError("what is to be imported?", hint="dac import --all, --kind KIND, --name GLOB, or ADDRESS ID")
    if where is not None and (every or kinds or names):
        raise DacError("ADDRESS and ID name one thing: leave out --all, --kind and --name")
    target = where.stack if where is not None else stack
    if not target:
        raise DacError("which stack does it go into?", hint="write --stack NAME; a new one is made")
    how = How(
        command_line(),
        _layout(layout),
        options.request(None, None, variables).variables,
        options.seconds_of(lock_timeout),
        dry_run,
    )
    asked = options.request(None, console, variables)
    scope, sources = scope_of(asked, target)
    line = console_line(ConsoleRef(scope.console.name, scope.console.url))
    say(f"{line}\n\n")
    selection = Selection(tuple(kinds or ()), tuple(names or ()), where, id_ or "", auto_discovered)
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        done = take_over(scope, sources, opened, selection, how)
    say(f"{imported_text(done, dry_run=dry_run)}\n{line}\n")
    stop(CHANGES if detailed_exitcode and done.failed else 0)


def _address(text: str, id_: str | None, stack: str) -> Address:
    from dac.model.address import Address

    if not id_:
        hint = f"dac import {text} ID --stack STACK --console NAME; `dac list --unmanaged` shows ids"
        raise DacError("an address needs the ID of what goes there", hint=hint)
    if not stack and "/" not in text:
        raise DacError("which stack does it go into?", hint=f"write --stack NAME, or STACK/{text}")
    try:
        found = Address.parse(text, stack=stack)
    except ValueError as error:
        raise DacError(str(error)) from None
    if stack and found.stack != stack:
        raise DacError(f"{text} and --stack {stack} name two stacks")
    return found


def _layout(text: str) -> Layout:
    from dac.run.importing.files import Layout

    try:
        return Layout(text)
    except ValueError:
        raise DacError(f'--layout {text}: write "resource" or "kind"') from None
