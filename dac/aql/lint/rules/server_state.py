"""Clauses that leave something on the console, or steer how it searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject

_DETECTION = Context(target=Target.DETECTION)


@rule(
    code="AQL054",
    severity=Severity.ERROR,
    title="INTO, PARAMETERS or SESSION BY in a detection",
    hint="leave it out: a detection says what is found, not how a console searches",
    evidence="IBM Docs: AQL operators (INTO), AQL data retrieval functions (PARAMETERS). A note for a bare query",
    bad=[
        Example("SELECT username FROM events INTO t1 LAST 1 HOURS", _DETECTION),
        Example("SELECT a FROM events LAST 1 HOURS PARAMETERS EXECUTIONTIMELIMIT=5", _DETECTION),
        "SELECT username FROM events INTO t1 LAST 1 HOURS",
    ],
    good=[Example("SELECT username FROM events LAST 1 HOURS", _DETECTION)],
)
def server_state(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        query = select.query
        if query is None:
            continue
        severity = None if subject.context.in_stack else Severity.INFO
        if query.into is not None:
            yield Hit(f"INTO keeps the result on the console, as {query.into}", query.at, severity)
        if query.session is not None:
            yield Hit("SESSION BY follows sessions, which costs memory on the console", query.session.at, severity)
        if query.parameters:
            yield Hit("PARAMETERS steers this one search", query.parameters[0].at, severity)
