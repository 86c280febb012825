"""What an AQL filter of a rule cannot say, although a search can.

IBM publishes no such list. A rule test sees one event while it arrives: there is no result to count or group,
no second query, no offense yet, and no value that the rules themselves fill in later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import fields, functions
from dac.aql.nodes import Call, Field, GlobalView, InQuery, OffenseTime, Query, TextSearch
from dac.aql.position import error_at
from dac.aql.walking import walk
from dac.aql.windows import is_relative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.nodes import Expression, Node, SelectItem
    from dac.errors import AqlError

_THRESHOLD = "a rule test sees one event at a time: count in a saved search, or with a counter in the rule wizard"
_BLOCK = "test a building block or a reference set instead"


def refuse_unfit_query(query: Query) -> None:
    """Raises AqlError (AQL071) for the first clause of `query` that asks for more than single events."""
    for error in _clauses(query):
        raise error


def refuse_unfit(condition: Expression, database: str = "events") -> None:
    """Raises AqlError (AQL071) for the first part of `condition` that a rule test cannot evaluate."""
    for node in walk(condition):
        error = _part(node, database)
        if error:
            raise error


def _clauses(query: Query) -> Iterator[AqlError]:
    if isinstance(query.source, Query):
        yield _error(query.source, "a rule cannot read a subquery", "write the rule's condition as one query")
    if isinstance(query.source, GlobalView):
        yield _error(query.source, "a rule cannot read GLOBALVIEW", "read events or flows")
    if query.into is not None:
        yield _error(query, "INTO keeps a result on the console, which a rule cannot", "leave INTO out")
    for call in _aggregates(query.items):
        yield _error(call, f"a rule cannot count: {call.key}", _THRESHOLD)
    if query.group_by:
        yield _error(query.group_by[0], "a rule cannot group: GROUP BY", _THRESHOLD)
    if query.having is not None:
        yield _error(query.having, "a rule cannot group: HAVING", _THRESHOLD)
    if query.session is not None:
        yield _error(query.session, "a rule cannot follow sessions: SESSION BY", _THRESHOLD)
    if isinstance(query.time, OffenseTime):
        yield _error(query.time, "a rule runs before there is an offense: TIMES", "write LAST, which is left out")


def _aggregates(items: tuple[SelectItem, ...]) -> Iterator[Call]:
    parts = (node for item in items for node in walk(item))
    return (node for node in parts if isinstance(node, Call) and _is_aggregate(node))


def _part(node: Node, database: str) -> AqlError | None:
    match node:
        case InQuery():
            return _error(node.query, "a rule cannot run a subquery", "keep the list in a reference set")
        case TextSearch():
            return _error(node, "a rule cannot use TEXT SEARCH", "write UTF8(payload) ILIKE '%text%'")
        case Field():
            known = fields(database).get(node.key)
            if known and known.not_in_rules:
                return _error(node, f"a rule cannot test {node.name}: {known.not_in_rules}", _BLOCK)
        case Call():
            return _call(node)
    return None


def _call(call: Call) -> AqlError | None:
    if _is_aggregate(call):
        return _error(call, f"a rule cannot count: {call.key}", _THRESHOLD)
    if call.key == "INOFFENSE":
        return _error(call, "a rule runs before there is an offense: INOFFENSE", _BLOCK)
    if is_relative(call):
        return _error(
            call,
            f"{call.key} in a rule: an event is tested once, as it arrives",
            "a window stands alone beside AND (starttime > NOW() - n) or as LAST, and is left out; "
            "the time of day is DATEFORMAT(starttime, 'HH')",
        )
    known = functions().get(call.key)
    if known and known.place:
        return _error(call, f"{call.key} belongs to {known.place}", "leave it out")
    return None


def _is_aggregate(call: Call) -> bool:
    known = functions().get(call.key)
    return known is not None and known.aggregate


def _error(node: Node, summary: str, hint: str) -> AqlError:
    return error_at(node.at, "AQL071", summary, hint)
