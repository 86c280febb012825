"""How many resources are added, changed and destroyed: the line every reader looks for, worded as Terraform's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.views.questions import changes_console, is_move, is_only_move

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.change import Change


@dataclass(frozen=True, slots=True)
class Counts:
    """A replace is one added and one destroyed; what is adopted or moved and also updated is one changed as well."""

    added: int = 0
    changed: int = 0
    destroyed: int = 0
    adopted: int = 0
    forgotten: int = 0
    moved: int = 0

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Counts:
        """Count each change for what it does."""
        listed = tuple(changes)
        actions = [change.action for change in listed]
        replaced = actions.count(Action.REPLACE)
        updated = sum(_is_update(change) for change in listed)
        return cls(
            added=actions.count(Action.CREATE) + replaced,
            changed=updated,
            destroyed=actions.count(Action.DELETE) + replaced,
            adopted=actions.count(Action.ADOPT),
            forgotten=actions.count(Action.FORGET),
            moved=sum(map(is_move, listed)),
        )

    def planned(self) -> str:
        """Such as `Plan: 1 to adopt, 2 to add, 1 to change, 0 to destroy.`, a line of its own."""
        extra = self._extra((self.adopted, "adopt"), (self.forgotten, "forget"), (self.moved, "move"), verb="to ")
        return f"Plan: {extra}{self.added:d} to add, {self.changed:d} to change, {self.destroyed:d} to destroy."

    def applied(self) -> str:
        """Such as `Resources: 1 adopted, 2 added, 1 changed, 0 destroyed.`, a sentence."""
        extra = self._extra((self.adopted, "adopted"), (self.forgotten, "forgotten"), (self.moved, "moved"))
        return f"Resources: {extra}{self.added:d} added, {self.changed:d} changed, {self.destroyed:d} destroyed."

    def destruction(self) -> str:
        """Such as `Resources: 1 forgotten, 3 destroyed.`, for a destroy, which adds and changes nothing."""
        extra = self._extra((self.adopted, "adopted"), (self.forgotten, "forgotten"), (self.moved, "moved"))
        return f"Resources: {extra}{self.destroyed:d} destroyed."

    @staticmethod
    def _extra(*counts: tuple[int, str], verb: str = "") -> str:
        """What Terraform has no word for stands first, as its imports do, and only where there is some."""
        return "".join(f"{number:d} {verb}{word}, " for number, word in counts if number)


def _is_update(change: Change) -> bool:
    if change.action is Action.ADOPT:
        return changes_console(change)
    return change.action is Action.UPDATE and not is_only_move(change)
