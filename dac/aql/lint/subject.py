"""A text as rules see it: parsed once, taken apart once."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.lint.select import Select
from dac.aql.nodes import Comment, Query
from dac.aql.parsing import parse, parse_condition
from dac.aql.references import references
from dac.aql.tokens import Kind, tokenize
from dac.aql.walking import walk
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.context import Context
    from dac.aql.nodes import Expression
    from dac.aql.references import References
    from dac.aql.tokens import Token


MOST_NODES = 8_000
"""Of a tree that is linted. Queries that people write are not nearly as large, and time must have an end."""


class Subject:
    """One text in its context. `refused` is why it does not parse.

    `selects` holds the query and its subqueries, outermost first; a bare condition is one Select without a query.
    It is empty for a text that does not parse or is too large.
    """

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.refused: AqlError | None = None
        self.node: Query | Expression | None = None
        self._all_tokens: list[Token] = []
        try:
            self._all_tokens = tokenize(text)
            self.node = (parse_condition if context.is_condition else parse)(text, self._all_tokens)
        except AqlError as error:
            self.refused = error
        self.is_too_large = self.node is not None and _is_too_large(self.node)
        has_parts = self.node is not None and not self.is_too_large
        self.selects: tuple[Select, ...] = tuple(_selects(self.node, context)) if self.node and has_parts else ()

    @property
    def outermost(self) -> Select:
        return self.selects[0]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Without comments; only for a text that parses."""
        return tuple(token for token in self._all_tokens if token.kind is not Kind.COMMENT)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        if isinstance(self.node, Query):
            return self.node.comments
        found = (token for token in self._all_tokens if token.kind is Kind.COMMENT)
        return tuple(Comment(token.text, at=token.at) for token in found)

    @cached_property
    def references(self) -> References | None:
        if self.node is None or self.is_too_large:
            return None
        database = "" if isinstance(self.node, Query) else self.context.database
        vocabulary = self.context.vocabulary
        return references(self.node, aliases=self.context.aliases, database=database, vocabulary=vocabulary)


def _is_too_large(node: Query | Expression) -> bool:
    return any(True for _ in islice(walk(node), MOST_NODES, None))


def _selects(node: Query | Expression, context: Context) -> Iterator[Select]:
    first = Select(node, context.database, context.aliases, vocabulary=context.vocabulary)
    waiting = [first]
    while waiting:
        select = waiting.pop(0)
        yield select
        waiting.extend(Select(query, is_inner=True, vocabulary=context.vocabulary) for query in select.subqueries)
