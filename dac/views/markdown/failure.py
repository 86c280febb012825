"""Why there is no plan, as a comment: it takes the place of the one that an earlier run left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.failure import error_text
from dac.views.markdown.escaping import fenced

if TYPE_CHECKING:
    from dac.errors import DacError

_LINES = 200


def failure_markdown(error: DacError) -> str:
    """Return the error as it is told on a terminal, of many findings the first, under a heading of its own."""
    lines = error_text(error).rstrip("\n").split("\n")
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], f"... and {len(lines) - _LINES:,} lines more: see the job's log"]
    return "\n".join(["### dac: there is no plan", "", *fenced(lines), ""])
