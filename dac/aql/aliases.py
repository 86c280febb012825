"""SELECT aliases replaced by what they stand for."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.catalogue import is_builtin_field
from dac.aql.nodes import Field, Node
from dac.aql.parsing import TALLEST
from dac.aql.position import error_at
from dac.aql.walking import height, rewrite, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.aql.nodes import Expression, SelectItem
    from dac.errors import AqlError

_LARGEST = 100_000
"""Nodes of one expanded expression. Aliases of aliases can double at each step, so there must be an end."""


class Aliases:
    """The aliases of one SELECT. The first of two equal aliases counts."""

    def __init__(self, items: Iterable[SelectItem], database: str = "events") -> None:
        self._database = database
        self._meanings: dict[str, Expression] = {}
        for item in items:
            if item.alias and not _is_itself(item):
                self._meanings.setdefault(item.alias.key, item.expression)
        self._expanded: dict[str, Expression] = {}
        self._open: list[str] = []

    def expand(self, expression: Expression) -> Expression:
        """`expression` without aliases.

        Raises AqlError (AQL071) for an alias that leads back to itself, hides a built-in field, or grows
        beyond all measure.
        """
        expanded = rewrite(expression, self._meaning) if self._meanings else expression
        if expanded is expression:
            return expression
        is_too_large = sum(1 for _ in islice(walk(expanded), _LARGEST + 1)) > _LARGEST
        if is_too_large or height(expanded) > TALLEST:
            raise _error(expression, "the aliases in this expand beyond all measure", "write the condition out")
        return expanded

    def _meaning(self, node: Node) -> Node:
        if not isinstance(node, Field) or node.key not in self._meanings:
            return node
        if len(self._open) > TALLEST:
            raise _error(node, "aliases of aliases nest too deep", "write the condition out")
        if node.key in self._open:
            if self._open[-1] == node.key:  # `LOWER("AppName") AS AppName`: inside, the name is the property
                return node
            raise _error(node, f"the alias {node.name} leads back to itself", "give one of the columns another name")
        if is_builtin_field(node.key, self._database):
            raise _error(
                node,
                f"{node.name} is a field and an alias of this query: which one is meant is not defined",
                "give the column another name",
            )
        if node.key not in self._expanded:
            self._open.append(node.key)
            self._expanded[node.key] = self.expand(self._meanings[node.key])
            self._open.pop()
        return self._expanded[node.key]


def _is_itself(item: SelectItem) -> bool:
    """`sourceip AS sourceip` names a column after itself."""
    return item.alias is not None and isinstance(item.expression, Field) and item.expression.key == item.alias.key


def _error(node: Expression, summary: str, hint: str) -> AqlError:
    return error_at(node.at, "AQL071", summary, hint)
