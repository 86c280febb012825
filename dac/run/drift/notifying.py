"""Telling a webhook what was found. Whatever goes wrong with that is a warning: the run's answer stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.config.origins import ORIGINS, check_origin
from dac.config.tokens import Purpose, read_secret
from dac.errors import DacError
from dac.model.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.config.settings import Project, TokenSource

_PURPOSE = Purpose(
    "webhook",
    "drift notices",
    "notify",
    "make an incoming webhook in the chat or the ticket system, and copy its URL",
    "",
)


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
