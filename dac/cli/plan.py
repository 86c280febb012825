"""`dac plan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.run.planning import Planned

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `dac apply FILE`.")]


@bordered
def plan(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    out: Out = None,
    json: options.Json = False,
    detailed_exitcode: options.DetailedExitcode = False,
    targets: options.Targets = None,
    deep: options.Deep = False,
    allow: options.Allow = None,
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
    wish = Wish(targets=tuple(targets or ()), allow=tuple(allow or ()), looking=looking)
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        planned = make_plan(scope, opened, wish)
    show_plan(planned, out, scope.console.deploy, json=json)
    if planned.plan.refusals:
        stop(ERROR)
    stop(CHANGES if detailed_exitcode and is_news(planned.plan) else 0)


def show_plan(planned: Planned, out: Path | None, deploy: str, *, json: bool) -> None:
    """Print a plan, and save it to `out` unless it is refused. `deploy` is the console's mode."""
    from dac.views.human.plan import NOT_SAVED, plan_text, saved_note

    note = NOT_SAVED
    if out is not None and not planned.plan.refusals:
        from dac.run.saved_plans import save_plan

        save_plan(planned, out)
        note = saved_note(str(out))
    if json:
        from dac.views.machine.plan import plan_json

        say(plan_json(planned.plan, deploy))
        return
    show_warnings(planned)
    say(plan_text(planned.plan, palette=palette(sys.stdout), note=note, deploy=deploy))


def show_warnings(planned: Planned) -> None:
    """Show the warnings, and notes about the console; `dac validate` shows those about the files, too."""
    from dac.model.diagnostic import Severity

    found = planned.observation.warnings
    warnings = [item for item in found if item.severity is not Severity.INFO or item.position is None]
    if warnings:
        from dac.views.human.diagnostics import diagnostics_text

        say(diagnostics_text(warnings, palette=palette(sys.stderr)), stream=sys.stderr)


def is_news(plan: Plan) -> bool:
    """Whether a plan is worth exit code 2: something will change, or something is held."""
    from dac.model.change import Disposition

    return bool(plan.waves) or any(item.disposition is Disposition.HELD for item in plan.drift)
