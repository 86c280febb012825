"""A parsed filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A literal as it was written; `quoted` ones keep their backslashes in `text`."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Compare:
    path: Path
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    path: Path
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Between:
    path: Path
    low: Value
    high: Value
    negated: bool


@dataclass(frozen=True, slots=True)
class IsNull:
    path: Path
    negated: bool


@dataclass(frozen=True, slots=True)
class Like:
    path: Path
    pattern: Value
    ignore_case: bool


@dataclass(frozen=True, slots=True)
class Contains:
    """Some element of the list equals `element`, or satisfies it."""

    path: Path
    element: Value | Node


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    part: Node


Node = Compare | OneOf | Between | IsNull | Like | Contains | Both | Either | Negated


def names_in(node: Node) -> frozenset[str]:
    """The outermost field names that a filter reads; `.` stands for the element itself."""
    if isinstance(node, Both | Either):
        return frozenset().union(*(names_in(part) for part in node.parts))
    if isinstance(node, Negated):
        return names_in(node.part)
    return frozenset({node.path[0]})
