"""What a run left that was interrupted: dac's own work, as the console shows it, and nobody's drift."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from dac.model.run import Life
from dac.views.human.quote import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.plan import LeftBehind
    from dac.model.run import Holder
    from dac.views.human.page import Page

_INSTEAD = "dac has looked at the console instead:"
_MEANWHILE = "dac has looked at the console meanwhile:"


def interrupted_section(left: Sequence[LeftBehind], page: Page) -> Iterator[str]:
    """Every address that a run had in hand, and how far it had come; nothing when no run was interrupted."""
    for _, group in groupby(sorted(left, key=lambda one: one.run_id), key=lambda one: one.run_id):
        items = list(group)
        title, opening, looked = _said(items[0])
        yield page.palette.paint("heading", f"Note: {title}")
        yield ""
        yield opening
        yield looked
        yield ""
        yield from _extents(items, page)
        yield ""


def remark(left: Sequence[LeftBehind]) -> str:
    """What is to be said beside "no drift" while a run has something in hand; '' while none has."""
    if not left:
        return ""
    if any(one.run.life is not Life.ENDED for one in left):
        return "But an apply may be running: look again when it has ended."
    return "But an apply was interrupted: run dac apply again."


def _said(one: LeftBehind) -> tuple[str, str, str]:
    run, by = f"Run {visible(one.run_id)}", _by(one.run.holder)
    if one.run.life is Life.RUNNING:
        return "An apply is running", f"{run} is running{by}; it has these in hand.", _MEANWHILE
    if one.run.life is Life.UNSURE:
        opening = f"{run} is running{by}, or was cut off while it had these in hand."
        return "Left by a run that may not have ended", opening, _INSTEAD
    return "Left by an interrupted run", f"{run} was cut off or failed while it had these in hand.", _INSTEAD


def _by(holder: Holder | None) -> str:
    if holder is None:
        return ""
    since = datetime.fromtimestamp(holder.created / 1000, UTC)
    return f" ({visible(holder.who)} on {visible(holder.host)}, since {since:%Y-%m-%d %H:%M:%S} UTC)"


def _extents(items: Sequence[LeftBehind], page: Page) -> Iterator[str]:
    limit = page.layout.limit
    for item in items[:limit]:
        yield f"  {page.palette.paint('heading', page.address(item.address))}: {item.extent}"
    if limit is not None and len(items) > limit:
        yield f"  and {len(items) - limit:,} more"
