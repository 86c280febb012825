"""Functions that do not exist, and calls with too few or too many arguments."""

from __future__ import annotations

import pytest
from aql_queries import T1078_004, T1585_003, VALID

from dac.aql.checking import check
from dac.aql.parsing import parse, parse_condition


def test_the_published_t1078_004_query_calls_a_function_that_is_not_there() -> None:
    (finding,) = check(parse(T1078_004))
    assert (finding.code, finding.line, finding.column) == ("AQL005", 20, 3)
    assert finding.summary == "there is no function LOGSOURCETYPEID"
    assert finding.hint == "devicetype already is the id: write devicetype = 445"


def test_the_published_t1585_003_query_calls_only_what_is_there() -> None:
    assert check(parse(T1585_003)) == []


@pytest.mark.parametrize("text", VALID)
def test_valid_queries_have_no_findings(text: str) -> None:
    assert check(parse(text)) == []


@pytest.mark.parametrize(
    ("condition", "code", "column", "words"),
    [
        ("LOWR(a) = 'x'", "AQL005", 1, "did you mean LOWER?"),
        ("INREFERENCESET('x', a)", "AQL005", 1, "REFERENCESETCONTAINS"),
        ("a = 1 AND COALESCE(a, b) = 'x'", "AQL005", 11, "CASE WHEN a IS NULL"),
        ("HOUR(starttime) < 6", "AQL005", 1, "DATEFORMAT(starttime, 'HH')"),
        ("QQQQ(a) = 1", "AQL005", 1, "GET /ariel/functions"),
        ("DATEFORMAT(starttime) = 'x'", "AQL006", 1, "DATEFORMAT takes 2 arguments, not 1"),
        ("qidname() = 'x'", "AQL006", 1, "QIDNAME takes 1 argument, not 0"),
        ("NOW(5) > 1", "AQL006", 1, "NOW takes no argument, not 1"),
        ("SUBSTRING(a) = 'x'", "AQL006", 1, "SUBSTRING takes 2 to 3 arguments, not 1"),
        ("CONCAT() = 'x'", "AQL006", 1, "CONCAT takes 1 or more arguments, not 0"),
        ("GEO::LOOKUP(a) = 'x'", "AQL006", 1, "GEO::LOOKUP takes 2 arguments, not 1"),
    ],
)
def test_a_wrong_call_is_found_with_the_way_out(condition: str, code: str, column: int, words: str) -> None:
    (finding,) = check(parse_condition(condition))
    assert (finding.code, finding.line, finding.column) == (code, 1, column)
    assert words in f"{finding.summary} {finding.hint}"


def test_functions_of_extensions_are_taken_on_trust() -> None:
    assert check(parse_condition("MYAPP::DECODE(a, b, c) = 'x'")) == []


def test_all_findings_come_in_reading_order() -> None:
    findings = check(parse("SELECT B1(a), NOW(1) FROM events WHERE B2(B3(a)) = 1"))
    assert [(finding.code, finding.column) for finding in findings] == [
        ("AQL005", 8),
        ("AQL006", 15),
        ("AQL005", 40),
        ("AQL005", 43),
    ]
