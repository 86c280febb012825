"""Hypothesis strategies: any tree that AQL can say, and texts that nearly are AQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from dac.aql.nodes import (
    Alias,
    And,
    Arithmetic,
    Between,
    Boolean,
    Call,
    Case,
    Comparison,
    Database,
    Field,
    GlobalView,
    If,
    In,
    InQuery,
    IsNull,
    Last,
    Match,
    Not,
    Null,
    Number,
    OffenseTime,
    Or,
    OrderItem,
    Parameter,
    Query,
    SelectItem,
    Session,
    Span,
    Star,
    String,
    TextSearch,
    Unary,
    When,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_RANKED = [["+", "-"], ["*", "/", "%"], ["^"], ["<<", ">>", ">>>"], ["&"], ["#"], ["|"]]
_TRICKY = ["username", "EventID", "Process Path", "select", "last", "text", "search", "group", "if", "a-b", "名前"]


def _tuples(of: st.SearchStrategy, least: int = 1, most: int = 3) -> st.SearchStrategy:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


words = st.sampled_from(_TRICKY) | st.text(
    st.characters(exclude_characters="\"\\'", exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8
)
texts = st.sampled_from(["", "it's", "''", "%x_", r"a\.b", "-- x", "/*", '"']) | st.text(
    st.characters(exclude_characters="\\", exclude_categories=["C", "Zl", "Zp"]), max_size=8
)
numbers = st.sampled_from(["0", "5", "007", "0.50", "0xFF", "123456789012345678901234567890"]).map(Number)
fields = st.builds(Field, words, st.booleans())
leaves = fields | texts.map(String) | numbers | st.booleans().map(Boolean) | st.just(Null())
functions = st.sampled_from(["LOWER", "lower", "GEO::LOOKUP", "last", "FIRST", "my func", "cast", "if", "interval"])


def _arithmetic(values: st.SearchStrategy) -> st.SearchStrategy:
    def joined(operators: list[str]) -> st.SearchStrategy:
        return st.integers(1, 3).flatmap(
            lambda count: st.builds(
                Arithmetic,
                st.lists(values, min_size=count + 1, max_size=count + 1).map(tuple),
                st.lists(st.sampled_from(operators), min_size=count, max_size=count).map(tuple),
            )
        )

    return st.sampled_from(_RANKED).flatmap(joined)


def _predicates(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(
        st.builds(Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), values, values),
        st.builds(In, values, _tuples(values), st.booleans()),
        st.builds(Match, st.sampled_from(["LIKE", "ILIKE", "MATCHES", "IMATCHES"]), values, values, st.booleans()),
        st.builds(Between, values, values, values, st.booleans()),
        st.builds(IsNull, values, st.booleans()),
        st.builds(TextSearch, texts),
        st.booleans().map(Boolean),
        st.builds(Call, functions, _tuples(values, 0)),
    )


def _joined(terms: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(And, _tuples(terms, 2)) | st.builds(Or, _tuples(terms, 2)) | st.builds(Not, terms)


def _larger(values: st.SearchStrategy) -> st.SearchStrategy:
    tests = _predicates(values) | _joined(_predicates(values))
    return st.one_of(
        st.builds(Call, functions, _tuples(values, 0)),
        st.just(Call("count", (Star(),))),
        st.builds(Unary, st.sampled_from(["-", "+", "~"]), values),
        _arithmetic(values),
        st.builds(Case, st.none(), _tuples(st.builds(When, tests, values)), st.none() | values),
        st.builds(Case, values, _tuples(st.builds(When, values, values)), st.none() | values),
        st.builds(If, tests, values, values),
    )


def _nested(within: st.SearchStrategy, larger: Callable[[st.SearchStrategy], st.SearchStrategy]) -> st.SearchStrategy:
    """Up to two levels more. `st.recursive` draws again and again until it is small enough: most of a test's time."""
    once = st.one_of(within, within, within, larger(within))
    return st.one_of(within, within, within, larger(once))


values = _nested(leaves, _larger)
conditions = _nested(_predicates(values), _joined)

_items = st.builds(SelectItem, values, st.none() | st.builds(Alias, words, st.sampled_from(["", "'", '"'])))
_counts = st.integers(0, 10**18 - 1)
_moments = texts.map(String) | numbers | st.builds(Call, st.just("PARSEDATETIME"), _tuples(texts.map(String)))
_times = st.one_of(
    st.builds(Last, _counts, st.sampled_from(["MINUTES", "HOURS", "DAYS", "HOUR", "SECONDS"])),
    st.builds(Span, _moments, st.none() | _moments),
    st.builds(OffenseTime, values),
)
_windows = st.none() | st.tuples(_counts, st.sampled_from(["SECONDS", "MINUTES", "HOURS", "DAYS"]))
_plain = fields | st.builds(Call, functions, _tuples(fields, 0))


def _sessions() -> st.SearchStrategy:
    border = st.tuples(st.none(), st.just(value=False)) | st.tuples(conditions, st.booleans())
    return st.builds(
        lambda time, of, begin, end, timeout, window: Session(
            time, of, begin[0], end[0], begin[1], end[1], timeout, window
        ),
        _plain,
        _tuples(_plain),
        border,
        border,
        st.none() | _counts,
        _windows,
    )


def _queries(sources: st.SearchStrategy, terms: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(
        Query,
        _tuples(_items | st.just(SelectItem(Star()))),
        sources,
        into=st.none() | words,
        where=st.none() | terms,
        group_by=_tuples(values, 0),
        having=st.none() | conditions,
        order_by=_tuples(st.builds(OrderItem, values, st.booleans(), st.none() | texts), 0),
        limit=st.none() | _counts,
        session=st.none() | _sessions(),
        time=st.none() | _times,
        parameters=_tuples(st.builds(Parameter, st.sampled_from(["A", "REMOTESERVERS"]), values), 0),
    )


_databases = st.builds(Database, words) | st.builds(GlobalView, texts, st.sampled_from(["NORMAL", "DAILY"]))
_simple = _queries(_databases, conditions)
queries = _simple | _queries(_simple, conditions | st.builds(InQuery, values, _simple, st.booleans()))

_FRAGMENTS = """
SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT LAST START STOP TIMES PARAMETERS SESSION AND OR NOT IN LIKE MATCHES
BETWEEN IS NULL CASE WHEN THEN ELSE END IF AS ASC DESC COLLATE TEXT SEARCH INTO events HOURS username a b
LOWER COUNT GEO :: ( ) ( ) , = != < + - * / ^ & | ~ << 5 0xff 0.5 'x' '' "y" -- /* */ ; . ' " \\ JOIN
"""
near_aql = st.lists(st.sampled_from([*_FRAGMENTS.split(), "\n"]), max_size=25).map(" ".join)
