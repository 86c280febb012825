"""`dac promote`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop
from dac.cli.plan import (
    As,
    Format,
    JsonOut,
    MaxSize,
    Out,
    Printing,
    ShowValues,
    failure_shown,
    is_news,
    show_json,
    show_warnings,
)

if TYPE_CHECKING:
    from dac.model.promotion import PromotedFrom
    from dac.run.plan.planning import Planned
    from dac.run.promotion.promoting import Promoted

To = Annotated[
    str, typer.Option("--to", metavar="NAME", help="The console to promote to; its promote_from is where from.")
]
Allow = Annotated[
    list[str] | None, typer.Option("--allow", metavar="CODE", help="Lift one gate or refusal for this run.")
]


@bordered
def promote(
    to: To,
    stacks: options.Stacks = None,
    variables: options.Variables = None,
    out: Out = None,
    json: options.Json = False,
    format: As = Format.TEXT,  # noqa: A002 - the option's name
    json_out: JsonOut = None,
    show_values: ShowValues = False,
    max_size: MaxSize = 60_000,
    detailed_exitcode: options.DetailedExitcode = False,
    deep: options.Deep = False,
    allow: Allow = None,
    validate_on_console: options.ValidateOnConsole = False,
    assume_catalogue: options.AssumeCatalogue = False,
) -> None:
    """Plan for one console what was applied on the console before it, once every gate is open.

    Writes to no console and takes no lock: `dac apply FILE` carries out what --out saved.
    """
    from dac.cli.older_plan import clear_older_plan, missing_plan_told
    from dac.run.plan.observation import Looking
    from dac.run.plan.saved_plans import save_plan
    from dac.run.promotion.promoting import promote as ask_gates
    from dac.run.promotion.promoting import require_names

    looking = Looking(deep=deep, queries=options.queries(every=validate_on_console))
    lifted = options.allowed(allow, assume_catalogue=assume_catalogue)
    chosen = Format.JSON if json else format
    asked = options.request(stacks, to, variables)
    with failure_shown(chosen, json_out):
        cleared = clear_older_plan(out, lambda: require_names(asked, lifted))
    with missing_plan_told(cleared):
        with failure_shown(chosen, json_out):
            promoted = ask_gates(asked, lifted, looking, options.now)
        planned = promoted.planned
        if planned is not None and out is not None:
            save_plan(replace(planned, promoted=_origin(promoted)), out)
        _show(promoted, Printing(chosen, _deploy_mode(planned), out, json_out, show_values, max_size))
    if planned is None:
        stop(ERROR)
    stop(CHANGES if detailed_exitcode and is_news(planned.plan) else 0)


def _origin(promoted: Promoted) -> PromotedFrom:
    from dac.model.promotion import PromotedFrom
    from dac.views.human.promotion import promotion_text

    promotion = promoted.promotion
    return PromotedFrom(promotion.source.name, promotion.lifted, promotion_text(promotion))


def _deploy_mode(planned: Planned | None) -> str:
    from dac.run.apply.deploying import mode_for

    return mode_for(planned.plan, Path.cwd()) if planned is not None else ""


def _show(promoted: Promoted, how: Printing) -> None:
    planned, promotion = promoted.planned, promoted.promotion
    plan, warnings = (planned.plan, planned.observation.warnings) if planned is not None else (None, ())
    if how.format is Format.MARKDOWN:
        from dac.views.markdown.promotion import promotion_markdown

        _warn(planned)
        say(promotion_markdown(promotion, plan, show_values=how.show_values, most=how.max_size))
    elif how.format is Format.TEXT:
        _show_text(promoted, how)
    if how.json_out is not None or how.format is Format.JSON:
        from dac.views.machine.promotion import promotion_json

        show_json(promotion_json(promotion, plan, how.deploy, warnings), how.format, how.json_out)


def _show_text(promoted: Promoted, how: Printing) -> None:
    from dac.views.human.promotion import promotion_text

    say(promotion_text(promoted.promotion, palette=palette(sys.stdout)))
    _warn(promoted.planned)
    if promoted.planned is not None:
        _show_plan(promoted.planned, how)


def _warn(planned: Planned | None) -> None:
    if planned is not None:
        show_warnings(planned.observation.warnings)


def _show_plan(planned: Planned, how: Printing) -> None:
    from dac.views.human.plan import plan_text, saved_note
    from dac.views.human.promotion import NOT_SAVED

    note = saved_note(str(how.out)) if how.out else NOT_SAVED
    say(plan_text(planned.plan, palette=palette(sys.stdout), note=note, deploy=how.deploy))
