"""Which fields must hold a value for a condition to be true.

Only what is certain counts. That `!=`, NOT LIKE and the like select nothing where a field is missing is likely
and not documented; what NOT, or a function, makes of a missing value differs. None of these require a field here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.conditions import conjuncts, disjuncts
from dac.aql.nodes import And, Between, Call, Comparison, Field, In, InQuery, IsNull, Match, Not, Or

if TYPE_CHECKING:
    from dac.aql.nodes import Expression

_NULL_OF_NULL = frozenset(("LOWER", "UPPER"))


def required_fields(condition: Expression) -> frozenset[str]:
    """The fields, in lower case, without which `condition` is never true. Expand aliases first."""
    if isinstance(condition, And):
        return frozenset().union(*map(required_fields, conjuncts(condition)))
    if isinstance(condition, Or):
        first, *others = map(required_fields, disjuncts(condition))
        return first.intersection(*others)
    return frozenset(name for tested in _tested(condition) for name in _field(tested))


def _tested(condition: Expression) -> tuple[Expression, ...]:
    """The values that a single condition can only be true of if they are there."""
    match condition:
        case Comparison() if condition.operator != "!=":
            return condition.left, condition.right
        case In(negated=False) | InQuery(negated=False) | Match(negated=False) | Between(negated=False):
            return (condition.operand,)
        case IsNull(operand=tested, negated=True) | Not(operand=IsNull(operand=tested, negated=False)):
            return (tested,)
        case Call(key="REFERENCESETCONTAINS", arguments=(_, value, *_)):
            return (value,)
    return ()


def _field(expression: Expression) -> tuple[str, ...]:
    """The name of the field whose value this is, bare or folded to one case."""
    while isinstance(expression, Call) and expression.key in _NULL_OF_NULL and expression.arguments:
        expression = expression.arguments[0]
    return (expression.key,) if isinstance(expression, Field) else ()
