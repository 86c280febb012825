"""`dac rollback`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.apply import run_apply
from dac.cli.applying import Manner
from dac.cli.border import ERROR, bordered, stop
from dac.cli.plan import Format, Printing, show_plan

if TYPE_CHECKING:
    from dac.run.plan.planning import Wish
    from dac.run.scope import Request, Scope

ApplyId = Annotated[str, typer.Argument(metavar="APPLY_ID", help="The apply, or the beginning of its id.")]
Addresses = Annotated[
    list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="What of it to bring back; none: all of it.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `dac apply FILE`.")]


@bordered
def rollback(
    apply_id: ApplyId,
    addresses: Addresses = None,
    console: options.ConsoleName = None,
    out: Out = None,
    auto_approve: options.AutoApprove = False,
    deep: options.Deep = False,
    allow: options.Allow = None,
    assume_catalogue: options.AssumeCatalogue = False,
    fail_fast: options.FailFast = False,
    deploy: options.Deploy = None,
    json: options.Json = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Bring back what an apply has overwritten, deleted or created, after showing how and asking."""
    from dac.run.plan.observation import Looking
    from dac.run.plan.planning import Wish
    from dac.run.plan.rollback import return_of
    from dac.run.scope import Request, choose, choose_console

    asked = options.request(None, console, None)
    back = return_of(*choose_console(asked, writes=True), apply_id, addresses or ())
    asked = Request(asked.folder, back.past.stacks, console, env=asked.env)
    scope = choose(asked, writes=True, recorded_only=True)
    lifted = options.allowed(allow, assume_catalogue=assume_catalogue)
    wish = Wish(allow=lifted, looking=Looking(deep=deep, recorded_only=True), back=back)
    if out is not None:
        _save(scope, asked, wish, out, json=json)
        return
    run_apply(scope, asked, wish, Manner(auto_approve, fail_fast, deploy, json, lock_timeout))


def _save(scope: Scope, asked: Request, wish: Wish, out: Path, *, json: bool) -> None:
    from dac.cli.older_plan import clear_older_plan, missing_plan_told
    from dac.run.console import open_console
    from dac.run.plan.planning import make_plan

    with missing_plan_told(clear_older_plan(out, lambda: None)):
        with open_console(scope.project, scope.console, asked.env, options.now) as opened:
            planned = make_plan(scope, opened, wish)
        show_plan(planned, Printing(Format.JSON if json else Format.TEXT, scope.console.deploy, out))
    if planned.plan.refusals:
        stop(ERROR)
