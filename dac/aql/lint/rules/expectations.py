"""What is expected of a detection, and what it can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Case, Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject

_QUERY = "SELECT username FROM events WHERE qid = 1 LAST 1 HOURS"


def _with(case: Case) -> Context:
    return Context(target=Target.DETECTION, log_source_types=("Okta",), cases=(case,))


@rule(
    code="AQL064",
    severity=Severity.INFO,
    title="an expectation that the query cannot meet",
    hint="",
    evidence="the detection's own cases. A warning where a match is expected of events that its rule never sees",
    bad=[
        Example(_QUERY, _with(Case("impossible travel", "out-of-scope", "it takes two events"))),
        Example(_QUERY, _with(Case("a sign-in", "match", log_source_types=("Microsoft Office 365",)))),
    ],
    good=[Example(_QUERY, _with(Case("a sign-in", "match", log_source_types=("Okta",))))],
)
def out_of_reach(subject: Subject) -> Iterator[Hit]:
    context, at = subject.context, subject.outermost.at
    asked = {name.lower() for name in context.log_source_types}
    for case in context.cases:
        given = {name.lower() for name in case.log_source_types}
        if case.expect == "out-of-scope":
            reason = f": {case.reason}" if case.reason else ""
            yield Hit(f'not seen by this detection: "{case.name}"{reason}', at, hint="it needs a detection of its own")
        elif case.expect == "match" and asked and given and not asked & given:
            message = f'"{case.name}" can never match: its events are from {", ".join(case.log_source_types)}'
            yield Hit(message, at, Severity.WARNING, "add the log source type to the detection")
