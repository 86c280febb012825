"""A plan as a comment on a merge request: counts, what lowers security, then every change in a fold of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.counts import Counts
from dac.views.human.interrupted import interrupted_notes
from dac.views.human.page import page_for
from dac.views.human.resource import SIGNS, resource
from dac.views.human.words import counted, tally
from dac.views.markdown.escaping import fenced, folded, html, inline
from dac.views.markdown.folds import MOST, as_diff, capped, drift_fold
from dac.views.questions import pending
from dac.views.redaction import without_values
from dac.views.retiring import announced
from dac.views.security import lowered_by_drift, lowering_first
from dac.views.watched import taken_by_rollout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.change import Change
    from dac.model.plan import Plan
    from dac.views.human.page import Page

_RETIRING = 20
LEFT_OUT = "more folds do not fit into a comment: see the plan in the job's log."


def plan_markdown(plan: Plan, *, show_values: bool = False, most: int = MOST, source: str = "") -> str:
    """Return the plan in at most `most` characters; what had to be left out is said at the end.

    Without `show_values` the entries of reference sets are counted instead of shown. `source` is what the plan was
    made from, if not from the console itself.
    """
    return capped(plan_parts(plan, show_values=show_values, source=source), most, LEFT_OUT)


def plan_parts(plan: Plan, *, show_values: bool, source: str = "") -> list[str]:
    """Return the head, with the counts and what lowers security, and then each fold."""
    page = page_for(plan)
    changes = [(change, reasons) for change, reasons in lowering_first(pending(plan), plan.changes)]
    parts = ["\n".join(_head(plan, changes, page, source))]
    parts += ["\n".join(drift_fold(item, page, show_values=show_values)) for item in plan.drift]
    return parts + ["\n".join(_change(change, why, page, show_values=show_values)) for change, why in changes]


def _head(plan: Plan, changes: list[tuple[Change, tuple[str, ...]]], page: Page, source: str) -> Iterator[str]:
    counts = Counts.of(change for change, _ in changes)
    yield f"### dac plan for console {inline(plan.console.name)}"
    yield ""
    if source:
        yield f"*Made from {inline(source)}: the console itself was not asked.*"
        yield ""
    yield from _interrupted(plan, page)
    yield f"**{inline(counts.planned())}**" if changes else "**No changes.** The console matches the configuration."
    yield ""
    for line in taken_by_rollout(plan).lines():
        yield f"**{inline(line)}**"
        yield ""
    if plan.refusals:
        yield f"**This plan cannot be applied: {counted(len(plan.refusals), 'error')}.**"
        yield ""
        for refusal in plan.refusals:
            where = f"{inline(page.address(refusal.address))}: " if refusal.address else ""
            hint = f" *{inline(refusal.hint)}*" if refusal.hint else ""
            yield f"- `{refusal.code}` {where}{inline(refusal.summary)}.{hint}"
        yield ""
    yield from _lowering(plan, changes, page)
    for one in plan.retiring[:_RETIRING]:
        yield f"- {inline(page.address(one.address))}: {inline(announced(one, plan))}"
    if len(plan.retiring) > _RETIRING:
        yield f"- and {len(plan.retiring) - _RETIRING:,} more"
    if plan.retiring:
        yield ""
    if any(plan.unmanaged.values()):
        unmanaged = {f"unmanaged {kind}": number for kind, number in sorted(plan.unmanaged.items())}
        yield f"{inline(tally(unmanaged))} on the console; dac leaves what it does not manage alone."
        yield ""


def _interrupted(plan: Plan, page: Page) -> Iterator[str]:
    for note in interrupted_notes(plan.left, page):
        yield f"**Note: {inline(note.title)}.** {inline(f'{note.opening} {note.looked}')}"
        yield ""
        yield from (f"- {inline(address)}: {inline(extent)}" for address, extent in note.extents)
        if note.more:
            yield f"- and {note.more:,} more"
        yield ""


def _lowering(plan: Plan, changes: list[tuple[Change, tuple[str, ...]]], page: Page) -> Iterator[str]:
    lines = [
        f"- {inline(page.address(change.address))}: {inline(why)}" for change, reasons in changes for why in reasons
    ]
    lines += [
        f"- {inline(page.address(item.address))}, by hand on the console: {inline(why)}"
        for item in plan.drift
        for why in lowered_by_drift(item, plan.changes)
    ]
    if lines:
        yield f"**Lowers security ({len(lines)}):**"
        yield ""
        yield from lines
        yield ""


def _change(change: Change, why: tuple[str, ...], page: Page, *, show_values: bool) -> Iterator[str]:
    shown = change if show_values else without_values(change)
    headline, *body = resource(shown, page)
    mark = " (lowers security)" if why else ""
    summary = f"<code>{SIGNS[change.action]}</code> {html(headline.strip(' #'))}{mark}"
    yield from folded(summary, fenced([as_diff(line) for line in body], "diff"))
