"""Numbers, times and kinds that are worked out without a console."""

from __future__ import annotations

import pytest

from dac.aql.lint.amounts import documented_time, milliseconds_ago, number, window
from dac.aql.lint.kinds import kind_of
from dac.aql.lint.near import near_name
from dac.aql.lint.select import Select
from dac.aql.nodes import Comparison, Query
from dac.aql.parsing import parse, parse_condition

HOUR = 3_600_000


def _value(text: str) -> object:
    condition = parse_condition(f"x = {text}")
    assert isinstance(condition, Comparison)
    return condition.right


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5),
        ("0xff", 255),
        ("-5", -5),
        ("24 * 60 * 60 * 1000", 24 * HOUR),
        ("1 / 0", None),
        ("a * 2", None),
        ("'5'", None),
        ("9" * 19, None),
        ("2 ^ 3", None),
    ],
)
def test_arithmetic_of_literals_is_worked_out(text: str, expected: float | None) -> None:
    assert number(_value(text)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NOW() - 86400000", 24 * HOUR),
        ("NOW() - 24 * 3600000", 24 * HOUR),
        ("NOW() - 3600000 - 60000", HOUR + 60_000),
        ("PARSEDATETIME('2 days ago')", 48 * HOUR),
        ("PARSEDATETIME('now')", None),
        ("NOW()", None),
        ("NOW() + 5", None),
        ("NOW() - a", None),
    ],
)
def test_how_far_back_a_time_lies(text: str, expected: float | None) -> None:
    assert milliseconds_ago(_value(text)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clause", "hours"),
    [
        ("LAST 7 DAYS", 168),
        ("LAST 1 HOUR", 1),
        ("START '2026-07-01 09:00' STOP '2026-07-01 11:00:00'", 2),
        ("START 0 STOP 3600000", 1),
        ("START PARSEDATETIME('3 hours ago')", 3),
        ("START '2026-07-01 09:00'", None),
        ("TIMES OFFENSE_TIME(5)", None),
    ],
)
def test_the_length_of_a_time_clause(clause: str, hours: float | None) -> None:
    length = window(parse("SELECT a FROM events $".replace("$", clause)).time)
    assert length == (None if hours is None else hours * HOUR)


@pytest.mark.parametrize(
    "text", ["2026-07-01 09:00", "2026/07/01 09:00:00", "2026/07/01-09:00:00Z", "2026:07:01-09:00:00"]
)
def test_times_in_documented_forms_are_read(text: str) -> None:
    found = documented_time(text)
    assert found is not None
    assert (found.month, found.hour) == (7, 9)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-07-01", "2026-07-01T09:00:00", "2026-13-01 09:00", "1 hour ago"]
)
def test_other_texts_are_no_such_times(text: str) -> None:
    assert documented_time(text) is None


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("sourceip", "host"), ("payload", "bytes"), ("UTF8(payload)", "string"), ("qid + 1", "number"),
        ("'x'", "string"), ('"AppName"', ""), ("t", "string"), ("username", ""), ("MYAPP::F(qid)", ""),
        ("starttime", "time"),
        ("CASE WHEN qid = 1 THEN 'a' ELSE 'b' END", "string"), ("CASE WHEN qid = 1 THEN 'a' ELSE 1 END", ""),
    ],
)  # fmt: skip
def test_the_kind_of_a_value_is_known_or_left_open(expression: str, kind: str) -> None:
    query = parse("SELECT $ AS x, LOWER(z) AS t, 5 AS username FROM events".replace("$", expression))
    assert isinstance(query, Query)
    assert kind_of(query.items[0].expression, Select(query)) == kind


def test_a_near_name_begins_alike() -> None:
    names = ["CountryOrRegion", "ClientAppUsed", "countries"]
    assert near_name("CountryOrRegoin", names) == "CountryOrRegion"
    assert near_name("clientappused", names) == "ClientAppUsed"
    assert near_name("Application", names) == ""
    assert near_name("", names) == ""
