"""How an apply ended: Terraform's closing line, or what was applied, what failed, what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.run import Result
from dac.views.human.counts import Counts
from dac.views.human.page import page_for
from dac.views.human.palette import PLAIN
from dac.views.human.quote import paragraph, quoted
from dac.views.human.rollback import still_in_git
from dac.views.human.words import console_line, counted
from dac.views.questions import ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dac.model.change import Change
    from dac.model.plan import Plan
    from dac.model.run import Outcome
    from dac.views.human.page import Page
    from dac.views.human.palette import Palette

_TARGETED = "  --target left resources out of this apply. Run `dac plan` without it to see what is still to do."


def apply_text(plan: Plan, outcomes: Iterable[Outcome], *, palette: Palette = PLAIN) -> str:
    """The end of an apply or a destroy. A change with several outcomes counts as its worst; one without as skipped."""
    page = page_for(plan, palette=palette)
    by_result: dict[Result, list[tuple[Change, Outcome]]] = {result: [] for result in Result}
    for change, end in ends(plan, outcomes):
        by_result[end.result].append((change, end))
    made = [change for change, _ in by_result[Result.APPLIED]]
    applied = Counts.of(made)
    complete = not (by_result[Result.FAILED] or by_result[Result.SKIPPED])
    closing = applied.destruction() if plan.destroy else applied.applied()
    what = "Destroy" if plan.destroy else "Rollback" if plan.rollback else "Apply"
    if complete:
        lines = [palette.paint("success", f"{what} complete! {closing}")]
    else:
        lines = [palette.paint("error", f"{what} incomplete.") + f" {closing}", *_rest(by_result, page)]
    lines += [*_left_behind(made), *still_in_git(plan)]
    if complete and plan.targets and not plan.rollback:
        lines += ["", palette.paint("warning", "Warning") + ": Applied changes may be incomplete", "", _TARGETED]
    return "\n".join([*lines, "", console_line(plan.console)]) + "\n"


def _left_behind(applied: Iterable[Change]) -> list[str]:
    """QRadar cannot delete QID records: whoever deletes a detection hears what stays of it."""
    events = [c.recorded.deployed.get("event") for c in applied if c.action is Action.DELETE and c.recorded]
    names = sorted({quoted(event.get("qid", event["name"])) for event in events if event})
    if not names:
        return []
    what = counted(len(names), "QID record")
    return ["", f"Left on the console: {what}, which QRadar cannot delete: {', '.join(names)}.",
            "A later detection of the same name uses it again."]  # fmt: skip


def _rest(by_result: Mapping[Result, list[tuple[Change, Outcome]]], page: Page) -> Iterator[str]:
    """What is still to do, one address a paragraph, failures first."""
    counts = ", ".join(f"{len(by_result[result]):,} {result}" for result in Result)
    yield ""
    yield f"{counts}:"
    yield ""
    for result in (Result.FAILED, Result.SKIPPED):
        for change, end in by_result[result]:
            first, *more = paragraph(end.message or "not reached", indent="")
            yield f"  {page.palette.paint('error', result)} {page.address(change.address)}: {first}"
            yield from (f"    {line}".rstrip() for line in more)
    yield ""
    yield "What was applied is recorded. Run `dac plan` to see what is left, and apply it when the cause is gone."
