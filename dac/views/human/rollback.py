"""What a rollback says of itself: what it takes back, and that Git does not know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.quote import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.plan import Plan
    from dac.views.human.palette import Palette


def rollback_note(plan: Plan, palette: Palette) -> Iterator[str]:
    """Stand above a plan that takes an apply back; nothing for any other plan."""
    if plan.rollback:
        yield palette.paint("warning", f"Rollback of apply {visible(plan.rollback)}")
        yield ""
        yield "  Git still has the other version: the next `dac apply` would undo this rollback."
        yield "  Revert the change in Git, too. Until then every plan shows it."
        yield ""


def still_in_git(plan: Plan) -> list[str]:
    """Stand below what came of a rollback."""
    if not plan.rollback:
        return []
    stacks = " ".join(map(visible, plan.stacks))
    return [
        "",
        "Git still has the other version. Revert it there, too: until then `dac plan` shows it as a change,",
        f"and `dac apply {stacks} --console {visible(plan.console.name)}` brings it back.",
    ]
