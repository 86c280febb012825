"""The typer application: every command of `dac`."""

from __future__ import annotations

import sys
from importlib import import_module

import typer
from typer.models import CommandInfo

from dac.cli.border import ERROR, say

COMMANDS = {  # what is typed, and where in dac.cli its function or its group of commands is
    "init": "init:init",
    "validate": "validate:validate",
    "fmt": "fmt:fmt",
    "schema": "schema:schema",
    "plan": "plan:plan",
    "apply": "apply:apply",
    "destroy": "apply:destroy",
    "import": "import_:import_",
    "promote": "promote:promote",
    "list": "list_:list_",
    "show": "show:show",
    "drift": "drift:COMMAND",
    "history": "history:history",
    "rollback": "rollback:rollback",
    "unlock": "unlock:unlock",
    "version": "version:version",
    "state": "state:app",
    "console": "console:app",
    "aql": "aql:app",
    "lint": "lint:app",
    "emulator": "emulator:app",
}


def application(*words: str) -> typer.Typer:
    """Return the application with these commands, or all; a run has the typed one only: each signature costs time."""
    app = typer.Typer(
        name="dac",
        help="Terraform for IBM QRadar detections.",
        callback=lambda: None,  # one command alone is a command of a group as well
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,  # rich's help page costs 77 ms
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for word in words or COMMANDS:
        module, _, attribute = COMMANDS[word].partition(":")
        found = getattr(import_module(f"dac.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found)
        elif isinstance(found, CommandInfo):
            app.registered_commands.append(found)
        else:
            app.command(word)(found)
    return app


def run() -> None:
    """Run the command that was typed; an unknown one is answered as Terraform does, with the nearest."""
    typed = sys.argv[1:2]
    if typed and not typed[0].startswith("-") and typed[0] not in COMMANDS:
        say(_unknown(typed[0]), stream=sys.stderr)
        sys.exit(ERROR)
    sys.exit(_run(application(*(word for word in typed if word in COMMANDS))))


def _unknown(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, n=1)
    mean = f' Did you mean "{near[0]}"?' if near else ""
    return f'dac has no command named "{word}".{mean}\n\nTo see all commands: dac --help\n'


def _run(app: typer.Typer) -> int:
    """Return the exit code: 1 also for a misspelt option, because 2 means changes."""
    try:
        return int(app(standalone_mode=False) or 0)
    except typer.Abort:
        return ERROR
    except Exception as error:
        show = getattr(error, "show", None)  # click's usage errors know how to say what is wrong
        if show is None:
            raise
        show()
        return ERROR
