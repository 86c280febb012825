"""A text as rules see it: parsed once, taken apart once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from dac.aql.lint.select import Select
from dac.aql.nodes import Comment, Query
from dac.aql.parsing import parse, parse_condition
from dac.aql.references import references
from dac.aql.tokens import Kind, tokenize
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.context import Context
    from dac.aql.nodes import Expression
    from dac.aql.references import References
    from dac.aql.tokens import Token


MOST_NODES = 20_000
"""Of a tree that is linted. No query that people write is nearly as large, and time must have an end."""


class Subject:
    """One text in its context. `refused` is why it does not parse; then `selects` is empty.

    `selects` holds the query and its subqueries, outermost first; a bare condition is one Select without a query.
    """

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.refused: AqlError | None = None
        self.node: Query | Expression | None = None
        try:
            self.node = parse_condition(text) if context.is_condition else parse(text)
        except AqlError as error:
            self.refused = error
        self.selects: tuple[Select, ...] = () if self.node is None else tuple(_selects(self.node, context))

    @property
    def outermost(self) -> Select:
        return self.selects[0]

    @cached_property
    def is_too_large(self) -> bool:
        return sum(select.size for select in self.selects) > MOST_NODES

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Without comments; only for a text that parses."""
        return tuple(token for token in tokenize(self.text) if token.kind is not Kind.COMMENT)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        if isinstance(self.node, Query):
            return self.node.comments
        found = (token for token in tokenize(self.text) if token.kind is Kind.COMMENT)
        return tuple(Comment(token.text, at=token.at) for token in found)

    @cached_property
    def references(self) -> References | None:
        if self.node is None:
            return None
        database = "" if isinstance(self.node, Query) else self.context.database
        return references(self.node, aliases=self.context.aliases, database=database)


def _selects(node: Query | Expression, context: Context) -> Iterator[Select]:
    first = Select(node, context.database, context.aliases)
    waiting = [first]
    while waiting:
        select = waiting.pop(0)
        yield select
        waiting.extend(Select(query, is_inner=True) for query in select.subqueries)
