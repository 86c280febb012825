"""Past applies for people: one a line, or one in full with what it found and what it made of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dac.model.change import Action, Change
from dac.model.history import Ending
from dac.model.resource import Desired, Live
from dac.model.run import Result
from dac.views.human import body
from dac.views.human.body import LIMIT, Layout
from dac.views.human.page import Page
from dac.views.human.palette import PLAIN
from dac.views.human.quote import paragraph, quoted, visible
from dac.views.human.resource import SIGNS, node
from dac.views.human.words import console_line, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.history import PastApply, PastChange
    from dac.model.plan import ConsoleRef
    from dac.views.human.palette import Palette

_DONE = {
    Action.CREATE: "was created",
    Action.UPDATE: "was updated in-place",
    Action.DELETE: "was destroyed",
    Action.REPLACE: "was replaced",
    Action.ADOPT: "was adopted",
    Action.FORGET: "was forgotten",
    Action.NO_OP: "was left as it is",
}
_COUNTED = {Action.CREATE: "added", Action.UPDATE: "changed", Action.REPLACE: "replaced", Action.DELETE: "destroyed"}
_COUNTED |= {Action.ADOPT: "adopted", Action.FORGET: "forgotten"}
_HEAD = ("APPLY", "WHEN (UTC)", "WHO", "STACKS", "CHANGES", "RESULT")


def history_text(console: ConsoleRef, applies: Sequence[PastApply]) -> str:
    """The applies to a console, in the order given, one a line."""
    lines = [console_line(console), ""]
    if applies:
        rows = [_HEAD, *map(_row, applies)]
        widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
        lines += ["  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    else:
        lines.append("No apply is kept.")
    return "\n".join([*lines, "", console_line(console)]) + "\n"


def past_apply_text(past: PastApply, *, palette: Palette = PLAIN, limit: int | None = LIMIT) -> str:
    """One apply in full, before and after of each field; `limit` cuts long lists, None cuts nothing."""
    labels = {change.uuid: visible(str(change.address)) for change in past.changes if change.uuid}
    page = Page(Layout(palette, limit, labels), one_stack=len(past.stacks) == 1)
    lines = [palette.paint("heading", console_line(past.console)), "", *_about(past), ""]
    for change in past.changes:
        lines += [*_change(change, page, past.run_id), ""]
    if not past.changes:
        lines += ["It changed nothing.", ""]
    return "\n".join([*lines, palette.paint("heading", console_line(past.console))]) + "\n"


def _row(past: PastApply) -> tuple[str, ...]:
    stacks = ", ".join(map(visible, past.stacks))
    return (visible(past.run_id), _stamp(past.began), visible(past.who), stacks, _counts(past), _result(past))


def _counts(past: PastApply) -> str:
    """What was done; of a run that was killed, what it set out to do."""
    done = Counter(change.action for change in past.changes if change.result in (Result.APPLIED, None))
    parts = [f"{done[action]:,} {word}" for action, word in _COUNTED.items() if done[action]]
    return ", ".join(parts) or "none"


def _result(past: PastApply) -> str:
    back = f" (took back {visible(past.rollback)})" if past.rollback else ""
    return f"{past.ending}{back}"


def _about(past: PastApply) -> Iterator[str]:
    until = f" until {_stamp(past.ended)}" if past.ended else ""
    yield f"Apply {visible(past.run_id)}: {_result(past)}"
    yield f"  {_stamp(past.began)}{until} UTC, by {visible(past.who)} on {visible(past.host)}"
    yield f"  {visible(past.command)}"
    yield f"  stacks: {', '.join(map(visible, past.stacks))}; plan {visible(past.plan)}"
    if past.reason:
        yield from paragraph(f"stopped by: {past.reason}", indent="  ")
    if past.ending is Ending.UNFINISHED:
        yield "  It was killed or is still going on: what follows is what it set out to do."


def _change(past: PastChange, page: Page, apply_id: str) -> Iterator[str]:
    yield page.heading(f"{page.address(past.address)} {_fate(past)}")
    if past.reason:
        yield page.heading(f"({_because(past.reason)})")
    if past.message:
        yield from paragraph(past.message, indent="  ")
    change = as_change(past)
    sign = SIGNS[past.action]
    opening = f"{page.palette.paint(sign, f'{sign:>3}')} {past.address.kind} {quoted(past.address.name)}"
    tree = node(change)
    if tree.children or tree.hidden:
        yield opening + " {"
        yield from body.fields(tree, page.layout, column=6, gone=True)
        yield "    }"
    else:
        yield opening
    if past.others and past.result is Result.APPLIED:
        yield f"    {counted(len(past.others), 'entry')} that others had put there went with it"
    if past.xml:
        yield f"    its XML before: dac history {visible(apply_id)} --xml {visible(str(past.address))}"
    if past.no_xml:
        yield from paragraph(f"its XML before is not kept: {past.no_xml}", indent="    ")


def _because(reason: str) -> str:
    text = visible(reason)
    return text if text.startswith("because ") else f"because {text}"


def _fate(past: PastChange) -> str:
    if past.result is Result.APPLIED:
        return _DONE[past.action]
    if past.result is Result.SKIPPED:
        return f"was skipped ({past.action} was planned)"
    return f"{'failed' if past.result else 'may or may not have happened'} ({past.action} was planned)"


def as_change(past: PastChange) -> Change:
    """Return a past change as what it was in its plan, as far as showing it needs."""
    wanted = past.after if past.action is Action.CREATE else None
    return Change(
        past.address,
        past.action,
        past.reason,
        past.edits,
        desired=Desired(past.address, past.uuid, past.name, wanted, "") if wanted is not None else None,
        live=Live(past.before, past.remote_id, past.uuid, past.name, ours=True) if past.before is not None else None,
    )


def _stamp(clock: int) -> str:
    return datetime.fromtimestamp(clock / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
