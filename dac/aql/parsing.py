"""AQL text to a tree: `parse` for a SELECT, `parse_condition` for a WHERE expression, `parse_value` for one column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dac.aql.misplaced import no_select
from dac.aql.mistakes import unexpected
from dac.aql.nodes import Node
from dac.aql.position import error_at
from dac.aql.queries import QueryParser
from dac.aql.tokens import Kind
from dac.aql.walking import height
from dac.aql.words import CLAUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.aql.nodes import Expression, Query
    from dac.aql.tokens import Token
    from dac.errors import AqlError

TALLEST = 40
"""The tallest tree that is accepted: low enough that its canonical text, with all parentheses, parses again."""

N = TypeVar("N", bound=Node)


def parse(text: str, tokens: Sequence[Token] | None = None) -> Query:
    """The tree of one SELECT. Raises AqlError for the first thing that is not AQL.

    Who has the `tokens` of the text already hands them over.
    """
    parser = QueryParser(text, tokens)
    if not parser.at_word("SELECT"):
        raise no_select(parser.token)
    query = parser.query()
    if parser.token.kind is not Kind.END:
        raise unexpected(parser.token, "the end")
    return _not_too_tall(replace(query, comments=parser.comments), parser)


def parse_condition(text: str, tokens: Sequence[Token] | None = None) -> Expression:
    """The tree of a WHERE expression, which is all that an AQL filter test of a rule holds; `tokens` as for `parse`.

    Raises AqlError; AQL070 where the text is a query or goes on as one.
    """
    parser = QueryParser(text, tokens)
    if parser.at_word("SELECT", "WHERE"):
        raise _not_only_a_condition(parser.token)
    condition = parser.condition()
    if parser.at_word("FROM", "STOP", *CLAUSES):
        raise _not_only_a_condition(parser.token)
    if parser.token.kind is not Kind.END:
        raise unexpected(parser.token, "AND, OR or the end", ("AND", "OR"))
    return _not_too_tall(condition, parser)


def parse_value(text: str) -> Expression:
    """The tree of one value, which is all that an AQL expression of a custom property holds.

    Raises AqlError; AQL073 where the text is a query or goes on as one.
    """
    parser = QueryParser(text)
    if parser.at_word("SELECT"):
        raise _not_only_a_value(parser.token)
    value = parser.value()
    if parser.at_word("AS", "FROM", "WHERE", "STOP", *CLAUSES):
        raise _not_only_a_value(parser.token)
    if parser.token.kind is not Kind.END:
        raise unexpected(parser.token, "an operator or the end")
    return _not_too_tall(value, parser)


def _not_only_a_value(token: Token) -> AqlError:
    hint = "write what would stand as one column between SELECT and FROM, without an alias"
    return error_at(token.at, "AQL073", f"{token.value} in an expression of a property, which is one value", hint)


def _not_only_a_condition(token: Token) -> AqlError:
    hint = "keep the condition alone, or give the whole query as `aql`"
    return error_at(token.at, "AQL070", f"{token.value} in a filter, which is only what stands behind WHERE", hint)


def _not_too_tall(node: N, parser: QueryParser) -> N:
    # A tree is at most a few times as tall as expressions were open, so most texts need no count.
    if parser.deepest > TALLEST // 3 and height(node) > TALLEST:
        hint = "split the query, or give a part of it a column of its own"
        raise error_at(node.at, "AQL001", f"this is nested more than {TALLEST} levels deep", hint)
    return node
