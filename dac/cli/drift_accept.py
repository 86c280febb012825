"""`dac drift accept`, which stands beside `dac drift [STACK]...`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command

from dac.cli import options
from dac.cli.border import ERROR, ask, bordered, command_line, palette, say, stop

if TYPE_CHECKING:
    from dac.run.drift.accepting import Acceptance

WORD = "accept"
EPILOG = f"`dac drift {WORD} ADDRESS...` writes what is on the console into the stack files: see its --help."


@bordered
def accept_drift(
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="kind.name, or stack/kind.name.")],
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    deep: options.Deep = False,
    auto_approve: options.AutoApprove = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be done.")] = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Write what somebody changed on the console into the stack files, so that the next plan leaves it alone."""
    from dac.run.console import open_console
    from dac.run.drift.accepting import accept
    from dac.run.scope import choose
    from dac.run.states.stored import Writing
    from dac.views.human.acceptance import (
        CANCELLED,
        NOT_WRITTEN,
        accept_prompt,
        acceptance_text,
        accepted_text,
    )
    from dac.views.human.words import console_line

    asked = options.request(None, console, variables)
    scope = choose(asked, writes=not dry_run)
    line = f"{console_line(scope.ref)}\n"
    writing = Writing(command_line(), options.now(), options.seconds_of(lock_timeout), dry_run)
    shown: list[Acceptance] = []

    def approve(found: Acceptance) -> bool:
        shown.append(found)
        say(acceptance_text(found.unchanged, found.files, found.followers, palette=palette(sys.stdout)))
        return dry_run or auto_approve or not found.addresses or ask(accept_prompt(palette=palette(sys.stdout)))

    say(f"{line}\n")
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        done = accept(scope, opened, addresses, writing, approve, asked.variables, deep=deep)
    if not done:
        say(CANCELLED)
        stop(ERROR)
    if shown[-1].addresses:
        say("\n" + (NOT_WRITTEN if dry_run else accepted_text(shown[-1].addresses, shown[-1].files)))
    say(f"\n{line}")


def _further() -> Any:
    app = typer.Typer(
        add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
    )
    app.command(WORD)(accept_drift)
    return get_command(app)


class DriftCommand(TyperCommand):
    """`dac drift`, whose first word may be `accept`; a stack of that name is asked for as `dac drift -- accept`."""

    @property
    def further(self) -> dict[str, Any]:
        """The commands that begin like this one, by their next word."""
        return {WORD: _further()}

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Make the context of the command that was meant."""
        if args[:1] == [WORD]:
            return _further().make_context(f"{info_name} {WORD}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)
