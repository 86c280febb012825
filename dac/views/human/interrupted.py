"""What a run left that was interrupted: dac's own work, as the console shows it, and nobody's drift."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dac.views.human.quote import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.plan import LeftBehind
    from dac.views.human.page import Page


def interrupted_section(left: Sequence[LeftBehind], page: Page) -> Iterator[str]:
    """Every address that a run had in hand, and how far it had come; nothing when no run was interrupted."""
    for run_id, group in groupby(sorted(left, key=lambda one: one.run_id), key=lambda one: one.run_id):
        yield page.palette.paint("heading", "Note: Left by an interrupted run")
        yield ""
        yield f"Run {visible(run_id)} was cut off or failed while it had these in hand."
        yield "dac has looked at the console instead:"
        yield ""
        yield from _extents(list(group), page)
        yield ""


def _extents(items: Sequence[LeftBehind], page: Page) -> Iterator[str]:
    limit = page.layout.limit
    for item in items[:limit]:
        yield f"  {page.palette.paint('heading', page.address(item.address))}: {item.extent}"
    if limit is not None and len(items) > limit:
        yield f"  and {len(items) - limit:,} more"
