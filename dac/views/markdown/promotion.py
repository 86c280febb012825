"""A promotion as a comment or a job's summary: the gates, the target's plan, and what differs from the source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.promotion import Verdict
from dac.views.human.body import LIMIT, Layout
from dac.views.human.page import Page
from dac.views.human.palette import PLAIN
from dac.views.human.promotion import closed_gates, difference
from dac.views.human.words import counted
from dac.views.markdown.escaping import fenced, folded, html, inline
from dac.views.markdown.folds import MOST, as_diff, capped
from dac.views.markdown.plan import LEFT_OUT, plan_parts
from dac.views.redaction import edits_without_values
from dac.views.security import lowered_by_promotion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.plan import Plan
    from dac.model.promotion import Divergence, Gate, Promotion

_SHOWN = 10


def promotion_markdown(promotion: Promotion, plan: Plan | None, *, show_values: bool = False, most: int = MOST) -> str:
    """Return the promotion in at most `most` characters; what had to be left out is said at the end.

    What closes a gate comes first. `plan` is the target's, None unless every gate is open. Without `show_values`
    entries of reference sets are counted instead of shown.
    """
    head, *changes = plan_parts(plan, show_values=show_values) if plan is not None else [""]
    parts = ["\n".join(_head(promotion)), head] if head else ["\n".join(_head(promotion))]
    page = Page(Layout(PLAIN, LIMIT), one_stack=len(promotion.stacks) == 1)
    for at, divergence in enumerate(promotion.divergences):
        title = f"{_differences(promotion)}\n\n" if at == 0 else ""
        parts.append(title + "\n".join(_divergence(divergence, page, show_values=show_values)))
    return capped([*parts, *changes], most, LEFT_OUT)


def _head(promotion: Promotion) -> Iterator[str]:
    source, target = promotion.source, promotion.target
    yield f"### dac promote from console {inline(source.name)} to console {inline(target.name)}"
    yield ""
    if promotion.is_open:
        yield f"**Every gate is open.** Stacks: {inline(', '.join(promotion.stacks) or 'none')}"
    else:
        yield f"**Not promoted: {closed_gates(promotion)}.** Nothing was written, and no plan is saved."
    yield ""
    asked = [gate for gate in promotion.gates if gate.verdict is not Verdict.PASSED]
    for gate in asked:
        yield from _gate(gate, promotion)
    if asked:
        yield ""
    passed = [gate for gate in promotion.gates if gate.verdict is Verdict.PASSED]
    if passed:
        lines = [line for gate in passed for line in _gate(gate, promotion)]
        yield from folded(f"{counted(len(passed), 'gate')} passed", lines)


def _gate(gate: Gate, promotion: Promotion) -> Iterator[str]:
    title = gate.title(promotion.source.name, promotion.target.name)
    seen = f": {inline(', '.join(gate.notes))}" if gate.notes and gate.verdict is Verdict.PASSED else ""
    verdict = inline(gate.verdict) if gate.verdict is Verdict.PASSED else f"**{inline(gate.verdict)}**"
    yield f"- {verdict} `{gate.code}`: {inline(title)}{seen}"
    if gate.verdict is Verdict.PASSED:
        return
    yield from (f"  - {inline(note)}" for note in gate.notes[:_SHOWN])
    if len(gate.notes) > _SHOWN:
        yield f"  - and {len(gate.notes) - _SHOWN:,} more (--json has them all)"
    if gate.hint and not gate.is_open:
        yield f"  - *{inline(gate.hint)}*"


def _differences(promotion: Promotion) -> str:
    here, there = inline(promotion.source.name), inline(promotion.target.name)
    return f"**What {there} is to hold otherwise than {here}, and why ({len(promotion.divergences)}):**"


def _divergence(divergence: Divergence, page: Page, *, show_values: bool) -> list[str]:
    shown = divergence if show_values else replace(divergence, edits=edits_without_values(divergence.edits))
    lowered = lowered_by_promotion(divergence)
    headline, *body = difference(shown, page, lowered)
    summary = f"<code>≠</code> {html(headline.strip(' #'))}{' (lowers security)' if lowered else ''}"
    return folded(summary, fenced([as_diff(line) for line in body], "diff"))
