"""`dac drift` for people: the drift of a plan and nothing else of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dac.model.change import Disposition
from dac.views.drift_order import in_words, kinds_tally, news
from dac.views.human.body import LIMIT
from dac.views.human.drift import drift_section, held_section
from dac.views.human.interrupted import interrupted_section, remark
from dac.views.human.page import page_for
from dac.views.human.palette import PLAIN
from dac.views.human.quote import quoted, visible
from dac.views.human.words import console_line, counted
from dac.views.questions import bring_command, rebuild_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.drift_report import DriftReport, Sighting, Stranger, Unread, Unrecorded
    from dac.model.plan import ConsoleRef
    from dac.views.human.page import Page
    from dac.views.human.palette import Palette

_SHORT = {
    Disposition.REVERTED: "would be reverted",
    Disposition.DESTROYED: "would be destroyed",
    Disposition.HELD: "held",
    Disposition.IGNORED: "ignored",
    Disposition.ACCEPTED: "already as desired",
    Disposition.UNDECIDED: "undecided",
}


def drift_text(report: DriftReport, *, palette: Palette = PLAIN, limit: int | None = LIMIT) -> str:
    """What somebody changed by hand since the last apply, and what could not be looked at.

    Of a report that is compared with an earlier one, what is new; the rest is counted.
    """
    return "\n".join(_sections(report, page_for(report.plan, palette=palette, limit=limit))) + "\n"


def _sections(report: DriftReport, page: Page) -> Iterator[str]:
    plan, pairs = report.plan, news(report)
    drift = [one.drift for one, _ in pairs]
    yield page.palette.paint("heading", console_line(plan.console))
    yield ""
    yield from interrupted_section(plan.left, page)
    yield from _lowering(pairs, page)
    yield from drift_section(drift, page)
    yield from held_section(drift, plan.console, page)
    yield from _unmanaged([one for one in report.unmanaged or () if one.new], page)
    yield from _unread([one for one in report.unread if one.new], page)
    yield from _unrecorded([one for one in report.unrecorded if one.new], plan.console, page)
    yield from _not_applied(report)
    yield from _resolved(report, page)
    yield from _known(report)
    if summary := _summary(report, page):
        yield from (summary, "")
    yield page.palette.paint("heading", console_line(plan.console))


def _lowering(pairs: Sequence[tuple[Sighting, tuple[str, ...]]], page: Page) -> Iterator[str]:
    lines = [(page.address(one.drift.address), why) for one, reasons in pairs for why in reasons]
    if not lines:
        return
    yield page.palette.paint("warning", f"Lowers security ({len(lines)}):")
    yield from (f"  {address}: {visible(why)}" for address, why in lines)
    yield ""


def _unmanaged(strangers: Sequence[Stranger], page: Page) -> Iterator[str]:
    if not strangers:
        return
    yield page.palette.paint("heading", "Note: In no stack") + " (who made a set or a property, QRadar does not tell):"
    yield ""
    limit = page.layout.limit
    for one in strangers[:limit]:
        yield f"  {one.kind} {quoted(one.name)} (id {visible(one.remote_id)})"
    if limit is not None and len(strangers) > limit:
        yield f"  and {len(strangers) - limit:,} more"
    yield ""


def _unread(unread: Sequence[Unread], page: Page) -> Iterator[str]:
    """Each reason once, however many it concerns."""
    if not unread:
        return
    what = counted(len(unread), "resource")
    yield page.palette.paint("error", "Error") + f": Not read: {what}; what changed there, nobody knows"
    yield ""
    for one in unread:
        first, *_ = one.reason.split("\n")
        yield f"  {page.address(one.address)}: {visible(first)}"
    for hint in dict.fromkeys(line for one in unread for line in one.reason.split("\n")[1:]):
        yield ""
        yield f"  {visible(hint)}"
    yield ""


def _unrecorded(stacks: Sequence[Unrecorded], console: ConsoleRef, page: Page) -> Iterator[str]:
    """Where the state is missing, nothing can be compared: whoever is told must not take that for an answer."""
    for one in stacks:
        things = f"{counted(len(one.addresses), 'resource')} of it on the console"
        yield page.palette.paint("error", "Error") + f": The state of stack {visible(one.stack)} is missing: {things}"
        yield ""
        yield from (f"  {page.address(address)}" for address in one.addresses)
        yield ""
        rebuild = visible(rebuild_command(one.stack, console))
        yield f"  What changed there, nobody knows. Bring its state back from where it is kept; or: {rebuild}"
        yield ""


def _not_applied(report: DriftReport) -> Iterator[str]:
    if report.not_applied:
        stacks = ", ".join(visible(stack) for stack in report.not_applied)
        yield f"Not applied here yet: {stacks} (bring it here: {visible(bring_command(report))})"
        yield ""


def _resolved(report: DriftReport, page: Page) -> Iterator[str]:
    if report.resolved:
        heading = f"Resolved since the report of {visible(report.since)} ({len(report.resolved)}):"
        yield page.palette.paint("success", heading)
        yield from (f"  {visible(one.subject)}: {', '.join(map(in_words, one.kinds))}" for one in report.resolved)
        yield ""


def _known(report: DriftReport) -> Iterator[str]:
    old = sum(not one.new for one in report.sightings) + sum(not one.new for one in report.unread)
    old += sum(not one.new for one in report.unrecorded)
    if old:
        yield f"Not shown: {counted(old, 'difference')} that the report of {visible(report.since)} had already."
        yield ""


def _summary(report: DriftReport, page: Page) -> str:
    if report.sightings or report.drifted:
        numbers = Counter(one.drift.disposition for one in report.sightings)
        parts = ", ".join(f"{numbers[kind]:,} {said}" for kind, said in _SHORT.items() if numbers[kind])
        kinds = ", ".join(f"{number:,} {in_words(kind)}" for kind, number in kinds_tally(report).items())
        found = f"{counted(len(report.sightings), 'difference')} ({parts}): " if parts else ""
        return f"Drift: {found}{kinds or 'nothing that counts'}."
    if not report.certain:
        return ""
    if report.not_applied and not any(change.recorded for change in report.plan.changes):
        return "Nothing was compared: nothing has been applied here."
    rest = remark(report.plan.left) or "The console still is as dac left it."
    return f"{page.palette.paint('success', 'No drift.')} {rest}"
