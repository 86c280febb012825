"""What changed on the console outside of dac: each difference, and what the plan does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Disposition
from dac.views.human import body
from dac.views.human.edits import from_edits
from dac.views.human.quote import quoted, visible
from dac.views.human.words import counted
from dac.views.questions import held, re_enable_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.change import Drift
    from dac.model.plan import ConsoleRef
    from dac.views.human.page import Page


def drift_section(drift: Sequence[Drift], page: Page) -> Iterator[str]:
    """All drift with its labels, from recorded to live; nothing when there is none."""
    if not drift:
        return
    yield page.palette.paint("heading", "Note: Objects have changed outside of dac")
    yield ""
    yield "dac found that these differ from what it applied last:"
    yield ""
    for item in drift:
        yield from difference(item, page)
        yield ""


def difference(item: Drift, page: Page) -> Iterator[str]:
    """Headline, what the plan does about it, and body of one piece of drift."""
    yield page.heading(f"{page.address(item.address)} has {_fate(item)}")
    reason = f": {visible(item.reason)}" if item.reason and item.disposition is not Disposition.HELD else ""
    yield page.heading(f"({item.disposition}{reason})")
    sign = "-" if item.missing else "~"
    opening = f"  {page.palette.paint(sign, sign)} {item.address.kind} {quoted(item.address.name)}"
    if item.missing or not item.edits:
        yield opening
        return
    yield opening + " {"
    yield from body.fields(
        from_edits(item.address.kind, item.edits, None, channels=False), page.layout, column=6, gone=True
    )
    yield "    }"


def _fate(item: Drift) -> str:
    if item.overridden:
        return "been overridden"
    return "been deleted" if item.missing else "changed"


def held_section(drift: Sequence[Drift], console: ConsoleRef, page: Page) -> Iterator[str]:
    """Every held item with the command that takes it back, always shown while there is one."""
    items = held(drift)
    if not items:
        return
    number = counted(len(items), "difference")
    yield page.palette.paint("warning", "Held") + f": {number} on the console that dac leaves alone"
    yield ""
    for item in items:
        yield from _held_item(item, console, page)
        yield ""


def _held_item(item: Drift, console: ConsoleRef, page: Page) -> Iterator[str]:
    yield f"  {page.palette.paint('heading', page.address(item.address))}"
    yield from body.fields(from_edits(item.address.kind, item.edits, None, channels=False), page.layout, column=6)
    yield f"    To revert it: {visible(re_enable_command(item, console))}"
