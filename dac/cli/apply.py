"""`dac apply` and `dac destroy`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import ERROR, ask, bordered, command_line, is_terminal, palette, say, stop
from dac.cli.interrupts import graceful_stop
from dac.cli.plan import show_warnings
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.plan import Plan
    from dac.run.applying import Applied, Border
    from dac.run.console import Console
    from dac.run.planning import Planned, Wish
    from dac.run.scope import Request, Scope

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PLANFILE | STACK...]", help="A plan saved with `dac plan --out`, or stacks; none: all."),
]
ReEnable = Annotated[
    list[str] | None, typer.Option("--re-enable", metavar="ADDRESS", help="Switch on what was switched off by hand.")
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
    accept_console: options.AcceptConsole = False,
    validate_on_console: options.ValidateOnConsole = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Make the console match the stacks, after showing how and asking."""
    from dac.run.observation import Looking
    from dac.run.planning import Wish

    queries = options.queries(every=validate_on_console)
    looking = Looking(deep=deep, accept_console=accept_console, queries=queries)
    wish = Wish(tuple(targets or ()), tuple(re_enable or ()), tuple(allow or ()), looking=looking)
    file = _plan_file(words or [])
    if file is None:
        asked = options.request(words, console, variables)
        _apply_stacks(asked, wish, lock_timeout, auto_approve=auto_approve)
        return
    if variables or targets or re_enable or allow or deep or accept_console or validate_on_console:
        raise DacError(
            "a saved plan is applied as it was made: options that shape a plan do not go with it",
            hint="make a new plan with them",
        )
    _apply_file(file, options.request(None, console, None), lock_timeout)


@bordered
def destroy(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    auto_approve: options.AutoApprove = False,
    allow: options.Allow = None,
    accept_console: options.AcceptConsole = False,
    lock_timeout: options.LockTimeout = "0s",
) -> None:
    """Delete from the console everything that the stacks have made there."""
    from dac.run.observation import Looking
    from dac.run.planning import Wish

    looking = Looking(accept_console=accept_console, recorded_only=True)
    wish = Wish(allow=tuple(allow or ()), destroy=True, looking=looking)
    asked = options.request(stacks, console, variables)
    _apply_stacks(asked, wish, lock_timeout, auto_approve=auto_approve)


def _plan_file(words: list[str]) -> Path | None:
    """Return the saved plan that was named; a word that is a file and no stack's name is one."""
    if len(words) != 1:
        return None
    path = Path(words[0])
    is_stack = Path("stacks", words[0]).is_dir()
    return path if not is_stack and (path.is_file() or "/" in words[0] or path.suffix) else None


def _apply_stacks(asked: Request, wish: Wish, lock_timeout: str, *, auto_approve: bool) -> None:
    from dac.run.scope import choose

    run_apply(
        choose(asked, writes=True, recorded_only=wish.destroy), asked, wish, lock_timeout, auto_approve=auto_approve
    )


def run_apply(scope: Scope, asked: Request, wish: Wish, lock_timeout: str, *, auto_approve: bool) -> None:
    """Plan, show, ask and carry out what is wished for; exits 1 when it did not complete."""
    from dac.run.applying import apply as carry_out

    _run(scope, asked, lock_timeout, lambda console, border: carry_out(scope, console, wish, border), auto=auto_approve)


def _apply_file(file: Path, asked: Request, lock_timeout: str) -> None:
    from dac.run.applying import apply_saved
    from dac.run.saved_plans import load_plan
    from dac.run.scope import choose_for_plan

    saved = load_plan(file)
    scope = choose_for_plan(asked, saved.plan)
    _run(scope, asked, lock_timeout, lambda console, border: apply_saved(scope, console, saved, border), auto=True)


def _run(
    scope: Scope, asked: Request, lock_timeout: str, act: Callable[[Console, Border], Applied], *, auto: bool
) -> None:
    from dac.run.applying import Border
    from dac.run.console import open_console
    from dac.run.patience import Patience
    from dac.views.human.live import ProgressLines
    from dac.views.human.outcome import apply_text
    from dac.views.human.prompts import approval_prompt, cancelled

    colours = palette(sys.stdout)

    def approve(plan: Plan) -> bool:
        return auto or ask(approval_prompt(plan, palette=colours))

    lines = ProgressLines(sys.stdout, live=is_terminal(sys.stdout), one_stack=len(scope.selected) == 1, palette=colours)
    patience = Patience(lines)
    with (
        open_console(scope.project, scope.console, asked.env, options.now, patience.pause) as console,
        graceful_stop() as stopping,
    ):
        timeout = options.seconds_of(lock_timeout)
        border = Border(_show, approve, patience, stopping, command_line(), timeout)
        with lines:
            applied = act(console, border)
    if not applied.approved:
        say(cancelled(applied.plan))
        stop(ERROR)
    say(("\n" if applied.outcomes else "") + apply_text(applied.plan, applied.outcomes.values(), palette=colours))
    stop(0 if applied.complete else ERROR)


def _show(planned: Planned) -> None:
    from dac.views.human.plan import plan_text

    show_warnings(planned)
    say(plan_text(planned.plan, palette=palette(sys.stdout)) + "\n")
