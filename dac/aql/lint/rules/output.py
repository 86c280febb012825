"""What a query shows, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import Call, Field, Number, Star, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject

_DETECTION = Context(target=Target.DETECTION)


@rule(
    code="AQL046",
    severity=Severity.WARNING,
    title="ordered by a formatted time",
    hint="ORDER BY starttime orders the same and is faster",
    evidence="IBM Docs: AQL ORDER BY clause (formatted time fields slow it down)",
    bad=[
        "SELECT username FROM events ORDER BY DATEFORMAT(starttime, 'HH:mm') LAST 1 HOURS",
        "SELECT DATEFORMAT(starttime, 'HH:mm') AS t FROM events ORDER BY t DESC LAST 1 HOURS",
    ],
    good=["SELECT DATEFORMAT(starttime, 'HH:mm') AS t FROM events ORDER BY starttime DESC LAST 1 HOURS"],
)
def ordered_by_text(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for item in select.query.order_by if select.query and not select.query.group_by else ():
            meant = select.meaning(item.expression)
            if isinstance(meant, Call) and meant.key == "DATEFORMAT":
                yield Hit("this orders by the text of a time", item.at)


@rule(
    code="AQL047",
    severity=Severity.WARNING,
    title="SELECT *",
    hint="name the columns: what * holds differs between versions",
    evidence="IBM Docs: Tips for creating AQL queries for dashboard charts. A note for a bare query",
    bad=[
        Example("SELECT * FROM events WHERE devicetype = 12 LIMIT 5 LAST 1 HOURS", _DETECTION),
        "SELECT * FROM events LAST 1 HOURS",
    ],
    good=["SELECT username, COUNT(*) AS n FROM events GROUP BY username LAST 1 HOURS"],
)
def all_columns(subject: Subject) -> Iterator[Hit]:
    query = subject.outermost.query
    stars = [item for item in query.items if isinstance(item.expression, Star)] if query else []
    for star in stars[:1]:
        severity = None if subject.context.in_stack else Severity.INFO
        yield Hit("SELECT * shows whatever columns the console has", star.at, severity)


@rule(
    code="AQL048",
    severity=Severity.INFO,
    title="a computed column without a name",
    hint="give it one with AS: the name it gets differs between versions",
    evidence="IBM Docs: Tips for creating AQL queries for dashboard charts",
    bad=["SELECT QIDNAME(qid) FROM events LAST 1 HOURS"],
    good=["SELECT QIDNAME(qid) AS event_name, username FROM events LAST 1 HOURS"],
)
def nameless_column(subject: Subject) -> Iterator[Hit]:
    query = subject.outermost.query
    plain = (Field, Star, String, Number)
    nameless = (
        [item for item in query.items if item.alias is None and not isinstance(item.expression, plain)] if query else []
    )
    if nameless:
        more = f" (and {len(nameless) - 1} more)" if len(nameless) > 1 else ""
        yield Hit(f"this column has no name of its own{more}", nameless[0].at)
