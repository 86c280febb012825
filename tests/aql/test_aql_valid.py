"""What AQL is: every query here parses, prints and parses back."""

from __future__ import annotations

import pytest
from aql_queries import T1078_004, T1585_003, VALID

from dac.aql.nodes import And, Arithmetic, Call, Case, Comparison, Field, Last, Match, Number, Or, String
from dac.aql.parsing import parse, parse_condition
from dac.aql.printing import condition_lines, format_query, to_aql

EVERY = [*VALID, T1078_004, T1585_003]


@pytest.mark.parametrize("text", EVERY)
def test_a_valid_query_prints_on_one_line_and_parses_back(text: str) -> None:
    query = parse(text)
    line = to_aql(query)
    assert "\n" not in line
    assert parse(line) == query
    assert to_aql(parse(line)) == line


@pytest.mark.parametrize("text", EVERY)
def test_a_formatted_query_is_the_same_query_and_stays_as_it_is(text: str) -> None:
    laid_out = format_query(text)
    assert parse(laid_out) == parse(text)
    assert format_query(laid_out) == laid_out


@pytest.mark.parametrize("text", EVERY)
def test_the_lines_of_a_condition_joined_by_blanks_are_the_condition(text: str) -> None:
    condition = parse(text).where
    if condition is not None:
        joined = " ".join(line.strip() for line in condition_lines(condition))
        assert parse_condition(joined) == condition


def test_the_published_t1078_004_query_is_read_as_written() -> None:
    query = parse(T1078_004)
    assert [item.alias.name for item in query.items if item.alias] == [
        "EventTime",
        "UserPrincipalName",
        "IPAddress",
        "LogSource",
        "AppDisplayName",
        "Country",
        "ClientApp",
        "RiskLevel",
        "AuthRequirement",
        "ConditionalAccess",
        "PrimaryAlertReason",
    ]
    last = query.items[-1].expression
    assert isinstance(last, Case)
    assert len(last.arms) == 3
    assert isinstance(query.where, And)
    assert query.where.operands[0] == Comparison("=", Call("LOGSOURCETYPEID", (Field("devicetype"),)), Number("452"))
    assert query.where.operands[2].at == (27, 7)
    assert query.time is None
    assert query.order_by[0].descending


def test_the_published_t1585_003_query_is_read_as_written() -> None:
    query = parse(T1585_003)
    assert query.time == Last(7, "DAYS")
    assert isinstance(query.where, Or)
    consent = query.where.operands[1]
    assert isinstance(consent, And)
    assert consent.operands[2] == Match(
        "MATCHES",
        Field("AppName"),
        String(r"(?i).*(dropbox|mega|pcloud|sync\.com|mediafire|box\.com).*"),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("username = 'a'", "USERNAME == 'a'"),
        ("username = 'a'", "\"UserName\" = 'a'"),
        ("a = 1 AND b = 2 AND c = 3", "(a = 1 AND b = 2) AND c = 3"),
        ("a = 1 AND b = 2 AND c = 3", "a = 1 and (b = 2 and (c = 3))"),
        ("a = 1 OR b = 2 OR c = 3", "a = 1 OR (b = 2 OR c = 3)"),
        ("a <> 1", "a != 1"),
        ("(a + b) + c = 1", "a + b + c = 1"),
        ("lower(a) = 'x'", "LOWER((a)) = ('x')"),
        ("geo::lookup(a, 'x') = 1", "GEO::LOOKUP(a,'x')=1"),
        ("NOT (a = 1)", "NOT a = 1"),
        ("a = 1 OR b = 2 AND c = 3", "a = 1 OR (b = 2 AND c = 3)"),
    ],
)
def test_spelling_case_and_needless_parentheses_make_no_difference(one: str, other: str) -> None:
    assert parse_condition(one) == parse_condition(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = 'x'", "a = 'X'"),
        ("a = 1 OR b = 2 AND c = 3", "(a = 1 OR b = 2) AND c = 3"),
        ("a - (b - c) = 1", "a - b - c = 1"),
        ("(a ^ b) ^ c = 1", "a ^ b ^ c = 1"),
        ("NOT (a = 1 AND b = 2)", "NOT a = 1 AND b = 2"),
        ("a = 5", "a = '5'"),
        ("a LIKE 'x'", "a ILIKE 'x'"),
        ("a IN ('x', 'y')", "a IN ('y', 'x')"),
        ("a IS NULL", "a IS NOT NULL"),
        ('a = "b"', "a = 'b'"),
    ],
)
def test_what_means_something_else_is_not_equal(one: str, other: str) -> None:
    assert parse_condition(one) != parse_condition(other)


@pytest.mark.parametrize(
    ("text", "hyphenated"),
    [
        ("Bluecoat-cs-host = 'x'", True),
        ("Bluecoat - cs - host = 'x'", False),
        ("starttime-devicetime > 5", False),
        ('"a"-"b" > 5', False),
        ("a-1 > 5", False),
    ],
)
def test_a_name_with_hyphens_is_a_subtraction_that_is_marked(text: str, hyphenated: bool) -> None:
    condition = parse_condition(text)
    assert isinstance(condition, Comparison)
    assert isinstance(condition.left, Arithmetic)
    assert condition.left.hyphenated is hyphenated


def test_a_quote_is_written_twice_and_a_backslash_is_ordinary() -> None:
    condition = parse_condition(r"a = 'it''s \d\(x\)'")
    assert condition == Comparison("=", Field("a"), String(r"it's \d\(x\)"))


def test_comments_are_kept_with_their_places_and_mean_nothing() -> None:
    query = parse("-- why\nSELECT a /* which */ FROM events -- end\n")
    assert [(comment.text, comment.at) for comment in query.comments] == [
        ("-- why", (1, 1)),
        ("/* which */", (2, 10)),
        ("-- end", (2, 34)),
    ]
    assert query == parse("SELECT a FROM events")


def test_a_quote_in_a_comment_and_dashes_in_a_string_are_neither() -> None:
    assert parse("SELECT a FROM events -- don't\nWHERE a = '--x /* y'") == parse(
        "SELECT a FROM events WHERE a = '--x /* y'"
    )


def test_positions_count_lines_and_columns_from_one() -> None:
    query = parse('SELECT a,\r\n\t"ü", b\nFROM events')
    assert [item.at for item in query.items] == [(1, 8), (2, 2), (2, 7)]
    assert query.source.at == (3, 6)


def test_long_flat_conditions_are_no_deep_ones() -> None:
    many = " OR ".join(f"qid = {number}" for number in range(5000))
    condition = parse_condition(many)
    assert isinstance(condition, Or)
    assert len(condition.operands) == 5000
    assert parse_condition(to_aql(condition)) == condition
