"""`dac plan`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan
    from dac.run.plan.planning import Planned, Wish
    from dac.run.scope import Request


class Format(StrEnum):
    """How a plan is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `dac apply FILE`.")]
As = Annotated[Format, typer.Option("--format", help="How to print it; markdown is for a comment on a merge request.")]
JsonOut = Annotated[Path | None, typer.Option("--json-out", metavar="FILE", help="Write the JSON there as well.")]
ShowValues = Annotated[bool, typer.Option("--show-values", help="Show entries of reference sets in Markdown, too.")]
SnapshotFile = Annotated[
    Path | None,
    typer.Option("--snapshot", metavar="FILE", help="Plan against what `dac console snapshot` saved: needs no token."),
]
SnapshotMaxAge = Annotated[
    str, typer.Option("--snapshot-max-age", metavar="DURATION", help="Warn of a snapshot that is older than that.")
]
MaxSize = Annotated[
    int, typer.Option("--max-size", metavar="CHARACTERS", min=1000, help="The most that Markdown may have.")
]


@dataclass(frozen=True, slots=True)
class Printing:
    """How and where to a plan goes. `deploy` is the console's mode, `snapshot` what it was made from if not from it."""

    format: Format
    deploy: str
    out: Path | None = None
    json_out: Path | None = None
    show_values: bool = False
    max_size: int = 60_000
    snapshot: str = ""


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
    snapshot: SnapshotFile = None,
    snapshot_max_age: SnapshotMaxAge = "24h",
    destroy: Annotated[bool, typer.Option("--destroy", help="Plan what `dac destroy` would do.")] = False,
) -> None:
    """Show what apply would change. Writes nothing to the console, takes no lock."""
    from dac.run.plan.observation import Looking
    from dac.run.plan.planning import Wish

    asked = options.request(stacks, console, variables)
    queries = options.queries(every=validate_on_console)
    looking = Looking(
        deep=deep, accept_console=accept_console, recorded_only=destroy, queries=0 if snapshot else queries
    )
    lifted = options.allowed(allow, assume_catalogue=assume_catalogue)
    wish = Wish(targets=tuple(targets or ()), allow=lifted, destroy=destroy, looking=looking)
    chosen = Format.JSON if json else format
    printing = Printing(chosen, "", out, json_out, show_values, max_size)
    if snapshot is not None:
        with failure_shown(chosen, json_out):
            _require_plain(out, validate_on_console=validate_on_console)
            planned, printing = _planned_from(snapshot, snapshot_max_age, asked, wish, printing)
        show_plan(planned, printing)
    else:
        planned = _plan_saved(asked, wish, printing)
    if planned.plan.refusals:
        stop(ERROR)
    stop(CHANGES if detailed_exitcode and is_news(planned.plan) else 0)


@contextmanager
def failure_shown(how: Format, json_out: Path | None) -> Iterator[None]:
    """Tell in every form why there is no plan: what an earlier run left must not pass for today's."""
    try:
        yield
    except DacError as error:
        if how is Format.MARKDOWN:
            from dac.views.markdown.failure import failure_markdown

            say(failure_markdown(error))
        if how is Format.JSON or json_out is not None:
            from dac.views.machine.failure import failure_json

            try:
                show_json(failure_json(error), how, json_out)
            except DacError as unwritten:  # the error that ends the command is the first one
                from dac.views.human.failure import error_text

                say(error_text(unwritten, palette=palette(sys.stderr)), stream=sys.stderr)
        raise


def _plan_saved(asked: Request, wish: Wish, printing: Printing) -> Planned:
    """Plan against the console itself and show it, in the place of the plan that an earlier run saved."""
    from dac.cli.older_plan import clear_older_plan, missing_plan_told
    from dac.run.scope import require_names

    with failure_shown(printing.format, printing.json_out):
        cleared = clear_older_plan(printing.out, lambda: require_names(asked, recorded_only=wish.destroy))
    with missing_plan_told(cleared):
        with failure_shown(printing.format, printing.json_out):
            planned, printing = _planned(asked, wish, printing)
        show_plan(planned, printing)
    return planned


def _planned(asked: Request, wish: Wish, printing: Printing) -> tuple[Planned, Printing]:
    """Plan against the console itself."""
    from dac.run.console import open_console
    from dac.run.plan.planning import make_plan
    from dac.run.scope import choose

    scope = choose(asked, writes=False, recorded_only=wish.destroy)
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        return make_plan(scope, opened, wish), replace(printing, deploy=scope.console.deploy)


def _planned_from(file: Path, max_age: str, asked: Request, wish: Wish, printing: Printing) -> tuple[Planned, Printing]:
    """Plan against a snapshot. Whoever does that has no token, so nothing is asked of anybody."""
    from dac.run.plan.planning import make_plan
    from dac.run.snapshots.files import load_snapshot
    from dac.run.snapshots.using import described, open_snapshot, scope_of, with_remarks

    oldest = int(options.seconds_of(max_age))
    snapshot, now = load_snapshot(file), options.now()
    scope = scope_of(asked, snapshot, recorded_only=wish.destroy)
    with open_snapshot(scope, snapshot, options.now) as opened:
        planned = make_plan(scope, opened, wish)
    told = replace(printing, deploy=scope.console.deploy, snapshot=described(snapshot, now))
    return with_remarks(planned, snapshot, now, oldest), told


def _require_plain(out: Path | None, *, validate_on_console: bool) -> None:
    """DacError for options that make no sense without a console."""
    for given, option, why in (
        (out is not None, "--out", "a plan from a snapshot cannot be applied, so there is nothing to save it for"),
        (validate_on_console, "--validate-on-console", "a snapshot cannot say whether the console takes a query"),
    ):
        if given:
            raise DacError(f"{option} does not go with --snapshot: {why}", hint=f"leave {option} or --snapshot out")


def show_plan(planned: Planned, how: Printing) -> None:
    """Print a plan, and save it unless it is refused."""
    from dac.views.human.plan import FROM_SNAPSHOT, NOT_SAVED, plan_text, saved_note

    note = FROM_SNAPSHOT if how.snapshot else NOT_SAVED
    if how.out is not None and not planned.plan.refusals:
        from dac.run.plan.saved_plans import save_plan

        save_plan(planned, how.out)
        note = saved_note(str(how.out))
    if how.format is not Format.JSON:
        show_warnings(planned.observation.warnings)
    if how.format is Format.MARKDOWN:
        from dac.views.markdown.plan import plan_markdown

        say(plan_markdown(planned.plan, show_values=how.show_values, most=how.max_size, source=how.snapshot))
    elif how.format is Format.TEXT:
        say(plan_text(planned.plan, palette=palette(sys.stdout), note=note, deploy=how.deploy))
    if how.json_out is not None or how.format is Format.JSON:
        from dac.views.machine.plan import plan_json

        text = plan_json(planned.plan, how.deploy, planned.observation.warnings, how.snapshot)
        show_json(text, how.format, how.json_out)


def show_json(text: str, how: Format, json_out: Path | None) -> None:
    """Print JSON and write it, as was asked for. Written last: a file that cannot be hides nothing from the log."""
    if how is Format.JSON:
        say(text)
    if json_out is not None:
        from dac.run.reports import write_report

        write_report(json_out, text)


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
