"""What a condition does with reference sets: whether it looks for what they hold, or lets that pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.nodes import Boolean, Call, Comparison, Not, String
from dac.aql.parsing import parse_condition
from dac.aql.walking import children
from dac.errors import AqlError

if TYPE_CHECKING:
    from dac.aql.nodes import Node


@dataclass(frozen=True, slots=True)
class SetUses:
    """Names of sets. A condition matches more, the more is in those that are looked for, and less for the spared."""

    looked_for: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


def set_uses(condition: str) -> SetUses:
    """Say which sets a condition looks for and which it spares; nothing of what is no AQL that dac can read."""
    try:
        waiting: list[tuple[Node, bool]] = [(parse_condition(condition), False)]
    except AqlError:
        return SetUses()
    found: dict[bool, set[str]] = {False: set(), True: set()}
    while waiting:
        node, spares = waiting.pop()
        match node:
            case Call(key="REFERENCESETCONTAINS", arguments=(String(value=name), *_)):
                found[spares].add(name)
        flips = isinstance(node, Not) or (isinstance(node, Comparison) and _is_denied(node))
        waiting += [(child, spares is not flips) for child in children(node)]
    return SetUses(frozenset(found[False]), frozenset(found[True]))


def _is_denied(node: Comparison) -> bool:
    """`… = FALSE` and `… != TRUE`."""
    values = [side.value for side in (node.left, node.right) if isinstance(side, Boolean)]
    return len(values) == 1 and values[0] is (node.operator not in ("=", "=="))
