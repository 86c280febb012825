"""What a pattern says about the two ends of the value, which MATCHES compares as a whole."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal

from dac.aql.lint.regex.characters import NOT_A_LINE_BREAK
from dac.aql.lint.regex.tree import Edge, Group, One, Repeat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.aql.lint.regex.tree import Piece, Regex

End = Literal["open", "anchored", "closed"]
_MOST_BRANCHES = 200
_ANCHORS = frozenset(("^", "$", "\\A", "\\z", "\\Z"))


def ends(regex: Regex) -> list[tuple[End, End]]:
    """For each alternative: open where anything may stand at that end (`.*`), anchored (^ $), or closed."""
    branches = islice(_spread(regex.branches), _MOST_BRANCHES)
    return [(_end(branch), _end(branch[::-1])) for branch in branches]


def literal_branches(regex: Regex) -> tuple[str, ...]:
    """Those alternatives that are plain text."""
    branches = islice(_spread(regex.branches), _MOST_BRANCHES)
    return tuple(text for branch in branches if (text := _text(branch)))


def matches_everything(regex: Regex) -> bool:
    """Whether the pattern is `.*` in one of its spellings, which takes every value of one line."""
    for branch in regex.branches:
        pieces = [piece for piece in branch if not (isinstance(piece, Edge) and piece.sign in _ANCHORS)]
        if pieces and all(_takes_anything(piece) for piece in pieces):
            return True
    return False


def has_words(regex: Regex) -> bool:
    """Whether it holds letters as such: a pattern of classes alone describes the whole value on purpose."""
    waiting: list[Piece] = [piece for branch in regex.branches for piece in branch]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, One) and piece.literal.isalpha():
            return True
        if isinstance(piece, Group) and piece.kind != "look":
            waiting += [inner for branch in piece.branches for inner in branch]
        elif isinstance(piece, Repeat):
            waiting.append(piece.piece)
    return False


def _spread(branches: Sequence[Sequence[Piece]]) -> Iterator[tuple[Piece, ...]]:
    """The branches; those of a group where a branch is nothing else."""
    for branch in branches:
        if len(branch) == 1 and isinstance(branch[0], Group) and branch[0].kind != "look":
            yield from _spread(branch[0].branches)
        else:
            yield tuple(branch)


def _end(pieces: Sequence[Piece]) -> End:
    """The end at which `pieces` begin; reversed, that is the other one."""
    for piece in pieces:
        if isinstance(piece, Edge):
            if piece.sign in _ANCHORS:
                return "anchored"
            continue
        if isinstance(piece, Group) and piece.kind == "look":
            continue
        return "open" if _is_open(piece) else "closed"
    return "open"


def _is_open(piece: Piece) -> bool:
    if isinstance(piece, Group):
        return all(_end(branch) != "closed" for branch in piece.branches)
    if not isinstance(piece, Repeat):
        return False
    if isinstance(piece.piece, Group):
        return piece.least == 0 or _is_open(piece.piece)
    return piece.most is None and isinstance(piece.piece, One) and not piece.piece.literal


def _takes_anything(piece: Piece) -> bool:
    if isinstance(piece, Group) and piece.kind == "plain":
        return any(branch and all(_takes_anything(inner) for inner in branch) for branch in piece.branches)
    return (
        isinstance(piece, Repeat)
        and piece.least == 0
        and piece.most is None
        and isinstance(piece.piece, One)
        and piece.piece.mask & NOT_A_LINE_BREAK == NOT_A_LINE_BREAK
    )


def _text(branch: Sequence[Piece]) -> str:
    literals = [piece.literal for piece in branch if isinstance(piece, One) and piece.literal]
    return "".join(literals) if len(literals) == len(branch) else ""
