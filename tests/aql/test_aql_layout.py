"""A query laid out for reading, and a condition as lines."""

from __future__ import annotations

import pytest
from aql_queries import T1078_004, T1585_003

from dac.aql.parsing import parse, parse_condition
from dac.aql.printing import condition_lines, format_query, to_aql
from dac.errors import AqlError

UNTIDY = """\
-- Who fails most
select username as "User", -- as the console shows it
 count(*) AS n /* attempts */ , case when n > 100 then 'many' when n > 10 then 'some'
  else 'few, and that is fine here' end as how
-- only people
from events where devicetype=12 and (username not like '%$' or username is null) -- no machines
and not incidr('10.0.0.0/8',sourceip) and sourceip in (select destinationip from flows where sourcebytes>5 last 1 hours)
and destinationport between 1 and 1023
and (username = 'administrator' or username = 'root' or (username = 'guest' and destinationport = 22))
group by username having n>5 order by n desc, "User" limit 50
last 24 hours
-- the end"""

TIDY = """\
-- Who fails most
SELECT
  username AS "User", -- as the console shows it
  count(*) AS n, /* attempts */
  CASE
    WHEN n > 100 THEN 'many'
    WHEN n > 10 THEN 'some'
    ELSE 'few, and that is fine here'
  END AS how
  -- only people
FROM events
WHERE
  devicetype = 12
  AND (username NOT LIKE '%$' OR username IS NULL) -- no machines
  AND NOT incidr('10.0.0.0/8', sourceip)
  AND sourceip IN (
    SELECT destinationip
    FROM flows
    WHERE sourcebytes > 5
    LAST 1 HOURS
  )
  AND destinationport BETWEEN 1 AND 1023
  AND (
    username = 'administrator'
    OR username = 'root'
    OR (username = 'guest' AND destinationport = 22)
  )
GROUP BY username
HAVING n > 5
ORDER BY n DESC, "User"
LIMIT 50
LAST 24 HOURS
-- the end
"""


def test_a_query_is_laid_out_with_its_comments() -> None:
    assert format_query(UNTIDY) == TIDY
    assert parse(TIDY) == parse(UNTIDY)


def test_a_tidy_query_does_not_change() -> None:
    assert format_query(TIDY) == TIDY


@pytest.mark.parametrize("text", [UNTIDY, T1078_004, T1585_003])
def test_no_comment_is_lost_or_moved_past_another(text: str) -> None:
    before, after = parse(text).comments, parse(format_query(text)).comments
    assert [comment.text for comment in after] == [comment.text for comment in before]


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        ("select * from events", "SELECT *\nFROM events\n"),
        ("select last(a) from events last 5 minutes", "SELECT last(a)\nFROM events\nLAST 5 MINUTES\n"),
        ("select -a, ~b, a-b from flows", "SELECT\n  -a,\n  ~b,\n  a-b\nFROM flows\n"),
        ("select geo::lookup(a,'b') from events", "SELECT geo::lookup(a, 'b')\nFROM events\n"),
        ("select a from events where a=1", "SELECT a\nFROM events\nWHERE a = 1\n"),
        ("select a from events where text search 'x'", "SELECT a\nFROM events\nWHERE TEXT SEARCH 'x'\n"),
        ("select a\n -- on b\n , b from events", "SELECT\n  a,\n  -- on b\n  b\nFROM events\n"),
        ("select text from events", "SELECT text\nFROM events\n"),
        (
            "select a from (select b as a from events last 1 hours)",
            "SELECT a\nFROM (\n  SELECT b AS a\n  FROM events\n  LAST 1 HOURS\n)\n",
        ),
        (
            "select a from events start '2026-07-01 09:00' stop '2026-07-01 10:00' parameters a=1",
            "SELECT a\nFROM events\nSTART '2026-07-01 09:00' STOP '2026-07-01 10:00'\nPARAMETERS a = 1\n",
        ),
        (
            "select a from events where b = 'select  from   where'",
            "SELECT a\nFROM events\nWHERE b = 'select  from   where'\n",
        ),
    ],
)
def test_keywords_are_raised_and_names_and_texts_are_left_alone(text: str, laid_out: str) -> None:
    assert format_query(text) == laid_out


def test_what_does_not_parse_is_not_laid_out() -> None:
    with pytest.raises(AqlError) as caught:
        format_query("select a from events\nlimit x")
    assert (caught.value.line, caught.value.column) == (2, 7)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a=1", ("a = 1",)),
        ("a=1 and b=2 and c=3", ("a = 1", "AND b = 2", "AND c = 3")),
        ("a=1 or b=2", ("a = 1", "OR b = 2")),
        ("a=1 and (b=2 or c=3)", ("a = 1", "AND (b = 2 OR c = 3)")),
        ("a=1 or b=2 and c=3", ("a = 1", "OR (b = 2 AND c = 3)")),
        ("not (a=1 or b=2)", ("NOT (a = 1 OR b = 2)",)),
        ("not incidr('10.0.0.0/8', sourceip)", ("NOT incidr('10.0.0.0/8', sourceip)",)),
        (
            "a=1 and (b=2 or (c=3 and d=4))",
            ("a = 1", "AND (", "  b = 2", "  OR (c = 3 AND d = 4)", ")"),
        ),
        (
            "a=1 and not (b=2 or (c=3 and (d=4 or e=5)))",
            (
                "a = 1",
                "AND NOT (",
                "  b = 2",
                "  OR (",
                "    c = 3",
                "    AND (d = 4 OR e = 5)",
                "  )",
                ")",
            ),
        ),
        (
            "a in ('" + "x" * 40 + "') and (b = '" + "y" * 40 + "' or c = '" + "z" * 40 + "')",
            (
                "a IN ('" + "x" * 40 + "')",
                "AND (",
                "  b = '" + "y" * 40 + "'",
                "  OR c = '" + "z" * 40 + "'",
                ")",
            ),
        ),
    ],
)
def test_a_condition_has_one_top_level_term_a_line(text: str, lines: tuple[str, ...]) -> None:
    assert condition_lines(parse_condition(text)) == lines


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a=1 or b=2 and c=3", "a = 1 OR (b = 2 AND c = 3)"),
        ("((a=1))", "a = 1"),
        ("not not a=1", "NOT (NOT (a = 1))"),
        ("a & 255 = 1", "(a & 255) = 1"),
        ("a + b * c = 1", "a + b * c = 1"),
        ("(a + b) * c = 1", "(a + b) * c = 1"),
        ("-a ^ 2 = 1", "-(a ^ 2) = 1"),
        ("(-a) ^ 2 = - -1", "(-a) ^ 2 = -(-1)"),
        ("a - (-1) = 1", "a - (-1) = 1"),
        ("(if a = 1 then 2 else 3) = 2", "(IF a = 1 THEN 2 ELSE 3) = 2"),
        ("a is NOT null", "a IS NOT NULL"),
        ("a not in(1,2)", "a NOT IN (1, 2)"),
        ('"a b" = "c"', '"a b" = "c"'),
        ("\"username\" = 'x'", "\"username\" = 'x'"),
    ],
)
def test_parentheses_stand_where_precedence_could_be_doubted(text: str, canonical: str) -> None:
    assert to_aql(parse_condition(text)) == canonical
