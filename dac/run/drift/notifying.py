"""Telling a webhook what was found. Whatever goes wrong with that is a warning: the run's answer stays the same."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.config.origins import ORIGINS, check_origin
from dac.config.tokens import Purpose, read_secret
from dac.errors import DacError
from dac.model.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.config.settings import Project, TokenSource
    from dac.model.plan import ConsoleRef
    from dac.run.drift.memory import Memory

_PURPOSE = Purpose(
    "webhook",
    "drift notices",
    "notify",
    "make an incoming webhook in the chat or the ticket system, and copy its URL",
    "",
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was to be looked at, and when (epoch ms). No stacks: all of them."""

    console: ConsoleRef
    stacks: tuple[str, ...]
    clock: int


def notify(
    project: Project, notice: Mapping[str, object], env: Mapping[str, str]
) -> tuple[bool, tuple[Diagnostic, ...]]:
    """Post a notice to the project's webhook, if it has one; return whether nobody missed it, and warnings.

    The URL is in none of them.
    """
    source = project.notify.webhook
    if source is None:
        return True, ()
    try:
        url, warnings = _read_url(project, source, env)
    except DacError as error:
        return False, (_warning(error.summary, error.hint),)
    from dac.notify.webhook import send  # costs what a plan without changes costs

    why = send(url, notice)
    if why:
        hint = "the exit code is what it would be without; the next run tries again"
        return False, (*warnings, _warning(f"the webhook was not told of this: {why}", hint))
    return True, warnings


def unset_webhook(project: Project, env: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Warn of a webhook whose variable or file would not do, also while there is nothing to tell. No command is run."""
    source = project.notify.webhook
    if source is None or source.command:
        return ()
    try:
        _, warnings = _read_url(project, source, env)
    except DacError as error:
        return (_warning(error.summary, error.hint),)
    return warnings


def notify_failure(
    project: Project, asked: Looked, memory: Memory, error: DacError, env: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """Tell the webhook that nobody knows; where runs are remembered once, until there is an answer again."""
    from dac.run.drift.memory import FAILURE, remember
    from dac.views.machine.drift import failure_json
    from dac.views.machine.drift_notice import failure_notice
    from dac.views.machine.forms import rfc3339

    key = f"{FAILURE} {type(error).__name__}"
    if key in memory.keys:
        return unset_webhook(project, env)
    told, warnings = notify(project, failure_notice(asked.console, asked.stacks, asked.clock, error), env)
    if told and memory.path is not None:
        since = memory.former.timestamp if memory.former else rfc3339(asked.clock)
        with suppress(DacError):  # the failure itself is what there is to say
            remember(memory.path, failure_json(asked.console, since, {*memory.keys, key}, error))
    return warnings


def _read_url(project: Project, source: TokenSource, env: Mapping[str, str]) -> tuple[str, tuple[Diagnostic, ...]]:
    secret = read_secret(source, _PURPOSE, env, folder=project.root)
    try:
        check_origin(secret.value, "a notice", env)
    except DacError:
        summary = f"the webhook was not told of this: {ORIGINS} does not list where its URL leads"
        raise DacError(summary, hint=f"if the URL is right, add its origin to {ORIGINS} in the pipeline") from None
    return secret.value, secret.warnings


def _warning(summary: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.WARNING, "webhook", summary, hint=hint)
