"""Patterns that take exponential time on a value that nearly matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.regex.tree import BackReference, Edge, Group, One, Repeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.aql.lint.regex.tree import Piece, Regex

_MANY = 10
"""A repetition that may come so often is as bad as one without end."""


def explodes(regex: Regex) -> bool:
    r"""Whether a repetition holds one that can take the same characters: (a+)+, (.*,)*, (\\w|\\d)+."""
    waiting: list[Piece] = [piece for branch in regex.branches for piece in branch]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, Repeat):
            if _is_endless(piece) and isinstance(piece.piece, Group) and _is_ambiguous(piece.piece):
                return True
            waiting.append(piece.piece)
        elif isinstance(piece, Group):
            waiting += [inner for branch in piece.branches for inner in branch]
    return False


def _is_endless(piece: Repeat) -> bool:
    return not piece.possessive and (piece.most is None or piece.most >= _MANY)


def _is_ambiguous(group: Group) -> bool:
    if group.kind != "plain":
        return False
    singles = [piece.mask for branch in group.branches if len(branch) == 1 and isinstance(piece := branch[0], One)]
    seen = 0
    for mask in singles:
        if mask & seen:
            return True
        seen |= mask
    return any(_loops_over_itself(branch) for branch in group.branches)


def _loops_over_itself(branch: Sequence[Piece]) -> bool:
    """One endless piece, and nothing beside it that its characters could not be taken for."""
    for piece in branch:
        if not isinstance(piece, Repeat) or not _is_endless(piece):
            continue
        mask = _characters(piece)
        if mask and all(other is piece or _is_optional(other) or _characters(other) & mask for other in branch):
            return True
    return False


def _characters(piece: Piece) -> int:
    if isinstance(piece, One):
        return piece.mask
    if isinstance(piece, Repeat):
        return _characters(piece.piece)
    if isinstance(piece, Group) and piece.kind == "plain" and len(piece.branches) == 1 and len(piece.branches[0]) == 1:
        return _characters(piece.branches[0][0])
    return 0


def _is_optional(piece: Piece) -> bool:
    if isinstance(piece, Repeat):
        return piece.least == 0
    return isinstance(piece, BackReference) or (isinstance(piece, Edge) and piece.sign not in ("\\b", "\\B"))
