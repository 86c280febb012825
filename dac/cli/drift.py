"""`dac drift`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.models import CommandInfo

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop
from dac.cli.drift_accept import EPILOG, DriftCommand
from dac.cli.plan import Format, ShowValues, show_warnings
from dac.errors import ConfigError, DacError, StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.config.settings import ConsoleSettings, Project
    from dac.model.drift_report import DriftReport
    from dac.model.plan import ConsoleRef
    from dac.run.drift.finding import Watch
    from dac.run.scope import Request

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
    from dac.run.drift.finding import Watch
    from dac.run.drift.memory import recall
    from dac.run.scope import choose_console

    asked = options.request(stacks, console, variables)
    project, settings = choose_console(asked, writes=False)
    memory = recall(since, project, settings.name, asked.stacks)
    printing = Printing(Format.JSON if json else format, show_values, memory.compared)
    found = _look(asked, project, settings, Watch(deep, unmanaged, memory, asked.stacks), printing)
    _print(found, printing)
    told = _tell(found, project, asked.env)
    _keep(found if told or not memory.compared else replace(found, keys=memory.answers), memory.path, report)
    if not found.certain:
        stop(ERROR)
    stop(CHANGES if found.drifted else 0)


COMMAND = CommandInfo("drift", callback=drift, cls=DriftCommand, epilog=EPILOG)


def _look(asked: Request, project: Project, settings: ConsoleSettings, watch: Watch, printing: Printing) -> DriftReport:
    """Find the drift. Whatever stands in the way of that, a mistyped name aside, the webhook is told, too."""
    from dac.model.plan import ConsoleRef
    from dac.run.console import open_console
    from dac.run.drift.finding import find_drift
    from dac.run.drift.notifying import Looked, notify_failure
    from dac.run.drift.unrecorded import with_recorded
    from dac.run.scope import choose

    looked = Looked(ConsoleRef(settings.name, settings.url), asked.stacks, options.now())
    try:
        scope = with_recorded(choose(asked, writes=False, recorded_only=True), asked.stacks)
    except (ConfigError, StateError) as error:
        show_warnings(notify_failure(project, looked, watch.memory, error, asked.env))
        raise
    try:
        with open_console(project, settings, asked.env, options.now) as opened:
            return find_drift(scope, opened, watch)
    except DacError as error:
        if isinstance(error, StateError):
            _name_console(scope.ref, printing)
        show_warnings(notify_failure(project, looked, watch.memory, error, asked.env))
        raise


def _name_console(console: ConsoleRef, printing: Printing) -> None:
    if printing.format is Format.TEXT:
        from dac.views.human.words import console_line

        say(f"{console_line(console)}\n\n")


def _print(found: DriftReport, printing: Printing) -> None:
    if printing.format is Format.JSON:
        from dac.views.machine.drift import drift_json

        say(drift_json(found, news=printing.compared))
        return
    if printing.compared and not found.worth_telling:
        return
    show_warnings(found.warnings)
    if printing.format is Format.MARKDOWN:
        from dac.views.markdown.drift import drift_markdown

        say(drift_markdown(found, show_values=printing.show_values))
        return
    from dac.views.human.drift_report import drift_text

    say(drift_text(found, palette=palette(sys.stdout)))


def _tell(found: DriftReport, project: Project, env: Mapping[str, str]) -> bool:
    """Tell the webhook what is new, or no longer so; return whether nobody missed it."""
    from dac.run.drift.notifying import notify, unset_webhook

    if not found.worth_telling:
        show_warnings(unset_webhook(project, env))
        return True
    from dac.views.machine.drift_notice import drift_notice

    told, warnings = notify(project, drift_notice(found), env)
    show_warnings(warnings)
    return told


def _keep(found: DriftReport, last: Path | None, report: Path | None) -> None:
    """Write what the next run is compared with, and what --report asks for."""
    if last is None and report is None:
        return
    from dac.run.drift.memory import remember
    from dac.run.reports import write_report
    from dac.views.machine.drift import drift_json

    text = drift_json(found)
    if last is not None:
        remember(last, text)
    if report is not None:
        write_report(report, text)
