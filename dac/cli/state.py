"""`dac state`: what dac has recorded, shown and repaired."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import ERROR, ask, bordered, command_line, palette, say, stop

if TYPE_CHECKING:
    from dac.run.states.rebuilding import Rebuild
    from dac.run.states.stored import Writing

app = typer.Typer(
    name="state", help="Look into what dac has recorded, and repair it.", no_args_is_help=True, rich_markup_mode=None
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be done.")]


@app.command("list")
@bordered
def list_resources(stacks: options.Stacks = None, console: options.ConsoleName = None) -> None:
    """List the addresses that are recorded for a console."""
    from dac.run.states.inventory import recorded
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
    from dac.run.states.inventory import recorded_at

    found = recorded_at(options.request(None, console, None), address)
    if json:
        from dac.views.machine.state import state_json

        say(state_json([found]))
    else:
        from dac.views.human.state import recorded_text

        say(recorded_text([found], palette=palette(sys.stdout), limit=None))


@app.command("mv")
@bordered
def move_record(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The address it is recorded under.")],
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="The address it gets; with --to-stack it may stay.")] = "",
    to_stack: Annotated[str, typer.Option("--to-stack", metavar="STACK", help="Move it into another stack.")] = "",
    console: options.ConsoleName = None,
    dry_run: DryRun = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Record a resource under another address. A `moved` in the stack does so on every console, and in a plan."""
    from dac.errors import DacError
    from dac.run.states.edits import move
    from dac.run.states.stored import stored_on
    from dac.views.human.state_changes import edited_text

    if not new and not to_stack:
        raise DacError("where to?", hint="dac state mv OLD NEW, or dac state mv OLD --to-stack STACK")
    place = stored_on(options.request(None, console, None), writes=True)
    edited = move(place, old, new, to_stack, _writing(lock_timeout, dry_run=dry_run))
    say(edited_text(edited.addresses, edited.written, place.ref, place.project.display))


@app.command("rm")
@bordered
def forget_records(
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="kind.name, or stack/kind.name.")],
    console: options.ConsoleName = None,
    dry_run: DryRun = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Forget resources; on the console they stay. A `[removed]` in the stack does so in a plan."""
    from dac.run.states.edits import forget
    from dac.run.states.stored import stored_on
    from dac.views.human.state_changes import edited_text

    place = stored_on(options.request(None, console, None), writes=True)
    edited = forget(place, addresses, _writing(lock_timeout, dry_run=dry_run))
    say(edited_text(edited.addresses, edited.written, place.ref, place.project.display))


@app.command("pull")
@bordered
def pull_state(
    stack: Annotated[str | None, typer.Argument(metavar="[STACK]", help="Needed where there are several.")] = None,
    console: options.ConsoleName = None,
) -> None:
    """Write the state of a stack to standard output, as it is stored."""
    from dac.run.states.files import pull
    from dac.run.states.stored import stored_on

    data = pull(stored_on(options.request(None, console, None), writes=False), stack)
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


@app.command("push")
@bordered
def push_state(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A state: pulled, a backup, or a rescue file.")],
    console: options.ConsoleName = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also over a newer state, one of another lineage, or a broken one.")
    ] = False,
    dry_run: DryRun = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Store a state from a file. An older one, another lineage or another console's is refused."""
    from dac.run.states.files import push, read_file
    from dac.run.states.stored import stored_on
    from dac.views.human.state_changes import pushed_text

    document = read_file(Path(file))
    place = stored_on(options.request(None, console, None), writes=True)
    pushed = push(place, document, _writing(lock_timeout, dry_run=dry_run), force=force)
    say(pushed_text(document, pushed.written, place.ref, place.project.display, dry_run=dry_run))


@app.command("rebuild")
@bordered
def rebuild_state(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    auto_approve: options.AutoApprove = False,
    dry_run: DryRun = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Make a lost or broken state anew from what is on the console and this project's own."""
    from dac.run.console import open_console
    from dac.run.scope import choose
    from dac.run.states.rebuilding import rebuild
    from dac.run.states.stored import Stored
    from dac.views.human.state_changes import REBUILD_CANCELLED, rebuild_prompt, rebuild_text, written_text
    from dac.views.human.words import console_line

    asked = options.request(stacks, console, variables)
    scope = choose(asked, writes=True)
    place = Stored(scope.project, scope.console, scope.backend)
    line = console_line(scope.ref)
    say(f"{line}\n\n")

    def approve(found: Rebuild) -> bool:
        say(rebuild_text(found.found, found.others, found.absent, found.kept, found.broken))
        return not dry_run and bool(found.stacks) and (auto_approve or ask(rebuild_prompt(scope.ref)))

    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        written = rebuild(scope, place, opened, _writing(lock_timeout, dry_run=dry_run), approve)
    if written is None and not dry_run:
        say(REBUILD_CANCELLED)
        stop(ERROR)
    said = written_text(written or (), place.project.display) or "Nothing was written.\n"
    say(f"{said}\n{line}\n")


def _writing(lock_timeout: str, *, dry_run: bool) -> Writing:
    from dac.run.states.stored import Writing

    return Writing(command_line(), options.now(), options.seconds_of(lock_timeout), dry_run)
