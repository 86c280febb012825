"""What AQL is not: each text with the code and the place of its error, and what a reader is told to do."""

from __future__ import annotations

import pytest

from dac.aql.parsing import parse, parse_condition
from dac.errors import AqlError

INVALID = [
    # It does not parse
    ("", "AQL001", 1, 1),
    ("  \n ", "AQL001", 2, 2),
    ("SELECT", "AQL001", 1, 7),
    ("SELECT FROM events", "AQL001", 1, 8),
    ("SELECT a", "AQL001", 1, 9),
    ("SELECT a FROM", "AQL001", 1, 14),
    ("SELECT a, FROM events", "AQL001", 1, 11),
    ("SELECT a FROM events WHERE", "AQL001", 1, 27),
    ("SELECT a FROM events WHERE LAST 5 MINUTES", "AQL001", 1, 28),
    ("SELECT a FRM events", "AQL001", 1, 10),
    ("SELCT a FROM events", "AQL001", 1, 1),
    ("SELECT a b FROM events", "AQL001", 1, 10),
    ("SELECT a AS FROM events", "AQL001", 1, 13),
    ("SELECT a AS group FROM events", "AQL001", 1, 13),
    ("SELECT a AS 5 FROM events", "AQL001", 1, 13),
    ("SELECT a = 1 AS x FROM events", "AQL001", 1, 8),
    ("SELECT a FROM events\nWHER b = 1", "AQL001", 2, 1),
    ("SELECT a FROM events WHERE b = 1 ADN c = 2", "AQL001", 1, 34),
    ("SELECT a FROM events WHERE b", "AQL001", 1, 28),
    ("SELECT a FROM events WHERE b = ", "AQL001", 1, 32),
    ("SELECT a FROM events WHERE b = = 1", "AQL001", 1, 32),
    ("SELECT a FROM events WHERE b = 1 = 2", "AQL001", 1, 28),
    ("SELECT a FROM events WHERE b + 1", "AQL001", 1, 28),
    ("SELECT a FROM events WHERE (b = 1) + 1 = 2", "AQL001", 1, 29),
    ("SELECT a FROM events WHERE (b = 1", "AQL001", 1, 34),
    ("SELECT a FROM events WHERE b = 1)", "AQL001", 1, 33),
    ("SELECT a FROM events WHERE b IN ()", "AQL001", 1, 34),
    ("SELECT a FROM events WHERE b IN (1,)", "AQL001", 1, 36),
    ("SELECT a FROM events WHERE b IN 'x'", "AQL001", 1, 33),
    ("SELECT a FROM events WHERE b IN (1 2)", "AQL001", 1, 36),
    ("SELECT a FROM events WHERE b NOT = 1", "AQL001", 1, 34),
    ("SELECT a FROM events WHERE b IS 5", "AQL001", 1, 33),
    ("SELECT a FROM events WHERE b BETWEEN 1, 2", "AQL001", 1, 39),
    ("SELECT a FROM events WHERE b LIKE", "AQL001", 1, 34),
    ("SELECT a FROM events WHERE AND b = 1", "AQL001", 1, 28),
    ("SELECT a FROM events WHERE b = 1 AND IN (2)", "AQL001", 1, 38),
    ("SELECT a FROM events WHERE NOT b", "AQL001", 1, 32),
    ("SELECT a FROM events WHERE TEXT SEARCH terms", "AQL001", 1, 40),
    ("SELECT a FROM events WHERE b = 'open\nAND c = 1", "AQL001", 1, 32),
    ('SELECT a FROM events WHERE b = "open', "AQL001", 1, 32),
    ('SELECT "" FROM events', "AQL001", 1, 8),
    ("SELECT 'a\x07b' FROM events", "AQL001", 1, 10),
    ("SELECT a\u00a0FROM events", "AQL001", 1, 9),
    ("SELECT a FROM events WHERE b = ‘x’", "AQL001", 1, 32),
    ("SELECT Größe FROM events", "AQL001", 1, 10),
    ("SELECT `a` FROM events", "AQL001", 1, 8),
    ("SELECT [a] FROM events", "AQL001", 1, 8),
    ("SELECT a FROM events WHERE b IN (${var.x})", "AQL001", 1, 34),
    ("SELECT a FROM events WHERE b = ?", "AQL001", 1, 32),
    ("SELECT a FROM events WHERE b ! = 1", "AQL001", 1, 30),
    ("SELECT 5x FROM events", "AQL001", 1, 8),
    ("SELECT 1e5 FROM events", "AQL001", 1, 8),
    ("SELECT 1.2.3 FROM events", "AQL001", 1, 8),
    ("SELECT SUM(*) FROM events", "AQL001", 1, 12),
    ("SELECT LOWER(a FROM events", "AQL001", 1, 16),
    ("SELECT LOWER(a b) FROM events", "AQL001", 1, 16),
    ("SELECT CASE END FROM events", "AQL001", 1, 13),
    ("SELECT CASE WHEN a = 1 THEN 2 FROM events", "AQL001", 1, 31),
    ("SELECT CASE WHEN a THEN 2 END FROM events", "AQL001", 1, 18),
    ("SELECT CASE a WHEN b = 1 THEN 2 END FROM events", "AQL001", 1, 20),
    ("SELECT IF a = 1 THEN 2 FROM events", "AQL001", 1, 24),
    ("SELECT a FROM GLOBALVIEW('x') LAST 1 DAYS", "AQL001", 1, 29),
    ("SELECT a FROM 'events'", "AQL001", 1, 15),
    ("SELECT a FROM (events)", "AQL001", 1, 16),
    ("SELECT a FROM events GROUP username", "AQL001", 1, 28),
    ("SELECT a FROM events ORDER BY", "AQL001", 1, 30),
    ("SELECT a FROM events ORDER BY a DESC ASC", "AQL001", 1, 38),
    ("SELECT a FROM events LIMIT x", "AQL001", 1, 28),
    ("SELECT a FROM events LIMIT 1.5", "AQL001", 1, 28),
    ("SELECT a FROM events LIMIT -1", "AQL001", 1, 28),
    ("SELECT a FROM events LIMIT 9999999999999999999", "AQL001", 1, 28),
    ("SELECT a FROM events GROUP BY a WHERE b = 1", "AQL001", 1, 33),
    ("SELECT a FROM events WHERE b = 1 WHERE c = 1", "AQL001", 1, 34),
    ("SELECT a FROM events LAST MINUTES", "AQL001", 1, 27),
    ("SELECT a FROM events LAST 5", "AQL001", 1, 28),
    ("SELECT a FROM events LAST 5 FORTNIGHTS", "AQL001", 1, 29),
    ("SELECT a FROM events LAST 5 WEEKS", "AQL001", 1, 29),
    ("SELECT a FROM events LAST 5 MINUTS", "AQL001", 1, 29),
    ("SELECT a FROM events START username", "AQL001", 1, 28),
    ("SELECT a FROM events STOP '2026-07-01 09:00'", "AQL001", 1, 22),
    ("SELECT a FROM events TIMES LAST_WEEK(5)", "AQL001", 1, 28),
    ("SELECT a FROM events PARAMETERS", "AQL001", 1, 32),
    ("SELECT a FROM events PARAMETERS X", "AQL001", 1, 34),
    ("SELECT a FROM events /* open", "AQL001", 1, 22),
    # A clause after the time clause
    ("SELECT a FROM events LAST 1 HOURS LIMIT 5", "AQL002", 1, 35),
    ("SELECT a FROM events LAST 1 HOURS\nWHERE b = 1", "AQL002", 2, 1),
    ("SELECT a FROM events START '2026-07-01 09:00' ORDER BY a", "AQL002", 1, 47),
    ("SELECT a FROM events LAST 1 HOURS LAST 2 HOURS", "AQL002", 1, 35),
    ("SELECT a FROM events WHERE b IN (SELECT c FROM events LAST 1 HOURS LIMIT 5)", "AQL002", 1, 68),
    # DISTINCT
    ("SELECT DISTINCT username FROM events", "AQL003", 1, 8),
    ("SELECT COUNT(DISTINCT username) FROM events", "AQL003", 1, 14),
    ("SELECT a FROM events WHERE DISTINCT = 1", "AQL003", 1, 28),
    # Other languages
    ("SELECT a FROM events JOIN flows ON a = b", "AQL004", 1, 22),
    ("SELECT a FROM events LEFT JOIN flows", "AQL004", 1, 22),
    ("SELECT a FROM events UNION SELECT a FROM flows", "AQL004", 1, 22),
    ("WITH x AS (SELECT a FROM events) SELECT a FROM x", "AQL004", 1, 1),
    ("SELECT a FROM events WHERE starttime > NOW() - INTERVAL '1' HOUR", "AQL004", 1, 48),
    ("SELECT a FROM events WHERE starttime > NOW() - 1 HOUR", "AQL004", 1, 50),
    ("SELECT a FROM events WHERE NOW() - 1 HOUR < starttime", "AQL004", 1, 38),
    ("SELECT a FROM events LIMIT 5 OFFSET 5", "AQL004", 1, 30),
    ("SELECT a FROM events LIMIT 5, 5", "AQL004", 1, 29),
    ("SELECT ROW_NUMBER() OVER (PARTITION BY a) FROM events", "AQL004", 1, 21),
    ("SELECT TOP 10 a FROM events", "AQL004", 1, 8),
    ("SELECT e.a FROM events", "AQL004", 1, 9),
    ("SELECT a FROM events e", "AQL004", 1, 22),
    ("SELECT a FROM events AS e WHERE a = 1", "AQL004", 1, 22),
    ("SELECT a FROM events, flows", "AQL004", 1, 21),
    ("SELECT CAST(a AS int) FROM events", "AQL004", 1, 8),
    ("SELECT a::int FROM events", "AQL004", 1, 11),
    ("SELECT a || b FROM events", "AQL004", 1, 10),
    ("SELECT a FROM events WHERE EXISTS (SELECT b FROM flows)", "AQL004", 1, 28),
    ("SELECT a FROM events WHERE b = (SELECT c FROM flows)", "AQL004", 1, 33),
    ("SELECT a FROM events WHERE b RLIKE 'x'", "AQL004", 1, 30),
    ("SELECT a FROM events WHERE b LIKE 'x' ESCAPE '!'", "AQL004", 1, 39),
    ("SELECT a FROM events ORDER BY a NULLS LAST", "AQL004", 1, 33),
    # A backslash before the quote
    ("SELECT a FROM events WHERE b = 'C:\\'", "AQL036", 1, 35),
    ("SELECT a FROM events WHERE b = 'it\\'s'", "AQL036", 1, 35),
    ("SELECT a FROM events WHERE b = 'it\\''s'", "AQL036", 1, 35),
    # Not one SELECT
    ("SELECT a FROM events; DROP", "AQL055", 1, 21),
    ("SELECT a FROM events;", "AQL055", 1, 21),
    ("DROP TABLE events", "AQL055", 1, 1),
    ("DELETE FROM events", "AQL055", 1, 1),
    ("SELECT a FROM events WHERE b = 1 SELECT c FROM flows", "AQL055", 1, 34),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), INVALID)
