"""What comments on plans and on drift share: folds coloured as a diff, and a size that a comment may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.drift import difference
from dac.views.markdown.escaping import fenced, folded, html
from dac.views.redaction import drift_without_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.change import Drift
    from dac.views.human.page import Page

MOST = 60_000
"""Characters; GitHub takes 65,536 in a comment, GitLab a million."""

_SIGN_IN_DIFF = {"~": "!", "-/+": "!", "=": "!", ".": "#"}


def drift_fold(item: Drift, page: Page, *, show_values: bool, mark: str = "") -> list[str]:
    """Return one piece of drift in a fold of its own; `mark` is HTML at the end of its headline."""
    shown = item if show_values else drift_without_values(item)
    headline, *body = difference(shown, page)
    summary = f"<code>≠</code> {html(headline.strip(' #'))} outside of dac: {html(str(item.disposition))}{mark}"
    return folded(summary, fenced([as_diff(line) for line in body], "diff"))


def as_diff(line: str) -> str:
    """Move the sign to the front, where a block of language `diff` colours it."""
    text = line.lstrip()
    for sign in ("-/+", "+", "-", "~", "=", "."):
        if text.startswith(f"{sign} "):
            return f"{_SIGN_IN_DIFF.get(sign, sign)} {line}"
    return f"  {line}"


def capped(parts: Sequence[str], most: int, left_out: str) -> str:
    """Keep whole parts from the front; `left_out` says, after their number, what became of the others."""
    note = f"\n*{{}} {left_out}*\n"
    kept: list[str] = []
    size = len(note) + 10
    for at, part in enumerate(parts):
        size += len(part) + 1
        if size > most:
            if not kept:
                return part[: max(most - len(note) - 10, 0)] + note.format(len(parts) - 1)
            return "\n".join(kept) + note.format(len(parts) - at)
        kept.append(part)
    return "\n".join(kept).rstrip("\n") + "\n"
