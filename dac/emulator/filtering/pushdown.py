"""The part of a filter that an index of the database can answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.filtering.evaluation import literal
from dac.emulator.filtering.tree import Both, Compare, OneOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.emulator.filtering.tree import Node, Value
    from dac.emulator.schema import Field

MAX_PARAMETERS = 500


@dataclass(frozen=True, slots=True)
class Pushed:
    """SQL that every matching row satisfies; `exact` when no other row does."""

    conditions: tuple[str, ...]
    parameters: tuple[Any, ...]
    exact: bool


def push_down(node: Node, indexed: Mapping[str, Field]) -> Pushed:
    """Take `field = value` and `field in (...)` out of the outermost conjunction; never changes the result."""
    parts = node.parts if isinstance(node, Both) else (node,)
    conditions: list[str] = []
    parameters: list[Any] = []
    for part in parts:
        wanted = _wanted(part, indexed)
        if wanted is None:
            continue
        field, values = wanted
        conditions.append(f"{field.sql} IN ({', '.join('?' * len(values))})")
        parameters.extend(values)
    return Pushed(tuple(conditions), tuple(parameters), exact=len(conditions) == len(parts))


def _wanted(node: Node, indexed: Mapping[str, Field]) -> tuple[Field, tuple[Any, ...]] | None:
    if isinstance(node, Compare) and node.operator == "=":
        values: tuple[Value, ...] = (node.value,)
    elif isinstance(node, OneOf) and not node.negated and len(node.values) <= MAX_PARAMETERS:
        values = node.values
    else:
        return None
    field = indexed.get(node.path[0]) if len(node.path) == 1 else None
    if field is None or field.order is not None or field.kind not in ("string", "number"):
        return None
    return field, tuple(literal(value, field) for value in values)
