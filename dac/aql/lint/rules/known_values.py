"""Values that a field can never have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import known_values, sources
from dac.aql.lint.amounts import number
from dac.aql.lint.predicates import literal_text
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Call, Field, GlobalView
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.catalogue import KnownValues
    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_RESOLUTIONS = ("NORMAL", "HOURLY", "DAILY")
_MOST_SHOWN = 6


@rule(
    code="AQL063",
    severity=Severity.WARNING,
    title="a value that the field never has",
    hint="",
    evidence="the lists that dac ships, each with its source: IBM Docs, IBM's MCP server for QRadar, Microsoft Learn",
    bad=[
        "SELECT username FROM events WHERE eventdirection = 'r2l' LAST 1 HOURS",
        "SELECT username FROM events WHERE \"ConditionalAccessStatus\" = 'Blocked' LAST 1 HOURS",
        "SELECT username FROM events WHERE LOWER(\"RiskLevelDuringSignIn\") IN ('high', 'critical') LAST 1 HOURS",
        "SELECT username FROM events WHERE severity > 10 LAST 1 HOURS",
        "SELECT username FROM events WHERE \"CountryOrRegion\" = 'China' LAST 1 HOURS",
        "SELECT a FROM GLOBALVIEW('Top Sources', 'WEEKLY') LAST 1 DAYS",
    ],
    good=[
        "SELECT username FROM events WHERE eventdirection = 'R2L' AND severity > 7 LAST 1 HOURS",
        "SELECT username FROM events WHERE LOWER(\"ConditionalAccessStatus\") = 'notapplied' LAST 1 HOURS",
        "SELECT username FROM events WHERE \"CountryOrRegion\" IN ('KP', '') AND \"UserType\" = '10' LAST 1 HOURS",
        "SELECT a FROM GLOBALVIEW('Top Sources', 'hourly') LAST 1 DAYS",
    ],
)
def impossible_value(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for test in select.predicates():
            field, fold = _tested(test.meant)
            known = known_values().get(field.key) if field is not None and _is_meant(field, select) else None
            if known is not None and field is not None:
                yield from _misfits(test, known, field.name, fold)
        source = select.query.source if select.query else None
        if isinstance(source, GlobalView) and source.resolution not in _RESOLUTIONS:
            yield Hit(f"GLOBALVIEW has no '{source.resolution[:40]}'", source.at, hint="write NORMAL, HOURLY or DAILY")


def _tested(node: Expression) -> tuple[Field | None, str]:
    """The field, and the function that folds its case."""
    if isinstance(node, Call) and node.key in ("LOWER", "UPPER") and len(node.arguments) == 1:
        inner = node.arguments[0]
        return (inner, node.key) if isinstance(inner, Field) else (None, "")
    return (node, "") if isinstance(node, Field) else (None, "")


def _is_meant(field: Field, select: Select) -> bool:
    return select.builtin(field) is not None or select.is_property(field)


def _misfits(test: Predicate, known: KnownValues, name: str, fold: str) -> Iterator[Hit]:
    if known.range is not None:
        yield from _out_of_range(test, known.range, name)
        return
    if test.operator not in ("=", "!=", "IN"):
        return
    for value in test.values:
        text = literal_text(value)
        problem = _problem(text, known, fold) if text else ""
        if problem:
            yield Hit(f"{name} never is '{text}'"[:120], value.at, hint=f"{problem} ({sources()[known.source]})")


def _problem(text: str, known: KnownValues, fold: str) -> str:
    """What the field holds instead; "" for a value it can have."""
    if known.shape:
        is_fit = len(text) == known.length and (fold or text.isupper())
        return "" if is_fit else f"it holds {known.shape}"
    folded = {value.lower(): value for value in known.values}
    if text in known.values or (fold and text.lower() in folded):
        return ""
    if text.lower() in folded:
        return f"it is written '{folded[text.lower()]}'"
    more = ", ..." if len(known.values) > _MOST_SHOWN else ""
    return f"it holds {', '.join(known.values[:_MOST_SHOWN])}{more}"


def _out_of_range(test: Predicate, limits: tuple[int, int], name: str) -> Iterator[Hit]:
    low, high = limits
    for value in test.values:
        amount = number(value)
        if amount is None:
            continue
        is_beyond = amount > high or amount < low
        is_never = is_beyond and test.operator in ("=", "IN", "BETWEEN")
        is_never = is_never or (test.operator == ">" and amount >= high) or (test.operator == ">=" and amount > high)
        if is_never:
            yield Hit(f"{name} is never {test.operator} {amount:.0f}", value.at, hint=f"it goes from {low} to {high}")