def test_what_is_no_aql_is_refused_where_it_goes_wrong(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(AqlError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)
    assert caught.value.summary


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "AQL001", 1, 1),
        ("SELECT a FROM events", "AQL070", 1, 1),
        ("WHERE a = 1", "AQL070", 1, 1),
        ("a = 1 LAST 5 MINUTES", "AQL070", 1, 7),
        ("a = 1\nGROUP BY a", "AQL070", 2, 1),
        ("a = 1 ORDER BY a", "AQL070", 1, 7),
        ("a = 1 FROM events", "AQL070", 1, 7),
        ("username", "AQL001", 1, 1),
        ("a = 1 b = 2", "AQL001", 1, 7),
        ("a = 1 adn b = 2", "AQL001", 1, 7),
        ("a = 1; b = 2", "AQL055", 1, 6),
    ],
)
def test_a_filter_is_a_condition_and_nothing_else(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(AqlError) as caught:
        parse_condition(text)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("SELECT a FRM events", "did you mean FROM?"),
        ("SELCT a FROM events", "did you mean SELECT?"),
        ("SELECT a FROM events WHER b = 1", "did you mean WHERE?"),
        ("SELECT a FROM events WHERE b = 1 GRUOP BY a", "did you mean GROUP?"),
        ("SELECT a FROM events LAST 5 MINUTS", "did you mean MINUTES?"),
        ("SELECT DISTINCT a FROM events", "list the distinct values with GROUP BY"),
        ("SELECT COUNT(DISTINCT a) FROM events", "UNIQUECOUNT(field)"),
        ("SELECT a FROM events LAST 1 HOURS LIMIT 5", "LIMIT stands before LAST"),
        ("SELECT a FROM events WHERE b = ‘x’", "this is U+2018, write '"),
        ("SELECT Größe FROM events", '"name"'),
        ("SELECT a || b FROM events", "CONCAT(a, b)"),
        ("SELECT a FROM events WHERE b = 1 && c = 2", "joined with AND"),
        ("SELECT a FROM events WHERE b =~ 'x'", "MATCHES"),
        ("SELECT a FROM events WHERE b ~ 'x'", "MATCHES"),
        ("SELECT a FROM events WHERE b IN REFERENCE_SET('x')", "REFERENCESETCONTAINS('its name', field)"),
        ("SELECT a FROM events WHERE b IN 'x'", "IN ('a', 'b')"),
        ("SELECT a FROM events WHERE b IN ('x',)", "take the comma before it away"),
        ("SELECT a, FROM events", "take the comma before it away"),
        ("SELECT a FROM (SELECT a FROM events) AS t", "no names for subqueries"),
        ("SELECT a FROM events WHERE b ISNOT NULL", "IS NOT NULL"),
        ("SELECT a FROM events WHERE b IS EMPTY", "field = ''"),
        ("SELECT a FROM events LAST 2 WEEKS", "7 DAYS"),
        ("SELECT a FROM events WHERE b RLIKE 'x'", "MATCHES"),
        ("SELECT a FROM events WHERE t > NOW() - INTERVAL '1' HOUR", "LAST 1 HOURS"),
        ("SELECT a b FROM events", "the word AS"),
        ("SELECT a FROM events WHERE group = 1", "found group where a value should stand"),
        ("SELECT start FROM events", 'is written "start"'),
    ],
)
def test_the_error_says_how_aql_says_it(text: str, hint: str) -> None:
    with pytest.raises(AqlError) as caught:
        parse(text)
    assert hint in f"{caught.value.summary} {caught.value.hint}"


@pytest.mark.parametrize(
    "opening",
    ["(", "LOWER(", "CASE WHEN a = ", "NOT ", "- ", "a IN (", "IF a = ", "a = 1 AND NOT (", "(SELECT a FROM ", "~"],
)
def test_absurd_nesting_ends_in_an_error_and_not_in_a_crash(opening: str) -> None:
    with pytest.raises(AqlError):
        parse("SELECT a FROM events WHERE " + opening * 5000)
    with pytest.raises(AqlError):
        parse("SELECT a FROM " + "(SELECT a FROM " * 5000)


def test_reasonable_nesting_is_read() -> None:
    text = "LOWER(" * 30 + "a" + ")" * 30 + " = 'x'"
    assert parse_condition(text) == parse_condition(f"({text})")


def test_a_query_of_absurd_length_is_refused() -> None:
    with pytest.raises(AqlError, match="more than 25000 words and signs"):
        parse("SELECT a FROM events WHERE b IN (" + "1," * 60_000 + "1)")
