"""What holds for every text and every tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from aql_queries import T1078_004, T1585_003, VALID
from aql_trees import conditions, near_aql, queries
from hypothesis import given, settings
from hypothesis import strategies as st

from dac.aql.checking import check
from dac.aql.parsing import parse, parse_condition
from dac.aql.printing import condition_lines, format_query, to_aql
from dac.aql.references import references
from dac.aql.rule_filter import rule_filter
from dac.aql.tokens import tokenize
from dac.aql.walking import children, height, rewrite, walk
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.aql.nodes import Expression, Node, Query

T = TypeVar("T")


IN_A_QUERY = "SELECT a FROM events WHERE {}"


def _read(reader: Callable[[str], T], text: str) -> T | None:
    """What `reader` makes of `text`; None where it says that this is no AQL, with a place inside of `text`."""
    refusal, found = _refusal(reader, text)
    if refusal is not None:
        assert 1 <= refusal.line <= text.count("\n") + 1
        assert refusal.column >= 1
    return found


def _refusal(call: Callable[[Any], T], argument: object) -> tuple[AqlError | None, T | None]:
    try:
        return None, call(argument)
    except AqlError as error:
        return error, None


def _all_that_reads(text: str) -> None:
    """Everything that takes a text or its tree, on `text`; nothing but an AqlError may come out."""
    for reader in (parse, parse_condition):
        node = _read(reader, text)
        if node is not None:
            assert reader(to_aql(node)) == node
            references(node)
            check(node)
            refusal, _ = _refusal(rule_filter, node)
            assert refusal is None or refusal.code == "AQL071"
    laid_out = _read(format_query, text)
    if laid_out is not None:
        assert parse(laid_out) == parse(text)
        assert format_query(laid_out) == laid_out


@given(st.text())
def test_any_text_is_a_tree_or_an_aql_error(text: str) -> None:
    _all_that_reads(text)
    _all_that_reads(IN_A_QUERY.format(text))


@given(st.binary())
def test_any_bytes_are_a_tree_or_an_aql_error(raw: bytes) -> None:
    _all_that_reads(raw.decode("utf-8", "surrogateescape"))
    _all_that_reads(raw.decode("latin-1"))


@settings(max_examples=300)
@given(near_aql)
def test_anything_that_looks_like_aql_is_a_tree_or_an_aql_error(text: str) -> None:
    _all_that_reads(text)
    _all_that_reads(IN_A_QUERY.format(text))


@settings(max_examples=300)
@given(st.sampled_from([*VALID, T1078_004, T1585_003]), st.data())
def test_a_query_with_a_word_lost_doubled_or_swapped_is_a_tree_or_an_aql_error(text: str, data: st.DataObject) -> None:
    words = [token.text for token in tokenize(text)]
    first, second = (data.draw(st.integers(0, len(words) - 1)) for _ in range(2))
    _all_that_reads(" ".join(words[:first] + words[first + 1 :]))
    _all_that_reads(" ".join([*words[:first], words[second], *words[first:]]))
    words[first], words[second] = words[second], words[first]
    _all_that_reads(" ".join(words))


@settings(max_examples=40)
@given(queries)
def test_every_query_prints_on_a_line_and_over_lines_and_parses_back(query: Query) -> None:
    line = to_aql(query)
    assert parse(line) == query
    assert hash(parse(line)) == hash(query)
    assert to_aql(parse(line)) == line
    laid_out = format_query(line)
    assert parse(laid_out) == query
    assert format_query(laid_out) == laid_out


@settings(max_examples=60)
@given(conditions)
def test_every_condition_prints_as_lines_that_parse_back(condition: Expression) -> None:
    lines = condition_lines(condition)
    assert parse_condition(" ".join(line.strip() for line in lines)) == condition
    assert parse_condition("\n".join(lines)) == condition


@settings(max_examples=60)
@given(conditions)
def test_walking_meets_every_node_once_and_rewriting_nothing_changes_nothing(condition: Expression) -> None:
    def count(node: Node) -> int:
        return 1 + sum(count(child) for child in children(node))

    assert len(list(walk(condition))) == count(condition)
    assert rewrite(condition, lambda node: node) is condition
    assert height(condition) <= len(list(walk(condition)))


@settings(max_examples=60)
@given(conditions)
def test_a_rule_filter_of_a_rule_filter_is_the_same(condition: Expression) -> None:
    refusal, found = _refusal(rule_filter, condition)
    if found is None:
        assert refusal is not None
        assert refusal.code == "AQL071"
        return
    again = rule_filter(parse_condition(found.one_line))
    assert again.lines == found.lines
    assert again.dropped == ()


@pytest.mark.parametrize("text", VALID)
def test_every_valid_query_is_a_rule_or_is_refused_with_a_way_out(text: str) -> None:
    refusal, found = _refusal(rule_filter, parse(text))
    if found is None:
        assert refusal is not None
        assert refusal.code == "AQL071"
        assert refusal.hint
    else:
        parse_condition(found.one_line)
