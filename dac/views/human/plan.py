"""A plan for people: drift, changes, the summary line, what is held, what forbids it. The console is named twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action, Disposition
from dac.views.human.body import LIMIT
from dac.views.human.counts import Counts
from dac.views.human.deployment import planned_deploy
from dac.views.human.drift import drift_section, held_section
from dac.views.human.interrupted import interrupted_section
from dac.views.human.page import page_for
from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible
from dac.views.human.refusals import refusal_section, unreadable_section
from dac.views.human.resource import SIGNS, resource
from dac.views.human.rollback import rollback_note
from dac.views.human.words import console_line, counted, tally
from dac.views.questions import held, is_only_move, pending
from dac.views.retiring import announced
from dac.views.watched import taken_by_rollout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.plan import Plan
    from dac.views.human.page import Page
    from dac.views.human.palette import Palette

_LEGEND = {
    Action.CREATE: "create",
    Action.UPDATE: "update in-place",
    Action.DELETE: "destroy",
    Action.REPLACE: "destroy and then create replacement",
    Action.ADOPT: "adopt",
    Action.FORGET: "forget",
}
RULE = "─" * 77
NOT_SAVED = """\
Note: You didn't use the --out option to save this plan, so dac can't
guarantee to take exactly these actions if you run "dac apply" now."""

FROM_SNAPSHOT = """\
Note: This plan was made from a snapshot of the console. It cannot be saved
or applied: plan again where the console can be reached."""


def saved_note(path: str) -> str:
    """What to do with a plan that was written to `path`."""
    return f"""\
Saved the plan to: {visible(path)}

To perform exactly these actions, run the following command to apply:
    dac apply "{visible(path)}\""""


def plan_text(
    plan: Plan, *, palette: Palette = PLAIN, limit: int | None = LIMIT, note: str = "", deploy: str = ""
) -> str:
    """The whole plan, ending in a newline; the same bytes for the same plan.

    limit: how many elements of one list or set are shown, None for all. note: NOT_SAVED, FROM_SNAPSHOT,
    `saved_note(…)`, or nothing when the plan is applied right away. It is left out where there is nothing to apply, or
    no way to; so is what is said of deploying. deploy: the console's mode, '' where that is not known.
    """
    return "\n".join(_sections(plan, page_for(plan, palette=palette, limit=limit), note, deploy)) + "\n"


def _sections(plan: Plan, page: Page, note: str, deploy: str) -> Iterator[str]:
    changes = pending(plan)
    yield page.palette.paint("heading", console_line(plan.console))
    yield ""
    yield from rollback_note(plan, page.palette)
    yield from interrupted_section(plan.left, page)
    yield from drift_section(plan.drift, page)
    if changes:
        yield from _changes(plan, changes, page)
    else:
        yield from _nothing(plan, page)
    yield from _git_only(plan.git_only, page)
    yield from _retiring(plan, page)
    yield from held_section(plan.drift, plan.console, page)
    yield from _targeting(plan.targets, page, rollback=plan.rollback)
    yield from _unmanaged(plan.unmanaged)
    yield from unreadable_section(plan.refusals, page)
    yield from refusal_section(plan.refusals, page)
    if deploy and changes and not plan.refusals:
        yield from (planned_deploy(deploy), "")
    if note and changes and not plan.refusals:
        yield from (RULE, "", note, "")
    yield page.palette.paint("heading", console_line(plan.console))


def _changes(plan: Plan, changes: Sequence[Change], page: Page) -> Iterator[str]:
    yield from _legend(changes, page, "what that apply found" if plan.rollback else "the configuration")
    if plan.refusals:
        yield "dac planned the following actions, but must not perform them (see the errors below):"
    else:
        yield "dac will perform the following actions:"
    yield ""
    for change in changes:
        yield from resource(change, page)
        yield ""
    for line in taken_by_rollout(plan).lines():
        yield f"{page.palette.paint('warning', 'Warning')}: {line}"
        yield ""
    yield page.palette.paint("heading", Counts.of(changes).planned())
    yield ""


def _legend(changes: Sequence[Change], page: Page, source: str) -> Iterator[str]:
    used = {change.action for change in changes if not is_only_move(change)}
    if not used:
        return
    yield f"dac compared {source} with the console and made the following"
    yield "plan. Resource actions are indicated with the following symbols:"
    for action, meaning in _LEGEND.items():
        if action in used:
            yield f"{page.palette.paint(SIGNS[action], f'{SIGNS[action]:>3}')} {meaning}"
    yield ""


def _nothing(plan: Plan, page: Page) -> Iterator[str]:
    """Say `No changes.` only where it is the whole truth: not beside held items or refusals."""
    if plan.refusals:
        return
    if held(plan.drift):
        yield "Nothing to apply. What differs is held, see below, and stays as it is."
    elif plan.rollback:
        yield page.palette.paint("success", "No changes.") + " The console is as it was before that apply."
    elif plan.destroy:
        yield page.palette.paint("success", "No changes.") + " No objects need to be destroyed."
    else:
        yield page.palette.paint("success", "No changes.") + " The console matches the configuration."
        yield ""
        yield from _compared(plan)
    yield ""


def _compared(plan: Plan) -> Iterator[str]:
    what = "the selected resources" if plan.targets else "every declared resource"
    yield f"dac has compared {what} with the console and found no"
    if any(item.disposition is Disposition.IGNORED for item in plan.drift):
        yield "differences but the ignored ones above, so no changes are needed."
    else:
        yield "differences, so no changes are needed."


def _git_only(addresses: Sequence[Address], page: Page) -> Iterator[str]:
    if not addresses:
        return
    limit = page.layout.limit
    shown = [page.address(address) for address in addresses[:limit]]
    more = f" and {len(addresses) - len(shown):,} more" if len(addresses) > len(shown) else ""
    yield f"Changed only in Git: {', '.join(shown)}{more} (nothing to send)"
    yield ""


def _retiring(plan: Plan, page: Page) -> Iterator[str]:
    """What is on its way out, with the day it goes: said from the first step on."""
    limit = page.layout.limit
    for one in plan.retiring[:limit]:
        yield f"{page.address(one.address)}: {visible(announced(one, plan))}"
    more = len(plan.retiring[limit:]) if limit is not None else 0
    if more:
        yield f"and {counted(more, 'resource')} more that are deprecated"
    if plan.retiring:
        yield ""


def _targeting(targets: Sequence[str], page: Page, *, rollback: str) -> Iterator[str]:
    if not targets or rollback:
        return
    yield f"{page.palette.paint('warning', 'Warning')}: Resource targeting is in effect"
    yield ""
    yield f"  Only this was planned: {', '.join(visible(target) for target in targets)}."
    yield "  Afterwards the console may still differ from the configuration, and what was applied in part"
    yield "  cannot be promoted. Plan without --target to see the rest."
    yield ""


def _unmanaged(unmanaged: Mapping[str, int]) -> Iterator[str]:
    """What is on the console and in no stack. Counted, never touched."""
    if not any(unmanaged.values()):
        return
    counts = {f"unmanaged {kind}": number for kind, number in sorted(unmanaged.items())}
    yield f"{tally(counts)} on the console; dac leaves what it does not manage alone."
    yield ""
