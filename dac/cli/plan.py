"""`dac plan`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan
    from dac.run.planning import Planned


class Format(StrEnum):
    """How a plan is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `dac apply FILE`.")]
As = Annotated[Format, typer.Option("--format", help="How to print it; markdown is for a comment on a merge request.")]
JsonOut = Annotated[Path | None, typer.Option("--json-out", metavar="FILE", help="Write the JSON there as well.")]
ShowValues = Annotated[bool, typer.Option("--show-values", help="Show entries of reference sets in Markdown, too.")]
MaxSize = Annotated[
    int, typer.Option("--max-size", metavar="CHARACTERS", min=1000, help="The most that Markdown may have.")
]


@dataclass(frozen=True, slots=True)
class Printing:
    """How and where to a plan goes. `deploy` is the console's mode."""

    format: Format
    deploy: str
    out: Path | None = None
    json_out: Path | None = None
    show_values: bool = False
    max_size: int = 60_000


@bordered
def plan(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    out: Out = None,
    json: options.Json = False,
    format: As = Format.TEXT,  # noqa: A002 - the option's name
    json_out: JsonOut = None,
    show_values: ShowValues = False,
    max_size: MaxSize = 60_000,
    detailed_exitcode: options.DetailedExitcode = False,
    targets: options.Targets = None,
    deep: options.Deep = False,
    allow: options.Allow = None,
    assume_catalogue: options.AssumeCatalogue = False,
    accept_console: options.AcceptConsole = False,
    validate_on_console: options.ValidateOnConsole = False,
) -> None:
    """Show what apply would change. Writes nothing to the console, takes no lock."""
    from dac.run.console import open_console
    from dac.run.observation import Looking
    from dac.run.planning import Wish, make_plan
    from dac.run.scope import choose

    asked = options.request(stacks, console, variables)
    scope = choose(asked, writes=False)
    queries = options.queries(every=validate_on_console)
    looking = Looking(deep=deep, accept_console=accept_console, queries=queries)
    lifted = options.allowed(allow, assume_catalogue=assume_catalogue)
    wish = Wish(targets=tuple(targets or ()), allow=lifted, looking=looking)
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        planned = make_plan(scope, opened, wish)
    chosen = Format.JSON if json else format
    show_plan(planned, Printing(chosen, scope.console.deploy, out, json_out, show_values, max_size))
    if planned.plan.refusals:
        stop(ERROR)
    stop(CHANGES if detailed_exitcode and is_news(planned.plan) else 0)


def show_plan(planned: Planned, how: Printing) -> None:
    """Print a plan, and save it unless it is refused."""
    from dac.views.human.plan import NOT_SAVED, plan_text, saved_note

    note = NOT_SAVED
    if how.out is not None and not planned.plan.refusals:
        from dac.run.saved_plans import save_plan

        save_plan(planned, how.out)
        note = saved_note(str(how.out))
    if how.json_out is not None or how.format is Format.JSON:
        _show_json(planned, how)
    if how.format is Format.JSON:
        return
    show_warnings(planned.observation.warnings)
    if how.format is Format.MARKDOWN:
        from dac.views.markdown.plan import plan_markdown

        say(plan_markdown(planned.plan, show_values=how.show_values, most=how.max_size))
        return
    say(plan_text(planned.plan, palette=palette(sys.stdout), note=note, deploy=how.deploy))


def _show_json(planned: Planned, how: Printing) -> None:
    from dac.views.machine.plan import plan_json

    text = plan_json(planned.plan, how.deploy, planned.observation.warnings)
    if how.json_out is not None:
        how.json_out.write_text(text, encoding="utf-8")
    if how.format is Format.JSON:
        say(text)


def show_warnings(found: Iterable[Diagnostic]) -> None:
    """Show the warnings, and notes about the console; `dac validate` shows those about the files, too."""
    from dac.model.diagnostic import Severity

    warnings = [item for item in found if item.severity is not Severity.INFO or item.position is None]
    if warnings:
        from dac.views.human.diagnostics import diagnostics_text

        say(diagnostics_text(warnings, palette=palette(sys.stderr)), stream=sys.stderr)


def is_news(plan: Plan) -> bool:
    """Whether a plan is worth exit code 2: something will change, or something is held."""
    from dac.model.change import Disposition

    return bool(plan.waves) or any(item.disposition is Disposition.HELD for item in plan.drift)
