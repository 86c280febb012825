"""How another set of expressions lowers security: a rule that reads a property without a value matches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources.property_expressions import scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Row = dict[str, Any]

_IDLE = ("enabled", "payload")
"""What an expression does is the same without these: the switch is looked at on its own, a sample is none of it."""


def lowered_by_expressions(before: object, after: object) -> Iterator[str]:
    """Say what became of expressions that were on: switched off, pointed elsewhere or taken away."""
    old, new = (value if isinstance(value, list) else [] for value in (before, after))
    working = [_body(row) for row in old if _is_on(row)]
    still_on, there = ([_body(row) for row in rows] for rows in (filter(_is_on, new), new))
    for row in working:
        if row in still_on:
            continue
        whose = _whose(row)
        if row in there:
            yield f"an expression is switched off: {whose} have no value"
        elif scope(row) in [scope(other) for other in still_on if other not in working]:
            yield f"an expression is another: {whose} may have another value, or none"
        else:
            yield f"an expression is taken away: {whose} have no value"


def _is_on(row: Row) -> bool:
    return row.get("enabled") is not False


def _body(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in _IDLE}


def _whose(row: Row) -> str:
    limits = _limits(row)
    return f"events of {', '.join(limits)}" if limits else "events it was for"


def _limits(row: Row) -> list[str]:
    known: Iterable[str] = ("log_source_type", "log_source", "category")
    return [str(row[key]) for key in known if row.get(key) is not None]
