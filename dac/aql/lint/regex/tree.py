"""A regular expression as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class One:
    """One character out of a set; `literal` is it where the set was written as a single character."""

    mask: int
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    r"""What matches a place and no character: ^ $ \\b \\A \\z; `sign` is how it was written."""

    sign: str


@dataclass(frozen=True, slots=True)
class BackReference:
    pass


@dataclass(frozen=True, slots=True)
class Group:
    """`kind` is plain, atomic, or look for look-ahead and look-behind, which match no character."""

    branches: tuple[tuple[Piece, ...], ...]
    kind: Literal["plain", "atomic", "look"] = "plain"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` is None where there is no end; a possessive one never gives back what it took."""

    piece: Piece
    least: int
    most: int | None
    possessive: bool = False


Piece = One | Edge | BackReference | Group | Repeat


@dataclass(frozen=True, slots=True)
class Regex:
    """`ignores_case` and `dot_is_all` are what flags at the beginning say; `doubts` says what Java may refuse.

    `needs` names what a simpler engine has not: look-around, back-references, possessive quantifiers.
    """

    branches: tuple[tuple[Piece, ...], ...]
    ignores_case: bool
    dot_is_all: bool
    doubts: tuple[str, ...]
    needs: tuple[str, ...]
