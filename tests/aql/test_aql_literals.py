"""Values to AQL literals, and where a literal may stand."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.aql.literals import inside_string, literal
from dac.aql.nodes import Comparison, In, Number, String, Unary
from dac.aql.parsing import parse_condition


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("KP", "'KP'"),
        ("", "''"),
        ("it's", "'it''s'"),
        ("''", "''''''"),
        (r"C:\Windows\x", r"'C:\Windows\x'"),
        ("a' OR 1=1 --", "'a'' OR 1=1 --'"),
        ("Müller 🦊", "'Müller 🦊'"),
        (5, "5"),
        (-5, "-5"),
        (0.5, "0.5"),
        (1e-9, "0.000000001"),
        (1e20, "100000000000000000000"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2027, 3, 31), "'2027-03-31'"),
        (datetime(2027, 3, 31, 9, 5), "'2027-03-31 09:05:00'"),  # noqa: DTZ001  # AQL reads the console's zone
        (["KP", "IR"], "'KP', 'IR'"),
        ([1, 2.5, "x"], "1, 2.5, 'x'"),
        (["only"], "'only'"),
    ],
)
def test_a_value_becomes_the_literal_a_person_would_write(value: object, text: str) -> None:
    assert literal(value) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ([], "empty list"),
        ("C:\\", "backslash"),
        ("a\\' OR 1=1 --", "backslash"),
        ("a\x00b", "U+0000"),
        ("a\nb", "U+000A"),
        ("a\tb", "U+0009"),
        ("a\u2028b", "U+2028"),
        ("\ud800", "U+D800"),
        (math.nan, "no number"),
        (math.inf, "no number"),
        (-math.inf, "no number"),
        (["a", "b\\"], "backslash"),
        ([["a"]], "list has no AQL literal"),
        ([None], "NoneType has no AQL literal"),
        (datetime(2027, 3, 31, tzinfo=UTC), "offset"),
    ],
)
def test_what_cannot_be_said_safely_is_refused(value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("+", r"\+")):
        literal(value)  # type: ignore[arg-type]


@given(st.text())
def test_any_text_is_refused_or_comes_back_as_the_same_value(text: str) -> None:
    try:
        written = literal(text)
    except ValueError:
        return
    condition = parse_condition(f"a = {written} AND b = 1")
    assert condition.operands[0].right == String(text)  # type: ignore[attr-defined]
    assert len(condition.operands) == 2  # type: ignore[attr-defined]


@given(st.lists(st.text(st.characters(exclude_characters="\\", exclude_categories=["C", "Z"])), min_size=1))
def test_a_list_comes_back_as_its_items(texts: list[str]) -> None:
    condition = parse_condition(f"a IN ({literal(texts)})")
    assert isinstance(condition, In)
    assert [choice.value for choice in condition.choices if isinstance(choice, String)] == texts


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_the_same_number(number: float) -> None:
    condition = parse_condition(f"a = {literal(number)}")
    assert isinstance(condition, Comparison)
    right = condition.right
    if isinstance(right, Unary):
        assert isinstance(right.operand, Number)
        assert type(number)(f"-{right.operand.text}") == number
    else:
        assert isinstance(right, Number)
        assert type(number)(right.text) == number


@pytest.mark.parametrize(
    "text",
    [
        "a = '|'",
        "a = 'x|'",
        "a = 'x''|y'",
        '"|"',
        'a = "na|me"',
        "a = 'open|",
        "a = 'open |more\n",
        "'a' 'b' '|'",
        "-- it's\n'|'",
        "/* ' */ '|'",
        "a = '-- |'",
    ],
)
def test_this_place_is_inside_quotes(text: str) -> None:
    assert inside_string(text.replace("|", ""), text.index("|"))


@pytest.mark.parametrize(
    "text",
    [
        "|",
        "a = |'x'",
        "a = 'x'|",
        "a = 'x''y'|",
        "'a'| 'b'",
        "a IN (|)",
        "-- it's |",
        "-- it's\n|",
        "/* don't | */",
        "/* don't |",
        "a = 'open\n|",
        'a = "x"|',
    ],
)
def test_this_place_is_outside_of_quotes(text: str) -> None:
    assert not inside_string(text.replace("|", ""), text.index("|"))
