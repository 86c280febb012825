"""A promotion for people: every gate, then what differs between the two consoles and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.promotion import Verdict
from dac.views.human import body
from dac.views.human.body import LIMIT, Layout
from dac.views.human.edits import from_edits
from dac.views.human.page import Page
from dac.views.human.palette import PLAIN
from dac.views.human.quote import paragraph, quoted, visible
from dac.views.human.words import console_line, console_name, counted
from dac.views.security import lowered_by_promotion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.promotion import Divergence, Gate, PromotedFrom, Promotion
    from dac.views.human.palette import Palette

_WORDS = {
    Verdict.PASSED: ("ok", "success"),
    Verdict.LIFTED: ("lifted", "warning"),
    Verdict.REFUSED: ("refused", "error"),
    Verdict.UNKNOWN: ("unknown", "error"),
}
_WIDTH = max(len(word) for word, _ in _WORDS.values())
_SHOWN = 10
NOT_SAVED = """\
Note: Nothing is saved yet. Add --out FILE, and `dac apply FILE` carries out exactly
this plan, now or in a later job."""


def promotion_text(promotion: Promotion, *, palette: Palette = PLAIN, limit: int | None = LIMIT) -> str:
    """The gates and the differences, ending in a newline; the target's plan follows where every gate is open."""
    page = Page(Layout(palette, limit), one_stack=len(promotion.stacks) == 1)
    return "\n".join(_sections(promotion, page)) + "\n"


def promoted_text(origin: PromotedFrom) -> str:
    """What a saved plan says of the promotion that made it, as it was shown then."""
    return visible(origin.shown, keep="\n")


def _sections(promotion: Promotion, page: Page) -> Iterator[str]:
    source, target = console_name(promotion.source), console_name(promotion.target)
    stacks = ", ".join(visible(stack) for stack in promotion.stacks) or "no stack"
    yield page.palette.paint("heading", f"Promotion of {stacks} from console {source} to console {target}")
    yield ""
    for gate in promotion.gates:
        yield from _gate(gate, promotion, page)
    yield ""
    if promotion.divergences:
        yield from _differences(promotion, page)
    if not promotion.is_open:
        yield from _refused(promotion, page)


def _gate(gate: Gate, promotion: Promotion, page: Page) -> Iterator[str]:
    word, style = _WORDS[gate.verdict]
    title = gate.title(visible(promotion.source.name), visible(promotion.target.name))
    seen = f": {visible(', '.join(gate.notes))}" if gate.notes and gate.verdict is Verdict.PASSED else ""
    yield f"  {page.palette.paint(style, word.ljust(_WIDTH))}  {title} [{gate.code}]{seen}"
    if gate.verdict is Verdict.PASSED:
        return
    indent = " " * (_WIDTH + 4)
    if gate.verdict is Verdict.UNKNOWN:
        yield f"{indent}could not be checked: {visible(gate.notes[0]) if gate.notes else ''}"
    notes = gate.notes[1:] if gate.verdict is Verdict.UNKNOWN else gate.notes
    for note in notes[:_SHOWN]:
        yield from paragraph(note, indent=indent)
    if len(notes) > _SHOWN:
        yield f"{indent}... and {len(notes) - _SHOWN:,} more (--json has them all)"
    if gate.verdict is not Verdict.LIFTED and gate.hint:
        yield from paragraph(f"-> {gate.hint}", indent=indent)


def _differences(promotion: Promotion, page: Page) -> Iterator[str]:
    here, there = visible(promotion.source.name), visible(promotion.target.name)
    yield page.palette.paint("heading", f"What {there} is to hold otherwise than {here}, and why:")
    yield ""
    for divergence in promotion.divergences:
        yield from difference(divergence, page, lowered_by_promotion(divergence))
        yield ""


def difference(divergence: Divergence, page: Page, lowered: Sequence[str]) -> Iterator[str]:
    """Headline, how it lowers security, and body of what one resource is to be otherwise, each edit with its reason."""
    address = divergence.address
    yield page.heading(f"{page.address(address)}")
    if lowered:
        yield page.heading(f"(lowers security: {visible('; '.join(lowered))})")
    yield f"  {page.palette.paint('~', '~')} {address.kind} {quoted(address.name)} {{"
    edits = from_edits(address.kind, divergence.edits, None, channels=False)
    yield from body.fields(edits, page.layout, column=6, gone=True)
    yield "    }"


def _refused(promotion: Promotion, page: Page) -> Iterator[str]:
    error = page.palette.paint("error", "Error")
    yield f"{error}: not promoted: {closed_gates(promotion)}. Nothing was written, and no plan is saved."
    yield ""
    yield page.palette.paint("heading", console_line(promotion.target))


def closed_gates(promotion: Promotion) -> str:
    """Count the gates that are not open: "2 gates refused, 1 gate could not be checked"."""
    closed = [gate for gate in promotion.gates if not gate.is_open]
    refused = sum(gate.verdict is Verdict.REFUSED for gate in closed)
    parts = [f"{counted(refused, 'gate')} refused"] if refused else []
    if len(closed) > refused:
        parts.append(f"{counted(len(closed) - refused, 'gate')} could not be checked")
    return ", ".join(parts)
