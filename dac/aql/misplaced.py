"""Why what follows a complete query, or stands in place of one, does not belong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.mistakes import STATEMENTS, hint_for_word, nearest, unexpected
from dac.aql.nodes import Database, Query
from dac.aql.position import error_at
from dac.aql.tokens import Kind
from dac.aql.words import CLAUSES, TIME_CLAUSES

if TYPE_CHECKING:
    from dac.aql.tokens import Token
    from dac.errors import AqlError

_PHRASES = {"GROUP": "GROUP BY", "ORDER": "ORDER BY", "SESSION": "SESSION BY"}


def no_select(token: Token) -> AqlError:
    """The error for a text that begins with `token` and not with SELECT."""
    if token.kind is Kind.WORD and token.value in STATEMENTS:
        return error_at(token.at, "AQL055", f"{token.value} is not AQL", "AQL only reads: a query is one SELECT")
    return unexpected(token, "SELECT", ("SELECT",))


def misplaced(token: Token, query: Query, *, follows_source: bool) -> AqlError:
    """The error for `token` after `query`; `follows_source` if it comes right after FROM events."""
    word = token.value if token.kind is Kind.WORD else ""
    if word in CLAUSES or word in TIME_CLAUSES:
        return _clause_too_late(token, query)
    if word == "SELECT":
        return error_at(token.at, "AQL055", "a second SELECT", "one text holds one query")
    if follows_source and isinstance(query.source, Database):
        return _after_source(token, word)
    if word == "AS" and isinstance(query.source, Query):
        return error_at(token.at, "AQL004", "AQL has no names for subqueries", "leave AS and the name out")
    if query.limit is not None and token.text == ",":
        return error_at(token.at, "AQL004", "AQL has no OFFSET", hint_for_word("OFFSET"))
    return _no_clause(token)


def _after_source(token: Token, word: str) -> AqlError:
    if token.text == ",":
        return error_at(token.at, "AQL004", "a second source after FROM", "AQL reads one database at a time")
    is_name = not word or not (hint_for_word(word) or nearest(word, CLAUSES))
    if is_name and token.kind in (Kind.WORD, Kind.NAME, Kind.STRING):
        hint = "leave it out, and the prefixes of the columns too"
        return error_at(token.at, "AQL004", "AQL has no aliases for tables", hint)
    return _no_clause(token)


def _no_clause(token: Token) -> AqlError:
    return unexpected(token, "the end or a further clause", (*CLAUSES, "AND", "OR"))


def _clause_too_late(token: Token, query: Query) -> AqlError:
    clause = _PHRASES.get(token.value, token.value)
    if token.value == "STOP":
        return error_at(token.at, "AQL001", "STOP without START", "write START '..' STOP '..'")
    if query.time is not None:
        is_time = token.value in TIME_CLAUSES
        hint = "keep one of them" if is_time else f"{clause} stands before LAST, START or TIMES, which close the query"
        return error_at(token.at, "AQL002", f"{clause} after the time clause", hint)
    order = "WHERE, GROUP BY, HAVING, ORDER BY, LIMIT, LAST or START"
    return error_at(token.at, "AQL001", f"{clause} stands twice or too late", f"the order is {order}")
