"""`dac console`: what is known of a console, beside what is managed on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, command_line, say, stop

if TYPE_CHECKING:
    from dac.run.calibration.calibrating import Calibrated
    from dac.run.refreshing import Refreshed

Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")]

app = typer.Typer(name="console", help="Learn what a console has.", no_args_is_help=True, rich_markup_mode=None)


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
    """Save beside the stacks what they can name on a console, for work without it.

    That is functions and keywords of AQL, fields, log source types, low level categories, offense types, and the
    custom properties and reference sets that this project did not make.
    """
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


@app.command("calibrate")
@bordered
def calibrate(
    console: options.ConsoleName = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only read: install no rule. A console stays closed to rules then.")
    ] = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Learn how a console writes rules, and try it with one disabled rule that is removed at once."""
    from dac.cli.interrupts import graceful_stop
    from dac.model.plan import ConsoleRef
    from dac.run.calibration.calibrating import calibrate as learn
    from dac.run.console import open_console
    from dac.run.locking import holder_of
    from dac.run.scope import choose_console
    from dac.views.human.calibration import canary_text, learnt_text
    from dac.views.human.words import console_line

    timeout = options.seconds_of(lock_timeout)
    asked = options.request(None, console, None)
    project, settings = choose_console(asked, writes=not read_only)
    line = console_line(ConsoleRef(settings.name, settings.url))
    say(f"{line}\n\n")
    holder = holder_of(command_line(), options.now())
    with open_console(project, settings, asked.env, options.now) as opened, graceful_stop() as stopping:
        found = learn(opened, holder, read_only=read_only, lock_timeout=timeout, stopping=stopping)
    say(learnt_text(found.calibration, found.departures, found.unreadable))
    if not read_only:
        say(canary_text(cleaned=found.cleaned, problem=found.problem))
    say(f"{_gate(found)}\n\n{line}\n")
    stop(ERROR if found.problem else 0)


@app.command("snapshot")
@bordered
def snapshot(
    out: Out,
    console: options.ConsoleName = None,
    all_entries: Annotated[
        bool, typer.Option("--all-entries", help="Save the entries of every reference set, not just of managed ones.")
    ] = False,
    all_qids: Annotated[
        bool, typer.Option("--all-qids", help="Save every QID record, not just those that rules speak of.")
    ] = False,
) -> None:
    """Save what a plan reads of a console and its states, so that `dac plan --snapshot` needs neither token nor net."""
    from dac.cli.plan import show_warnings
    from dac.model.plan import ConsoleRef
    from dac.run.console import open_console
    from dac.run.scope import choose
    from dac.run.snapshots.files import save_snapshot
    from dac.run.snapshots.taking import Extent, take_snapshot, unfinished
    from dac.views.human.quote import visible
    from dac.views.human.words import console_line, tally

    asked = options.request(None, console, None)
    scope = choose(asked, writes=False, recorded_only=True)
    line = console_line(ConsoleRef(scope.console.name, scope.console.url))
    say(f"{line}\n\n")
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        taken = take_snapshot(scope, opened, Extent(all_entries=all_entries, all_qids=all_qids))
    save_snapshot(taken, out)
    show_warnings(unfinished(taken))
    say(f"Wrote {visible(str(out))}: {tally(taken.contents)}.\n")
    say(f"Whoever can read it sees what is on the console, allowlists too: keep it from the public.\n\n{line}\n")


def _gate(found: Calibrated) -> str:
    """What a calibration means for the next apply."""
    wrote = f"Wrote {found.file}; commit it." if found.is_new else f"Nothing new: {found.file} says it already."
    if found.calibration.canary:
        return f"{wrote} Rules are written to this console by it."
    why = "the console does not give back what it is given" if found.problem else "no rule of dac's was tried"
    return f"{wrote} Rules are not written to this console: {why}."


def _outcome(found: Refreshed, *, checking: bool) -> str:
    if not found.is_new:
        return f"Nothing new: {found.file} says it already."
    if checking:
        return f"{found.file} would be written: run this again without --check."
    replaced = ", in place of one that could not be read" if found.damage else ""
    return f"Wrote {found.file}{replaced}. Commit it: validate, plan and `dac aql check --console` read it."
