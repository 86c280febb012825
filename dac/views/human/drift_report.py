"""`dac drift` for people: the drift of a plan and nothing else of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dac.model.change import Disposition
from dac.views.human.body import LIMIT
from dac.views.human.drift import drift_section, held_section
from dac.views.human.interrupted import interrupted_section
from dac.views.human.page import page_for
from dac.views.human.palette import PLAIN
from dac.views.human.refusals import unreadable_section
from dac.views.human.words import console_line, counted
from dac.views.questions import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.plan import Plan
    from dac.views.human.page import Page
    from dac.views.human.palette import Palette

_SHORT = {
    Disposition.REVERTED: "would be reverted",
    Disposition.HELD: "held",
    Disposition.IGNORED: "ignored",
    Disposition.ACCEPTED: "already as desired",
}


def drift_text(plan: Plan, *, palette: Palette = PLAIN, limit: int | None = LIMIT) -> str:
    """What somebody changed by hand since the last apply, and what could not be looked at."""
    return "\n".join(_sections(plan, page_for(plan, palette=palette, limit=limit))) + "\n"


def _sections(plan: Plan, page: Page) -> Iterator[str]:
    yield page.palette.paint("heading", console_line(plan.console))
    yield ""
    yield from interrupted_section(plan.left, page)
    yield from drift_section(plan.drift, page)
    yield from held_section(plan.drift, plan.console, page)
    yield from unreadable_section(plan.refusals, page)
    if summary := _summary(plan, page):
        yield from (summary, "")
    yield page.palette.paint("heading", console_line(plan.console))


def _summary(plan: Plan, page: Page) -> str:
    if plan.drift:
        numbers = Counter(item.disposition for item in plan.drift)
        parts = ", ".join(f"{numbers[kind]:,} {said}" for kind, said in _SHORT.items() if numbers[kind])
        return f"Drift: {counted(len(plan.drift), 'difference')} ({parts})."
    if unreadable(plan.refusals):
        return ""
    if plan.left:
        return page.palette.paint("success", "No drift.") + " But an apply was interrupted: run dac apply again."
    return page.palette.paint("success", "No drift.") + " The console still is as dac left it."
