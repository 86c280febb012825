"""Two values as the tree of lines a plan prints. No text yet: that is `body`."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from dac.model.change import MISSING
from dac.model.deployed import digest
from dac.views.human.quote import wants_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_LONG_LINE = 120  # two values that together are longer are read better one above the other
_IDENTITY = ("kind", "log_source_type", "log_source", "qid", "category", "class", "id")
"""Fields that say which expression or which rule test an element is: equal ones are two versions of one."""


class Shape(Enum):
    """How a value is laid out; SIZE is a collection of which only the size is told."""

    VALUE = auto()
    TEXT = auto()
    TABLE = auto()
    LIST = auto()
    SIZE = auto()


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the tree. `sign` is "+", "-", "~", or " " for what stays and is shown all the same.

    children: a table's rows by key, or a list's elements under "". hidden: equal neighbours that are left out.
    note: what stands behind the value. remarks: what stands above it.
    """

    sign: str
    shape: Shape
    before: Any = MISSING
    after: Any = MISSING
    children: tuple[tuple[str, Node], ...] = ()
    hidden: int = 0
    note: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def value(self) -> Any:
        """The one value of a node that is not an update."""
        return self.before if self.after is MISSING else self.after


def whole(sign: str, value: Any) -> Node:
    """All of a value under one sign."""
    if isinstance(value, dict) and value:
        return Node(sign, Shape.TABLE, children=tuple((key, whole(sign, value[key])) for key in sorted(value)))
    if isinstance(value, list) and value:
        return Node(sign, Shape.LIST, children=tuple(("", whole(sign, item)) for item in value))
    shape = Shape.TEXT if isinstance(value, str) and wants_block(value) else Shape.VALUE
    return Node(sign, shape, before=value) if sign == "-" else Node(sign, shape, after=value)


def difference(before: Any, after: Any) -> Node:
    """What became of a value. MISSING on one side makes all of the other side new or gone."""
    if before is MISSING:
        return whole("+", after)
    if after is MISSING:
        return whole("-", before)
    if isinstance(before, dict) and isinstance(after, dict):
        return _tables(before, after)
    if isinstance(before, list) and isinstance(after, list):
        return _lists(before, after)
    shape = Shape.TEXT if _is_long(before, after) else Shape.VALUE
    return Node("~", shape, before, after)


def _tables(before: Mapping[str, Any], after: Mapping[str, Any]) -> Node:
    keys = sorted(before.keys() | after.keys())
    values = {key: (before.get(key, MISSING), after.get(key, MISSING)) for key in keys}
    changed = tuple((key, difference(old, new)) for key, (old, new) in values.items() if old != new)
    return Node("~", Shape.TABLE, children=changed, hidden=len(keys) - len(changed))


def _lists(before: Sequence[Any], after: Sequence[Any]) -> Node:
    """Elements gone and new, in one order; two versions of one element as its difference."""
    old, new = Counter(map(digest, before)), Counter(map(digest, after))
    gone, come = _beyond(before, new), _beyond(after, old)
    if not gone and not come:
        return Node("~", Shape.VALUE, list(before), list(after), note="# only the order differs")
    pairs = _pairs(gone, come)
    paired_old, paired_new = {id(left) for left, _ in pairs}, {id(right) for _, right in pairs}
    nodes = [(_order(left), 0, _version(left, right)) for left, right in pairs]
    nodes += [(_order(item), 1, whole("-", item)) for item in gone if id(item) not in paired_old]
    nodes += [(_order(item), 2, whole("+", item)) for item in come if id(item) not in paired_new]
    nodes.sort(key=lambda row: row[:2])
    return Node(
        "~",
        Shape.LIST,
        children=tuple(("", node) for _, _, node in nodes),
        hidden=len(after) - len(come),
    )


def _beyond(items: Sequence[Any], others: Counter[str]) -> list[Any]:
    """The elements that the other list has not, or not as often."""
    left = others.copy()
    beyond = []
    for item in items:
        mark = digest(item)
        if left[mark]:
            left[mark] -= 1
        else:
            beyond.append(item)
    return beyond


def _pairs(gone: Sequence[Any], come: Sequence[Any]) -> list[tuple[Any, Any]]:
    old, new = _by_identity(gone), _by_identity(come)
    return [(old[mark][0], new[mark][0]) for mark in old if len(old[mark]) == len(new.get(mark, ())) == 1]


def _by_identity(items: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in items:
        if identity := _identity(item):
            found.setdefault(digest(identity), []).append(item)
    return found


def _identity(item: Any) -> dict[str, Any]:
    return {key: item[key] for key in _IDENTITY if key in item} if isinstance(item, dict) else {}


def _version(before: Mapping[str, Any], after: Mapping[str, Any]) -> Node:
    """A changed element, under the fields that say which one it is."""
    known = tuple((key, whole(" ", value)) for key, value in _identity(after).items())
    node = _tables(before, after)
    return replace(node, children=known + node.children, hidden=node.hidden - len(known))


def _order(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, sort_keys=True)


def _is_long(before: Any, after: Any) -> bool:
    if not (isinstance(before, str) and isinstance(after, str)):
        return False
    return wants_block(before) or wants_block(after) or len(before) + len(after) > _LONG_LINE
