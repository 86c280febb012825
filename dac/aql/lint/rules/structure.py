"""What a text must be to be a query at all. The parser finds these; here they have their documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.position import NOWHERE, Position
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject

_WITH_RULES_OF_THEIR_OWN = frozenset(("AQL002", "AQL003", "AQL004", "AQL036", "AQL055", "AQL070"))
_FILTER = Context(target=Target.FILTER)
_LONG_LIST = ", ".join(["1"] * 8_001)


def _refusal(subject: Subject, code: str) -> Iterator[Hit]:
    error = subject.refused
    if error is not None and error.code == code:
        yield Hit(error.summary, Position(error.line, error.column), hint=error.hint)


@rule(
    code="AQL000",
    severity=Severity.INFO,
    title="too large to be checked",
    hint="keep long lists in reference sets, and test them with REFERENCESETCONTAINS('set', field)",
    evidence="a limit of dac's own, so that no text takes longer than a second",
    bad=[Example(f"eventcount IN ({_LONG_LIST})", _FILTER)],
    good=["SELECT username FROM events LAST 1 HOURS"],
    always=True,
)
def too_large(subject: Subject) -> Iterator[Hit]:
    if subject.is_too_large:
        yield Hit("this parses, and is too large to be checked any further", NOWHERE)


@rule(
    code="AQL001",
    severity=Severity.ERROR,
    title="does not parse",
    hint="",
    evidence="IBM Docs: AQL query structure",
    bad=["SELECT a FROM events WHERE", "SELECT a, FROM events", "SELECT a FRM events"],
    good=["SELECT a FROM events"],
    always=True,
)
def does_not_parse(subject: Subject) -> Iterator[Hit]:
    error = subject.refused
    if error is not None and error.code not in _WITH_RULES_OF_THEIR_OWN:
        yield Hit(error.summary, Position(error.line, error.column), hint=error.hint)


@rule(
    code="AQL002",
    severity=Severity.ERROR,
    title="a clause after the time clause",
    hint="LAST, START and TIMES close a query",
    evidence="IBM Docs: AQL operators (LIMIT), Building AQL queries",
    bad=["SELECT username FROM events LAST 1 HOURS LIMIT 5"],
    good=["SELECT username FROM events LIMIT 5 LAST 1 HOURS"],
    always=True,
)
def clause_after_time(subject: Subject) -> Iterator[Hit]:
    return _refusal(subject, "AQL002")


@rule(
    code="AQL003",
    severity=Severity.ERROR,
    title="DISTINCT",
    hint="list the distinct values with GROUP BY; count them with UNIQUECOUNT(field)",
    evidence='a console reads DISTINCT as a field: Field "DISTINCT" does not exist in catalog "events"',
    bad=["SELECT DISTINCT username FROM events", "SELECT COUNT(DISTINCT username) FROM events"],
    good=["SELECT username, COUNT(*) AS n FROM events GROUP BY username LAST 1 HOURS"],
    always=True,
)
def distinct(subject: Subject) -> Iterator[Hit]:
    return _refusal(subject, "AQL003")


@rule(
    code="AQL004",
    severity=Severity.ERROR,
    title="a construct of another query language",
    hint="",
    evidence="no page of IBM's Ariel Query Language Guide has it",
    bad=[
        "SELECT a FROM events WHERE starttime > NOW() - INTERVAL '1' HOUR",
        "SELECT a FROM events JOIN flows ON a = b",
        "SELECT a FROM events UNION SELECT a FROM flows",
    ],
    good=["SELECT a FROM events LAST 1 HOURS"],
    always=True,
)
def another_language(subject: Subject) -> Iterator[Hit]:
    return _refusal(subject, "AQL004")


@rule(
    code="AQL036",
    severity=Severity.ERROR,
    title="a backslash right before a quote",
    hint="a quote is written twice (''); in a LIKE pattern use _ for the backslash, in MATCHES [\\\\]",
    evidence="whether it escapes the quote is not defined, and guarded against by careful clients",
    bad=["SELECT a FROM events WHERE b = 'C:\\'"],
    good=["SELECT a FROM events WHERE b = 'C:\\temp'"],
    always=True,
)
def backslash_before_quote(subject: Subject) -> Iterator[Hit]:
    return _refusal(subject, "AQL036")


@rule(
    code="AQL055",
    severity=Severity.ERROR,
    title="not exactly one SELECT; a comment is a warning",
    hint="one text holds one query; leave semicolons and comments out",
    evidence="the REST API takes one SELECT; IBM documents no comments in AQL",
    bad=[
        "SELECT a FROM events; DROP",
        "DELETE FROM events",
        "SELECT a FROM events -- all of them\nLAST 1 HOURS",
        Example("qid = 5 /* five */", _FILTER),
    ],
    good=["SELECT a FROM events WHERE b = '-- no comment'"],
    always=True,
)
def not_one_select(subject: Subject) -> Iterator[Hit]:
    yield from _refusal(subject, "AQL055")
    if subject.refused is None:
        for comment in subject.comments:
            message = "a comment: IBM documents none, and a console may refuse it"
            yield Hit(message, comment.at, Severity.WARNING, hint="say it in `notes`, or leave it out")
