"""Drift as Markdown, for a ticket or a comment: what lowers security first, then each difference in a fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.drift_order import in_words, kinds_tally, news
from dac.views.human.interrupted import remark
from dac.views.human.page import page_for
from dac.views.human.words import counted
from dac.views.markdown.escaping import inline
from dac.views.markdown.folds import MOST, capped, drift_fold
from dac.views.questions import held, re_enable_command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.drift_report import DriftReport, Sighting
    from dac.views.human.page import Page

_LEFT_OUT = "more folds do not fit: see the report that --report wrote."
_ROWS = 100


def drift_markdown(report: DriftReport, *, show_values: bool = False, most: int = MOST) -> str:
    """Return what is new in at most `most` characters; without `show_values` entries of sets are only counted."""
    page = page_for(report.plan)
    pairs = news(report)
    parts = ["\n".join(_head(report, pairs, page))]
    parts += ["\n".join(_fold(one, reasons, page, show_values=show_values)) for one, reasons in pairs]
    return capped(parts, most, _LEFT_OUT)


def _fold(one: Sighting, reasons: tuple[str, ...], page: Page, *, show_values: bool) -> list[str]:
    return drift_fold(one.drift, page, show_values=show_values, mark=" (lowers security)" if reasons else "")


def _head(report: DriftReport, pairs: list[tuple[Sighting, tuple[str, ...]]], page: Page) -> Iterator[str]:
    yield f"### dac drift on console {inline(report.plan.console.name)}"
    yield ""
    yield _verdict(report)
    yield ""
    since = sum(not one.new for one in report.sightings)
    if since:
        yield f"{counted(since, 'difference')} that the report of {inline(report.since)} had already: not shown."
        yield ""
    lines = [f"{inline(page.address(one.drift.address))}: {inline(why)}" for one, reasons in pairs for why in reasons]
    yield from _listed("Lowers security", lines)
    takers = [re_enable_command(item, report.plan.console) for item in held(one.drift for one, _ in pairs)]
    yield from _listed("Held until somebody decides; to revert", [f"`{command}`" for command in takers])
    strangers = [one for one in report.unmanaged or () if one.new]
    yield from _listed(
        "In no stack", [f"{one.kind} {inline(one.name)} (id {inline(one.remote_id)})" for one in strangers]
    )
    unread = [one for one in report.unread if one.new]
    yield from _listed("Not read", [f"{inline(page.address(one.address))}: {inline(one.reason)}" for one in unread])
    lost = [one for one in report.unrecorded if one.new]
    yield from _listed(
        "State missing, so nobody can tell",
        [f"stack {inline(one.stack)}: {counted(len(one.addresses), 'resource')}" for one in lost],
    )
    gone = [f"{inline(one.subject)}: {', '.join(map(in_words, one.kinds))}" for one in report.resolved]
    yield from _listed(f"Resolved since the report of {inline(report.since)}", gone)
    yield from _listed("Not applied here yet", [inline(stack) for stack in report.not_applied])


def _verdict(report: DriftReport) -> str:
    kinds = ", ".join(f"{number:,} {in_words(kind)}" for kind, number in kinds_tally(report).items())
    if report.drifted:
        return f"**Drift: {kinds}.**"
    if not report.certain:
        return "**Not everything could be compared.**"
    if report.not_applied and not any(change.recorded for change in report.plan.changes):
        return "**Nothing was compared:** nothing has been applied here."
    return f"**No drift.** {remark(report.plan.left) or 'The console still is as dac left it.'}"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"**{title} ({len(lines)}):**"
    yield ""
    yield from (f"- {line}" for line in lines[:_ROWS])
    if len(lines) > _ROWS:
        yield f"- and {len(lines) - _ROWS:,} more"
    yield ""
