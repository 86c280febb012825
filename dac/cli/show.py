"""`dac show`: a saved plan, or what the states hold."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dac.cli import options
from dac.cli.border import bordered, palette, say
from dac.errors import DacError

File = Annotated[Path | None, typer.Argument(metavar="[PLANFILE]", help="A plan saved with `dac plan --out`.")]

Digest = Annotated[
    bool, typer.Option("--digest", help="Print nothing but the digest of the plan, for a change ticket.")
]


@bordered
def show(
    file: File = None, console: options.ConsoleName = None, json: options.Json = False, digest: Digest = False
) -> None:
    """Show a saved plan, or everything that is recorded for a console. Asks no console."""
    if digest:
        _show_digest(file)
        return
    if file is not None:
        _show_plan(file, json=json)
        return
    from dac.run.states.inventory import recorded

    resources = recorded(options.request(None, console, None))
    if json:
        from dac.views.machine.state import state_json

        say(state_json(resources))
    else:
        from dac.views.human.state import recorded_text

        say(recorded_text(resources, palette=palette(sys.stdout)))


def _show_digest(file: Path | None) -> None:
    from dac.run.plan.saved_plans import load_plan

    if file is None:
        raise DacError("--digest is of a saved plan, and none was named", hint="dac show --digest PLANFILE")
    say(load_plan(file).digest + "\n")


def _show_plan(file: Path, *, json: bool) -> None:
    from dac.run.apply.deploying import mode_for
    from dac.run.plan.saved_plans import load_plan

    saved = load_plan(file)
    plan = saved.plan
    deploy = mode_for(plan, Path.cwd())
    if json:
        from dac.views.machine.plan import plan_json

        say(plan_json(plan, deploy, promoted=saved.promoted))
    else:
        from dac.views.human.plan import plan_text, saved_note
        from dac.views.human.promotion import promoted_text

        if saved.promoted is not None:
            say(promoted_text(saved.promoted))
        say(plan_text(plan, palette=palette(sys.stdout), note=saved_note(str(file)), deploy=deploy))
