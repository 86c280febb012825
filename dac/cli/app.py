"""The typer application: every command of `dac`."""

from __future__ import annotations

import difflib
import sys

import typer

from dac.cli import (
    apply,
    aql,
    console,
    drift,
    drift_accept,
    emulator,
    fmt,
    history,
    import_,
    init,
    lint,
    list_,
    plan,
    promote,
    rollback,
    schema,
    show,
    state,
    unlock,
    validate,
    version,
)
from dac.cli.border import ERROR, say

app = typer.Typer(
    name="dac",
    help="Terraform for IBM QRadar detections.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help page costs 77 ms
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.init)
app.command("validate")(validate.validate)
app.command("fmt")(fmt.fmt)
app.command("schema")(schema.schema)
app.command("plan")(plan.plan)
app.command("apply")(apply.apply)
app.command("destroy")(apply.destroy)
app.command("import")(import_.import_)
app.command("promote")(promote.promote)
app.command("list")(list_.list_)
app.command("show")(show.show)
app.command("drift", cls=drift_accept.DriftCommand, epilog=drift_accept.EPILOG)(drift.drift)
app.command("history")(history.history)
app.command("rollback")(rollback.rollback)
app.add_typer(state.app, name="state")
app.command("unlock")(unlock.unlock)
app.add_typer(console.app, name="console")
app.add_typer(aql.app, name="aql")
app.add_typer(lint.app, name="lint")
app.add_typer(emulator.app, name="emulator")
app.command("version")(version.version)


def run() -> None:
    """Run the command that was typed; an unknown one is answered as Terraform does, with the nearest."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    known = [command.name or "" for command in app.registered_commands]
    known += [group.name or "" for group in app.registered_groups]
    if words and words[0] == sys.argv[1] and words[0] not in known:
        near = difflib.get_close_matches(words[0], known, n=1)
        mean = f' Did you mean "{near[0]}"?' if near else ""
        say(f'dac has no command named "{words[0]}".{mean}\n\nTo see all commands: dac --help\n', stream=sys.stderr)
        sys.exit(ERROR)
    sys.exit(_run())


def _run() -> int:
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
