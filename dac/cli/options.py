"""The arguments and options that several commands share, and the request they make."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.run.scope import Request

Stacks = Annotated[list[str] | None, typer.Argument(metavar="[STACK]...", help="Stacks to work on; none means all.")]
ConsoleName = Annotated[str | None, typer.Option("--console", metavar="NAME", help="A console of dac.toml.")]
Variables = Annotated[
    list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Set a variable of the stacks.")
]
Targets = Annotated[
    list[str] | None, typer.Option("--target", metavar="ADDRESS", help="Only this resource and what it reads.")
]
Deep = Annotated[bool, typer.Option("--deep", help="Read every rule's body, whatever its modification date says.")]
Allow = Annotated[list[str] | None, typer.Option("--allow", metavar="CODE", help="Lift one refusal for this run.")]
AssumeCatalogue = Annotated[
    bool,
    typer.Option(
        "--assume-catalogue", help="Write rules to a console that was not calibrated, by what dac ships, for this run."
    ),
]
AcceptConsole = Annotated[
    bool, typer.Option("--accept-console", help="Bind the state to this console: it was moved, cloned or rebuilt.")
]
ValidateOnConsole = Annotated[
    bool,
    typer.Option("--validate-on-console", help="Ask the console about every changed query, not just the first 20."),
]
AutoApprove = Annotated[bool, typer.Option("--auto-approve", help="Do not ask.")]
LockTimeout = Annotated[
    str, typer.Option("--lock-timeout", metavar="DURATION", help="How long to wait for a lock, such as 30s or 5m.")
]
FailFast = Annotated[
    bool, typer.Option("--fail-fast", help="Begin nothing more after the first failure; the rest is listed.")
]
Deploy = Annotated[
    bool | None,
    typer.Option("--deploy/--no-deploy", help="Deploy after a complete apply, or do not, without being asked."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
DetailedExitcode = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit 2 when there are changes or held items.")
]


def request(stacks: Iterable[str] | None, console: str | None, variables: Iterable[str] | None) -> Request:
    """Return what was asked for, in the folder and environment it was asked in."""
    from dac.run.scope import Request

    return Request(
        folder=Path.cwd(),
        stacks=tuple(stacks or ()),
        console=console,
        variables=dict(_assignment(text) for text in variables or ()),
        env=os.environ,
    )


def allowed(allow: Iterable[str] | None, *, assume_catalogue: bool) -> tuple[str, ...]:
    """Return the codes of the refusals that are lifted."""
    from dac.planning.guard import NOT_CALIBRATED

    return (*(allow or ()), *((NOT_CALIBRATED,) if assume_catalogue else ()))


def queries(*, every: bool) -> int | None:
    """Return how many changed queries the console is asked about; None for all."""
    from dac.run.plan.observation import MOST_QUERIES

    return None if every else MOST_QUERIES


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise DacError(f"--var {text}: a name and a value are wanted", hint="write --var name=value")
    return name, value


def seconds_of(duration: str) -> float:
    """Return the seconds of a duration option; 0 for `0`."""
    from dac.resources.durations import DURATION, seconds

    if duration.strip("0s") == "":
        return 0.0
    if DURATION.fullmatch(duration) is None:
        raise DacError(f"{duration!r} is no length of time", hint="write a number and s, m or h, such as 30s or 5m")
    return float(seconds(duration))


def now() -> int:
    """Return the time, in epoch ms."""
    return time.time_ns() // 1_000_000
