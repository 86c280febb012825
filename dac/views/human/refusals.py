"""Why a plan must not be applied, and what is known to be unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.quote import paragraph, visible
from dac.views.human.words import counted
from dac.views.questions import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.plan import Refusal
    from dac.views.human.page import Page


def unreadable_section(refusals: Sequence[Refusal], page: Page) -> Iterator[str]:
    """What could not be read; its absence from the changes means nothing."""
    items = unreadable(refusals)
    if not items:
        return
    what = counted(len(items), "resource")
    yield (
        page.palette.paint("error", "Error") + f": Could not read {what}; nothing is decided about what dac cannot see"
    )
    yield ""
    for item in items:
        where = f"{page.address(item.address)}: " if item.address and not page.one_stack else ""
        yield f"  {where}{visible('; '.join(item.summary.splitlines()))}"
    hints = dict.fromkeys(item.hint for item in items if item.hint)
    for hint in hints:
        yield ""
        yield from paragraph(hint)
    yield ""


def refusal_section(refusals: Sequence[Refusal], page: Page) -> Iterator[str]:
    """Each refusal with the flag or edit that lifts it."""
    unseen = set(unreadable(refusals))
    for refusal in refusals:
        if refusal in unseen:
            continue
        yield f"{page.palette.paint('error', 'Error')}: {visible(refusal.summary)}"
        yield ""
        if refusal.address:
            yield f"  on {page.address(refusal.address)} [{visible(refusal.code)}]"
        else:
            yield f"  [{visible(refusal.code)}]"
        if refusal.hint:
            yield from paragraph(refusal.hint)
        yield ""
    if refusals:
        yield f"This plan cannot be applied: {counted(len(refusals), 'error')}."
        yield ""
