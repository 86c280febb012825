from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.emulator.filtering import parse
from dac.emulator.filtering.tokens import unescape
from dac.qradar.filters import equals, in_filter, quoted, terms

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(name=names)
def test_no_name_changes_the_meaning_of_a_filter(name: str) -> None:
    node = parse(equals("name", name))
    assert (node.operator, unescape(node.value.text)) == ("=", name)


@given(values=st.lists(names, min_size=1, max_size=30, unique=True))
def test_every_value_is_asked_for_exactly_once(values: list[str]) -> None:
    asked = [unescape(value.text) for text in in_filter("name", values, longest=80) for value in parse(text).values]
    assert asked == values


@given(name=names, values=st.lists(names | st.integers(), min_size=1, max_size=30))
def test_what_is_written_is_read_again(name: str, values: list[str | int]) -> None:
    (expression,) = in_filter("qid", values, longest=10**6)
    assert terms(f"{expression} and {equals('name', name)}") == [
        ("qid", frozenset(values)),
        ("name", frozenset([name])),
    ]


@pytest.mark.parametrize("text", ["", "id > 3", "id = 3 or id = 4", "id = 3 and", "id in ()", 'name = "a', "id = 3 x"])
def test_any_other_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a filter that dac writes"):
        terms(text)


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a "b" \\ c') == '"a \\"b\\" \\\\ c"'
    assert quoted(12) == "12"


def test_no_values_ask_nothing() -> None:
    assert list(in_filter("id", [])) == []


def test_expressions_stay_short_enough_for_a_request_line() -> None:
    texts = list(in_filter("collection_id", range(100_000, 102_000)))
    assert len(texts) == 4
    assert all(len(quote_plus(text)) < 6_100 for text in texts)


def test_names_in_other_scripts_count_as_they_stand_in_the_url() -> None:
    assert all(len(quote_plus(text)) < 6_100 for text in in_filter("name", ["漢字" * 30] * 40))


def test_a_value_that_is_longer_than_all_allowed_is_still_asked_for() -> None:
    assert len(list(in_filter("name", ["x" * 9_000, "y"]))) == 2
