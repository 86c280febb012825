"""TEXT SEARCH, the quick filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.conditions import conjuncts
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Not, Or, TextSearch
from dac.aql.walking import walk
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Node


@rule(
    code="AQL050",
    severity=Severity.ERROR,
    title="TEXT SEARCH with OR or NOT, twice, or not first",
    hint="it stands first behind WHERE, once, and joined with AND",
    evidence="IBM Docs: AQL operators (TEXT SEARCH); stix-shifter issue 388",
    bad=[
        "SELECT username FROM events WHERE qid = 1 OR TEXT SEARCH 'x' LAST 1 HOURS",
        "SELECT username FROM events WHERE NOT TEXT SEARCH 'x' LAST 1 HOURS",
        "SELECT username FROM events WHERE TEXT SEARCH 'x' AND TEXT SEARCH 'y' LAST 1 HOURS",
        "SELECT username FROM events WHERE qid = 1 AND TEXT SEARCH 'x' LAST 1 HOURS",
        "SELECT username FROM events WHERE (TEXT SEARCH 'x' OR qid = 1) AND qid = 2 LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE TEXT SEARCH 'x OR y' AND (qid = 1 OR qid = 2) LAST 1 HOURS",
        "SELECT username FROM events WHERE TEXT SEARCH 'x' LAST 1 HOURS",
    ],
)
def misplaced_text_search(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        searches = list(select.nodes(TextSearch))
        reason = _reason(select, searches)
        if reason:
            yield Hit(reason, searches[-1].at)


def _reason(select: Select, searches: list[TextSearch]) -> str:
    """Why the last of `searches` cannot stand where it does; "" where it can."""
    if not searches:
        return ""
    if _stands_within(select, Or):
        return "TEXT SEARCH cannot be joined with OR"
    if _stands_within(select, Not):
        return "TEXT SEARCH cannot be negated"
    if len(searches) > 1:
        return "TEXT SEARCH can stand in a query once"
    is_first = select.where is not None and conjuncts(select.where)[0] is searches[0]
    return "" if is_first else "TEXT SEARCH must stand first behind WHERE"


def _stands_within(select: Select, kind: type[Node]) -> bool:
    """Linear: a group inside a group of the same kind is not looked through again."""
    return any(isinstance(inner, TextSearch) for node in _outermost(select, kind) for inner in walk(node))


def _outermost(select: Select, kind: type[Node]) -> Iterator[Node]:
    covered: set[int] = set()
    for node in select.nodes(kind):
        if id(node) not in covered:
            covered.update(id(inner) for inner in walk(node) if isinstance(inner, kind))
            yield node
