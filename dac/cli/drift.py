"""`dac drift`."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.models import CommandInfo

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop
from dac.cli.drift_accept import EPILOG, DriftCommand
from dac.cli.plan import Format, ShowValues, show_warnings
from dac.errors import DacError, StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.config.settings import Project
    from dac.model.drift_report import DriftReport
    from dac.model.plan import ConsoleRef
    from dac.run.drift.memory import Former
    from dac.run.scope import Scope

As = Annotated[Format, typer.Option("--format", help="How to print it.")]
ReportTo = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write the JSON there, whatever is printed.")
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="LAST", help="Print only what the report LAST had not: a file, or `last` for the last run's."
    ),
]
WithUnmanaged = Annotated[bool, typer.Option("--unmanaged", help="List what is on the console and in no stack, too.")]


@dataclass(frozen=True, slots=True)
class Printing:
    """How drift is printed. `compared`: say nothing unless there is something new."""

    format: Format
    show_values: bool
    compared: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """What --since means. path: where this run is remembered; None unless it is the last one that is asked about."""

    compared: bool
    former: Former | None
    path: Path | None

    @property
    def keys(self) -> frozenset[str]:
        return self.former.keys if self.former else frozenset()


@bordered
def drift(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    deep: options.Deep = False,
    json: options.Json = False,
    format: As = Format.TEXT,  # noqa: A002 - the option's name
    show_values: ShowValues = False,
    report: ReportTo = None,
    since: Since = None,
    unmanaged: WithUnmanaged = False,
) -> None:
    """Say what was changed on the console outside of dac. Exit 0: nothing, 2: something, 1: error."""
    from dac.run.console import open_console
    from dac.run.drift.finding import Watch, find_drift
    from dac.run.drift.memory import means_last, place, read_former
    from dac.run.scope import choose

    asked = options.request(stacks, console, variables)
    scope = choose(asked, writes=False)
    place_of_last = place(since, scope, asked.stacks) if since is not None else None
    former = read_former(place_of_last, scope.console.name) if place_of_last else None
    memory = Memory(since is not None, former, place_of_last if means_last(since) else None)
    printing = Printing(Format.JSON if json else format, show_values, memory.compared)
    watch = Watch(deep, unmanaged, memory.compared, former)
    try:
        with open_console(scope.project, scope.console, asked.env, options.now) as opened:
            found = find_drift(scope, opened, watch)
    except DacError as error:
        if isinstance(error, StateError):
            _name_console(scope.ref, printing)
        _tell_failure(error, scope, memory, asked.env)
        raise
    _print(found, printing)
    told = _tell(found, scope.project, asked.env)
    kept = found if told or not memory.compared else replace(found, keys=found.keys & memory.keys)
    _write(kept, [path for path in (memory.path, report) if path])
    if found.unread:
        stop(ERROR)
    stop(CHANGES if found.drifted else 0)


COMMAND = CommandInfo("drift", callback=drift, cls=DriftCommand, epilog=EPILOG)


def _name_console(console: ConsoleRef, printing: Printing) -> None:
    if printing.format is Format.TEXT:
        from dac.views.human.words import console_line

        say(f"{console_line(console)}\n\n")


def _print(found: DriftReport, printing: Printing) -> None:
    if printing.compared and not found.news:
        return
    if printing.format is Format.JSON:
        from dac.views.machine.drift import drift_json

        say(drift_json(found))
        return
    show_warnings(found.warnings)
    if printing.format is Format.MARKDOWN:
        from dac.views.markdown.drift import drift_markdown

        say(drift_markdown(found, show_values=printing.show_values))
        return
    from dac.views.human.drift_report import drift_text

    say(drift_text(found, palette=palette(sys.stdout)))


def _tell(found: DriftReport, project: Project, env: Mapping[str, str]) -> bool:
    """Tell the webhook what is new; return whether nobody missed it."""
    if not found.news:
        return True
    from dac.run.drift.notifying import notify
    from dac.views.machine.drift_notice import drift_notice

    told, warnings = notify(project, drift_notice(found), env)
    show_warnings(warnings)
    return told


def _tell_failure(error: DacError, scope: Scope, memory: Memory, env: Mapping[str, str]) -> None:
    """Tell the webhook that nobody knows; with `--since last` once, until there is an answer again."""
    from dac.run.drift.notifying import notify
    from dac.run.reports import write_report
    from dac.views.machine.drift import failure_json
    from dac.views.machine.drift_notice import failure_notice
    from dac.views.machine.forms import rfc3339

    key, clock = f"error {type(error).__name__}", options.now()
    if key in memory.keys:
        return
    told, warnings = notify(scope.project, failure_notice(scope.ref, scope.selected, clock, error), env)
    show_warnings(warnings)
    if told and memory.path is not None:
        since = memory.former.timestamp if memory.former else rfc3339(clock)
        with suppress(DacError):  # the failure itself is what there is to say
            write_report(memory.path, failure_json(scope.ref, since, {*memory.keys, key}, error))


def _write(found: DriftReport, paths: list[Path]) -> None:
    if paths:
        from dac.run.reports import write_report
        from dac.views.machine.drift import drift_json

        for path in paths:
            write_report(path, drift_json(found))
