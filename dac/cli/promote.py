"""`dac promote`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop
from dac.cli.plan import Out, is_news, show_warnings

if TYPE_CHECKING:
    from dac.run.planning import Planned
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
    detailed_exitcode: options.DetailedExitcode = False,
    deep: options.Deep = False,
    allow: Allow = None,
    validate_on_console: options.ValidateOnConsole = False,
    assume_catalogue: options.AssumeCatalogue = False,
) -> None:
    """Plan for one console what was applied on the console before it, once every gate is open.

    Writes to no console and takes no lock: `dac apply FILE` carries out what --out saved.
    """
    from dac.run.observation import Looking
    from dac.run.promotion.promoting import promote as ask_gates

    looking = Looking(deep=deep, queries=options.queries(every=validate_on_console))
    lifted = options.allowed(allow, assume_catalogue=assume_catalogue)
    promoted = ask_gates(options.request(stacks, to, variables), lifted, looking, options.now)
    planned = promoted.planned
    if planned is not None and out is not None:
        from dac.run.saved_plans import save_plan

        save_plan(planned, out)
    _show(promoted, out, json=json)
    if planned is None:
        stop(ERROR)
    stop(CHANGES if detailed_exitcode and is_news(planned.plan) else 0)


def _show(promoted: Promoted, out: Path | None, *, json: bool) -> None:
    planned = promoted.planned
    if json:
        from dac.views.machine.promotion import promotion_json

        say(promotion_json(promoted.promotion, planned.plan if planned else None))
        return
    from dac.views.human.promotion import promotion_text

    say(promotion_text(promoted.promotion, palette=palette(sys.stdout)))
    if planned is not None:
        _show_plan(planned, out)


def _show_plan(planned: Planned, out: Path | None) -> None:
    from dac.run.apply.deploying import mode_for
    from dac.views.human.plan import plan_text, saved_note
    from dac.views.human.promotion import NOT_SAVED

    show_warnings(planned.observation.warnings)
    note, mode = saved_note(str(out)) if out else NOT_SAVED, mode_for(planned.plan, Path.cwd())
    say(plan_text(planned.plan, palette=palette(sys.stdout), note=note, deploy=mode))
