"""`dac apply` and `dac destroy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.applying import Manner
from dac.cli.border import ERROR, bordered, is_terminal, palette, stop
from dac.cli.interrupts import graceful_stop
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.run.apply.applying import Applied, Border
    from dac.run.console import Console
    from dac.run.plan.planning import Wish
    from dac.run.scope import Request, Scope

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PLANFILE | STACK...]", help="A plan saved with `dac plan --out`, or stacks; none: all."),
]
ReEnable = Annotated[
    list[str] | None, typer.Option("--re-enable", metavar="ADDRESS", help="Switch on what was switched off by hand.")
]

Digest = Annotated[
    str | None,
    typer.Option(
        "--digest", metavar="SHA256", help="Apply PLANFILE only if this is its digest: see `dac show --digest`."
    ),
]


@bordered
def apply(
    words: Words = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    targets: options.Targets = None,
    re_enable: ReEnable = None,
    auto_approve: options.AutoApprove = False,
    deep: options.Deep = False,
    allow: options.Allow = None,
    assume_catalogue: options.AssumeCatalogue = False,
    accept_console: options.AcceptConsole = False,
    validate_on_console: options.ValidateOnConsole = False,
    fail_fast: options.FailFast = False,
    deploy: options.Deploy = None,
    json: options.Json = False,
    lock_timeout: options.LockTimeout = "0s",
    digest: Digest = None,
) -> None:
    """Make the console match the stacks, after showing how and asking."""
    from dac.run.plan.observation import Looking
    from dac.run.plan.planning import Wish

    queries = options.queries(every=validate_on_console)
    looking = Looking(deep=deep, accept_console=accept_console, queries=queries)
    lifted = options.allowed(allow, assume_catalogue=assume_catalogue)
    wish = Wish(tuple(targets or ()), tuple(re_enable or ()), lifted, looking=looking)
    file = _plan_file(words or [])
    manner = Manner(auto_approve or file is not None, fail_fast, deploy, json, lock_timeout)
    if file is None:
        if digest is not None:
            raise DacError("--digest is of a saved plan, and none was named", hint="dac apply PLANFILE --digest SHA256")
        _apply_stacks(options.request(words, console, variables), wish, manner)
        return
    if variables or targets or re_enable or lifted or deep or accept_console or validate_on_console:
        raise DacError(
            "a saved plan is applied as it was made: options that shape a plan do not go with it",
            hint="make a new plan with them",
        )
    _apply_file(file, digest, options.request(None, console, None), manner)


@bordered
def destroy(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    auto_approve: options.AutoApprove = False,
    allow: options.Allow = None,
    accept_console: options.AcceptConsole = False,
    fail_fast: options.FailFast = False,
    deploy: options.Deploy = None,
    json: options.Json = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Delete from the console everything that the stacks have made there."""
    from dac.run.plan.observation import Looking
    from dac.run.plan.planning import Wish

    looking = Looking(accept_console=accept_console, recorded_only=True)
    wish = Wish(allow=tuple(allow or ()), destroy=True, looking=looking)
    manner = Manner(auto_approve, fail_fast, deploy, json, lock_timeout)
    _apply_stacks(options.request(stacks, console, variables), wish, manner)


def _plan_file(words: list[str]) -> Path | None:
    """Return the saved plan that was named; a word that is a file and no stack's name is one."""
    if len(words) != 1:
        return None
    path = Path(words[0])
    is_stack = Path("stacks", words[0]).is_dir()
    return path if not is_stack and (path.is_file() or "/" in words[0] or path.suffix) else None


def _apply_stacks(asked: Request, wish: Wish, manner: Manner) -> None:
    from dac.run.scope import choose

    run_apply(choose(asked, writes=True, recorded_only=wish.destroy), asked, wish, manner)


def run_apply(scope: Scope, asked: Request, wish: Wish, manner: Manner) -> None:
    """Plan, show, ask and carry out what is wished for; exits 1 when it did not complete."""
    from dac.run.apply.applying import apply as carry_out

    _run(scope, asked, manner, lambda console, border: carry_out(scope, console, wish, border))


def _apply_file(file: Path, digest: str | None, asked: Request, manner: Manner) -> None:
    from dac.run.apply.applying import apply_saved
    from dac.run.plan.saved_plans import load_plan, require_digest
    from dac.run.scope import choose_for_plan

    saved = load_plan(file)
    if digest is not None:
        require_digest(saved, digest, file)
    scope = choose_for_plan(asked, saved.plan)
    _run(scope, asked, manner, lambda console, border: apply_saved(scope, console, saved, border))


def _run(scope: Scope, asked: Request, manner: Manner, act: Callable[[Console, Border], Applied]) -> None:
    from dac.model.deployment import DeployEnd
    from dac.run.apply.deploying import deploy_after, require_allowed
    from dac.run.apply.patience import Patience
    from dac.run.console import open_console
    from dac.views.human.live import ProgressLines

    manner.require_consent()
    require_allowed(scope.console, manner.deploy)
    stream = manner.stream
    lines = ProgressLines(stream, live=is_terminal(stream), one_stack=len(scope.selected) == 1, palette=palette(stream))
    patience = Patience(lines)
    with (
        open_console(scope.project, scope.console, asked.env, options.now, patience.pause) as console,
        graceful_stop() as stopping,
    ):
        border = manner.border(patience, stopping, scope.console.deploy)
        with lines:
            applied = act(console, border)
        manner.show_end(applied)
        with lines:
            deployment = deploy_after(applied, console, border, manner.deploy, lambda: manner.consent(applied.plan))
    manner.show_deployment(applied, scope.console.deploy, deployment)
    is_failed = deployment is not None and deployment.end is DeployEnd.FAILED
    stop(0 if applied.approved and applied.complete and not is_failed else ERROR)
