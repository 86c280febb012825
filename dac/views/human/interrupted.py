"""What a run left that was interrupted: dac's own work, as the console shows it, and nobody's drift."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of one run: what became of it, and how far it had come with each address; `more` are not shown."""

    title: str
    opening: str
    looked: str
    extents: tuple[tuple[str, str], ...]
    more: int


def interrupted_notes(left: Sequence[LeftBehind], page: Page) -> Iterator[Note]:
    """Yield a note for each run that had something in hand; nothing when no run was interrupted."""
    limit = page.layout.limit
    for _, group in groupby(sorted(left, key=lambda one: one.run_id), key=lambda one: one.run_id):
        items = list(group)
        shown = tuple((page.address(item.address), item.extent.value) for item in items[:limit])
        yield Note(*_said(items[0]), shown, len(items) - len(shown))


def interrupted_section(left: Sequence[LeftBehind], page: Page) -> Iterator[str]:
    """Every address that a run had in hand, and how far it had come; nothing when no run was interrupted."""
    for note in interrupted_notes(left, page):
        yield page.palette.paint("heading", f"Note: {note.title}")
        yield ""
        yield note.opening
        yield note.looked
        yield ""
        for address, extent in note.extents:
            yield f"  {page.palette.paint('heading', address)}: {extent}"
        if note.more:
            yield f"  and {note.more:,} more"
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
