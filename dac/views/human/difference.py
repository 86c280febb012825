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
from dac.views.redaction import Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


_LONG_LINE = 120  # two values that together are longer are read better one above the other
_IDENTITY = (
    *("kind", "log_source_type", "log_source", "qid", "category"),  # an expression
    *("class", "id"),  # a test of the rule wizard
    *("property", "any_of", "all_of"),  # a test of a property, or of reference sets
    *("collection", "name"),  # what a rule writes into reference data
)
"""Fields that say which row of a list of tables an element is: equal ones are two versions of one."""
_SORTS = ("kind", "class")
"""Fields by which rows of one list are of different sorts: such rows are versions only by their whole identity."""


Row = dict[str, Any]


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
    if isinstance(value, Withheld):
        return Node(sign, Shape.SIZE, after=value.text)
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
    if isinstance(after, Withheld):
        return Node("~", Shape.SIZE, after=after.text)
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
    nodes = [(_order(left), 0, _version(left, right)) for left, right in pairs]
    nodes += [(_order(item), 1, whole("-", item)) for item in _without(gone, [left for left, _ in pairs])]
    nodes += [(_order(item), 2, whole("+", item)) for item in _without(come, [right for _, right in pairs])]
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


def _pairs(gone: Sequence[Any], come: Sequence[Any]) -> list[tuple[Row, Row]]:
    """Rows gone with the rows that took their places: first those that also have the same fields, in their order.

    Where one identity has more rows on one side than on the other, nobody knows which is which: they stay apart.
    """
    left, right = [[item for item in side if isinstance(item, dict)] for side in (gone, come)]
    found: list[tuple[Row, Row]] = []
    for mark in (_identity_and_fields, _identity):
        old, new = _grouped(left, mark), _grouped(right, mark)
        for key, rows in old.items():
            if len(rows) == len(new.get(key, ())):
                found += zip(rows, new[key], strict=True)
        left, right = _without(left, [one for one, _ in found]), _without(right, [one for _, one in found])
    if len(left) == len(right) == 1 and _is_alike(left[0], right[0]):
        found.append((left[0], right[0]))
    return found


def _grouped(rows: Sequence[Row], mark: Callable[[Row], object]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if _identity(row):
            found.setdefault(digest(mark(row)), []).append(row)
    return found


def _identity(row: Row) -> dict[str, Any]:
    return {key: row[key] for key in _IDENTITY if key in row}


def _identity_and_fields(row: Row) -> list[Any]:
    return [_identity(row), sorted(row)]


def _is_alike(before: Row, after: Row) -> bool:
    """Whether the only row gone and the only row new are one that was changed: the same fields, some of them equal."""
    is_sorted = any(key in row for row in (before, after) for key in _SORTS)
    return not is_sorted and before.keys() == after.keys() and any(before[key] == after[key] for key in before)


def _without(items: Sequence[Any], taken: Sequence[Any]) -> list[Any]:
    """The items that are not, themselves, among `taken`."""
    marks = {id(item) for item in taken}
    return [item for item in items if id(item) not in marks]


def _version(before: Row, after: Row) -> Node:
    """A changed element, under the fields that say which one it is."""
    known = tuple((key, whole(" ", value)) for key, value in _identity(after).items() if before.get(key) == value)
    node = _tables(before, after)
    return replace(node, children=known + node.children, hidden=node.hidden - len(known))


def _order(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, sort_keys=True)


def _is_long(before: Any, after: Any) -> bool:
    if not (isinstance(before, str) and isinstance(after, str)):
        return False
    return wants_block(before) or wants_block(after) or len(before) + len(after) > _LONG_LINE
