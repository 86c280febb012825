"""[notify] in dac.toml: who is told of drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.config.tables import Strict, TokenTable, bad_source
from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


class NotifyTable(Strict):
    """[notify]: where `dac drift` posts what it found. The URL is a secret, so it never stands here itself."""

    webhook: TokenTable | None = None


def literal_webhook(table: object) -> Iterator[Finding]:
    """A webhook's URL that is written out: said first, and never shown."""
    if isinstance(table, dict) and isinstance(table.get("webhook"), str):
        yield Finding(
            "literal-token",
            "the URL of the webhook is written into dac.toml, where everybody can read it and post with it",
            ("notify", "webhook"),
            hint='write webhook = { env = "VARIABLE" }, { file = "path" } or { command = "program" }; '
            "and if this file was ever committed, make a new URL",
        )


def bad_notify(table: NotifyTable) -> Iterator[Finding]:
    """What no single value shows."""
    if table.webhook is not None:
        yield from bad_source(table.webhook, ("notify", "webhook"), "a webhook's URL")
