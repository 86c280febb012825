"""Going through a tree of nodes."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from dac.aql.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

N = TypeVar("N", bound=Node)

_PLAIN = frozenset(("str", "bool", "int"))


@cache
def _branches(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes; those of text, numbers and flags are not worth a look."""
    return tuple(part.name for part in fields(kind) if part.init and part.name != "at" and part.type not in _PLAIN)


def children(node: Node) -> list[Node]:
    """The nodes directly below `node`, in the order of its fields, which is reading order."""
    below: list[Node] = []
    for name in _branches(type(node)):  # type: ignore[arg-type]  # mypy takes __hash__ of the instances for the class's
        value = getattr(node, name)
        if isinstance(value, Node):
            below.append(value)
        elif isinstance(value, tuple):
            below += [part for part in value if isinstance(part, Node)]
    return below


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes below it, each before its children. Does not recurse."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if below := children(current):
            below.reverse()
            waiting += below


def height(node: Node) -> int:
    """How many nodes the longest way down has; a leaf has 1. Does not recurse."""
    level, tallest = [node], 0
    while level:
        tallest += 1
        level = [child for parent in level for child in children(parent)]
    return tallest


def rewrite(node: N, change: Callable[[Node], Node]) -> N:
    """A tree in which each node has been replaced by `change(node)`, children first.

    `change` returns its argument to leave a node alone, and a node of a kind that may stand there otherwise.
    What `change` returns is not visited again.
    """
    changes: dict[str, Any] = {}
    for name in _branches(type(node)):  # type: ignore[arg-type]  # as in `children`
        value = getattr(node, name)
        if isinstance(value, Node):
            new: Any = rewrite(value, change)
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            new = tuple(rewrite(part, change) for part in value)
            if all(after is before for after, before in zip(new, value, strict=True)):
                continue
        else:
            continue
        if new is not value:
            changes[name] = new
    return change(replace(node, **changes) if changes else node)  # type: ignore[return-value]  # see docstring
