"""Aggregates, GROUP BY, HAVING and subqueries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import functions
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Boolean, Call, Field, InQuery, Null, Number, String
from dac.aql.walking import walk
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression, Query


@rule(
    code="AQL051",
    severity=Severity.ERROR,
    title="an aggregate in WHERE; HAVING without GROUP BY is a warning",
    hint="a condition on an aggregate stands in HAVING, behind GROUP BY",
    evidence="IBM Docs: AQL HAVING clause, AQL aggregate functions",
    bad=[
        "SELECT username FROM events WHERE COUNT(*) > 5 GROUP BY username LAST 1 HOURS",
        "SELECT username, COUNT(*) AS n FROM events WHERE n > 5 GROUP BY username LAST 1 HOURS",
        "SELECT COUNT(*) AS n FROM events HAVING n > 5 LAST 1 HOURS",
    ],
    good=["SELECT username, COUNT(*) AS n FROM events GROUP BY username HAVING n > 5 LAST 1 HOURS"],
)
def misplaced_aggregate(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        if select.query is None:
            continue  # AQL071 speaks about filters
        for call in select.nodes(Call, "where"):
            if is_aggregate(call):
                yield Hit(f"{call.key} in WHERE, which is asked of single events", call.at)
        for field in select.nodes(Field, "where"):
            meant = select.meaning(field)
            if meant is not field and is_aggregate(meant):
                message = f"{field.name} counts events, and WHERE is asked of single ones"
                yield Hit(message, field.at, Severity.WARNING)
        if select.query.having is not None and not select.query.group_by:
            yield Hit("HAVING without GROUP BY", select.query.having.at, Severity.WARNING)


def is_aggregate(node: Expression) -> bool:
    known = functions().get(node.key) if isinstance(node, Call) else None
    return known is not None and known.aggregate


@rule(
    code="AQL052",
    severity=Severity.INFO,
    title="a column that is neither grouped nor aggregated",
    hint="group by it, or say which value is meant: FIRST(x), MAX(x)",
    evidence="IBM Docs: AQL ORDER BY clause (such a column has the first value of the group)",
    bad=["SELECT username, sourceip, COUNT(*) AS n FROM events GROUP BY username LAST 1 HOURS"],
    good=[
        "SELECT username AS u, FIRST(sourceip) AS s, COUNT(*) AS n FROM events GROUP BY u LAST 1 HOURS",
        "SELECT QIDNAME(qid) AS e, 'x' AS source, COUNT(*) AS n FROM events GROUP BY qid LAST 1 HOURS",
        "SELECT QIDNAME(qid) AS 'the event', COUNT(*) AS n FROM events GROUP BY 'the event' LAST 1 HOURS",
    ],
)
def ungrouped_column(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        query = select.query
        if query is None or not query.group_by:
            continue
        grouped = _grouped(query, select)
        for item in query.items:
            is_named = item.alias is not None and item.alias.key in grouped
            if not is_named and not _is_settled(item.expression, grouped):
                yield Hit("this shows the first value of each group", item.at)


def _grouped(query: Query, select: Select) -> frozenset[object]:
    """What is grouped by: expressions, and names in lower case."""
    found: set[object] = set()
    for node in query.group_by:
        found |= {node, select.meaning(node)}
        if isinstance(node, Field):
            found.add(node.key)
        elif isinstance(node, String):
            found.add(node.value.lower())
            if node.value.lower() in select.aliases:
                found.add(select.aliases[node.value.lower()])
    return frozenset(found)


def _is_settled(node: Expression, grouped: frozenset[object]) -> bool:
    """Whether one group has one value of it: all that it is made of is grouped, constant or aggregated."""
    if node in grouped or isinstance(node, (String, Number, Boolean, Null)) or is_aggregate(node):
        return True
    if isinstance(node, Field):
        return node.key in grouped
    parts = [part for part in walk(node) if isinstance(part, (Field, Call))]
    if any(is_aggregate(part) for part in parts):
        return True
    return bool(parts) and all(part.key in grouped for part in parts if isinstance(part, Field))


@rule(
    code="AQL053",
    severity=Severity.WARNING,
    title="a subquery without a window of its own, or with several columns",
    hint="write IN (SELECT one FROM .. LIMIT 1000 LAST 1 HOURS)",
    evidence="IBM Docs: AQL subquery (one column, at most 10,000 rows, a time clause of its own or five minutes)",
    bad=[
        "SELECT username FROM events WHERE sourceip IN (SELECT sourceip FROM flows) LAST 1 HOURS",
        "SELECT a FROM events WHERE sourceip IN (SELECT sourceip, qid FROM flows LAST 1 HOURS) LAST 1 HOURS",
    ],
    good=["SELECT a FROM events WHERE sourceip IN (SELECT sourceip FROM flows LIMIT 9 LAST 1 HOURS) LAST 1 HOURS"],
)
def loose_subquery(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for node in select.nodes(InQuery):
            if len(node.query.items) > 1:
                yield Hit(f"the subquery has {len(node.query.items)} columns, and IN takes one", node.query.at)
            elif node.query.time is None:
                yield Hit("the subquery has no LAST or START: it reads the last five minutes", node.query.at)
