"""A pattern tried on a short known value, in time that the lengths bound: no backtracking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.regex.characters import both_cases, mask_of
from dac.aql.lint.regex.source import Unjudged
from dac.aql.lint.regex.tree import Edge, Group, One, Repeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.aql.lint.regex.tree import Piece, Regex

_LONGEST = 60
_MOST_STEPS = 300


def only_a_part(regex: Regex, value: str, *, ignore_case: bool = False) -> bool:
    """Whether the pattern is found within `value` and is not all of it: what a search finds and MATCHES does not.

    False where that cannot be told, for look-around, back-references, and values that are not short.
    """
    if len(value) > _LONGEST:
        return False
    try:
        if len(value) in _Trial(value, ignore_case=ignore_case).ends(regex.branches, {0}):
            return False
        return bool(_Trial(value, ignore_case=ignore_case).ends(regex.branches, set(range(len(value)))))
    except Unjudged:
        return False


class _Trial:
    """Follows all places at once that the pattern can have reached in the value."""

    def __init__(self, value: str, *, ignore_case: bool) -> None:
        masks = [mask_of(character) for character in value]
        self._masks = [both_cases(mask) for mask in masks] if ignore_case else masks
        self._steps = 0

    def ends(self, branches: Sequence[Sequence[Piece]], starts: set[int]) -> set[int]:
        found: set[int] = set()
        for branch in branches:
            places = starts
            for piece in branch:
                if not places:
                    break
                places = self._after(piece, places)
            found |= places
        return found

    def _after(self, piece: Piece, places: set[int]) -> set[int]:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Unjudged
        match piece:
            case One():
                return {at + 1 for at in places if at < len(self._masks) and self._masks[at] & piece.mask}
            case Repeat():
                return self._repeated(piece, places)
            case Group(kind="plain"):
                return self.ends(piece.branches, places)
            case Edge(sign="^") | Edge(sign="\\A"):
                return places & {0}
            case Edge(sign="$") | Edge(sign="\\z") | Edge(sign="\\Z"):
                return places & {len(self._masks)}
        raise Unjudged

    def _repeated(self, piece: Repeat, places: set[int]) -> set[int]:
        for _ in range(min(piece.least, len(self._masks) + 1)):
            places = self._after(piece.piece, places)
        found, rounds = set(places), 0
        while places and (piece.most is None or rounds < piece.most - piece.least):
            places = self._after(piece.piece, places) - found
            found |= places
            rounds += 1
        return found
