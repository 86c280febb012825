"""Comparisons, IN, LIKE, MATCHES and BETWEEN in one form: what is tested, how, and against what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.nodes import Between, Call, Comparison, In, Match, Number, String

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.aql.nodes import Expression, Node
    from dac.aql.position import Position

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
PATTERNS = frozenset(("LIKE", "ILIKE", "MATCHES", "IMATCHES"))
REGEXES = frozenset(("MATCHES", "IMATCHES"))


@dataclass(frozen=True, slots=True)
class Predicate:
    """`operator` is = != < <= > >= IN LIKE ILIKE MATCHES IMATCHES or BETWEEN; `negated` says that NOT precedes it.

    `operand` is as written, `meant` what it stands for where it is an alias. A literal on the left has changed
    sides. `node` is what was written.
    """

    node: Comparison | In | Match | Between
    operand: Expression
    meant: Expression
    operator: str
    values: tuple[Expression, ...]
    negated: bool

    @property
    def at(self) -> Position:
        return self.node.at

    @property
    def is_positive_equality(self) -> bool:
        return self.operator in ("=", "IN") and not self.negated

    @property
    def pattern(self) -> String | None:
        """The pattern of LIKE or MATCHES, where it is a literal."""
        value = self.values[0]
        return value if self.operator in PATTERNS and isinstance(value, String) else None

    def call(self, *names: str) -> Call | None:
        """What is tested, if it is a call of one of these functions."""
        return self.meant if isinstance(self.meant, Call) and self.meant.key in names else None


def predicate(node: Node, meaning: Callable[[Expression], Expression]) -> Predicate | None:
    """`node` in that form; None for any other condition. `meaning` says what an alias stands for."""
    match node:
        case Comparison():
            operand, value, operator = node.left, node.right, str(node.operator)
            if isinstance(operand, (String, Number)) and not isinstance(value, (String, Number)):
                operand, value, operator = value, operand, _MIRRORED.get(operator, operator)
            return Predicate(node, operand, meaning(operand), operator, (value,), negated=operator == "!=")
        case In():
            return Predicate(node, node.operand, meaning(node.operand), "IN", node.choices, node.negated)
        case Match():
            pattern = (node.pattern,)
            return Predicate(node, node.operand, meaning(node.operand), node.operator, pattern, node.negated)
        case Between():
            ends = (node.low, node.high)
            return Predicate(node, node.operand, meaning(node.operand), "BETWEEN", ends, node.negated)
    return None


def literal_text(node: Expression) -> str | None:
    """The value of a literal as text: AQL compares 5 and '5' as equal."""
    if isinstance(node, String):
        return node.value
    return node.text if isinstance(node, Number) else None
