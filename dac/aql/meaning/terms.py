"""Conditions in the one spelling in which they are compared, and back in the one people read.

Every negation becomes a NOT of its own, `=` a list of one value, and lists that are joined become one: so
`a = 1 OR a = 2` is `a IN (1, 2)`. This keeps what is true, false and unknown, but it is not what anybody wrote.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.aql.nodes import (
    And,
    Between,
    Boolean,
    Call,
    Comparison,
    Expression,
    In,
    InQuery,
    IsNull,
    Match,
    Node,
    Not,
    Number,
    Or,
    String,
    Unary,
)
from dac.aql.walking import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.aql.nodes import ComparisonOperator

_OPPOSITE: dict[str, ComparisonOperator] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED: dict[str, ComparisonOperator] = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def canonical(condition: Expression) -> Expression:
    """`condition` in the spelling for comparing."""
    if isinstance(condition, (And, Or)):
        return _joined(type(condition), [canonical(operand) for operand in condition.operands])
    if isinstance(condition, Not):
        return negated(canonical(condition.operand))
    return _atom(condition)


def negated(term: Expression) -> Expression:
    """NOT of a canonical term."""
    if isinstance(term, Not):
        return term.operand
    if isinstance(term, Comparison) and term.operator in _OPPOSITE:
        return replace(term, operator=_OPPOSITE[term.operator])
    return Not(term)


def spelled(term: Expression) -> Expression:
    """A canonical term as people write it: `a != 1`, `a NOT IN (1, 2)`."""
    return rewrite(term, _spell)


def _spell(node: Node) -> Node:
    match node:
        case In(choices=(only,)):
            return Comparison("!=" if node.negated else "=", node.operand, only)
        case Not(operand=Comparison(operator="=") as inner):
            return replace(inner, operator="!=")
        case Not(operand=(In() | InQuery() | Match() | Between() | IsNull()) as inner) if not inner.negated:
            return replace(inner, negated=True)
    return node


def _atom(node: Expression) -> Expression:
    match node:
        case Comparison():
            return _comparison(node)
        case In():
            once = In(node.operand, tuple(dict.fromkeys(node.choices)))
            return Not(once) if node.negated else once
        case InQuery() | Match() | Between() | IsNull() if node.negated:
            return Not(replace(node, negated=False))
    return node


def _comparison(node: Comparison) -> Expression:
    operator, left, right = node.operator, node.left, node.right
    if _is_literal(left) and not _is_literal(right):
        operator, left, right = _MIRRORED[operator], right, left
    if operator not in ("=", "!="):
        return Comparison(operator, left, right)
    if isinstance(left, Call) and isinstance(right, Boolean):
        return left if right.value is (operator == "=") else Not(left)
    once = In(left, (right,))
    return once if operator == "=" else Not(once)


def _is_literal(node: Expression) -> bool:
    return isinstance(node.operand if isinstance(node, Unary) else node, (String, Number, Boolean))


def _joined(kind: type[And | Or], operands: list[Expression]) -> Expression:
    terms = kind(tuple(operands)).operands  # flat
    merged = tuple(dict.fromkeys(_merged(kind, terms)))
    return merged[0] if len(merged) == 1 else kind(merged)


def _merged(kind: type[And | Or], terms: tuple[Expression, ...]) -> Iterable[Expression]:
    """Yield the terms, with the lists of one operand put into one; for AND, those that stand under NOT."""
    choices: dict[Expression, dict[Expression, None]] = {}
    lists = [_list(kind, term) for term in terms]
    for found in lists:
        if found is not None:
            choices.setdefault(found.operand, {}).update(dict.fromkeys(found.choices))
    for term, found in zip(terms, lists, strict=True):
        if found is None:
            yield term
        elif found.operand in choices:
            whole = In(found.operand, tuple(choices.pop(found.operand)))
            yield whole if kind is Or else Not(whole)


def _list(kind: type[And | Or], term: Expression) -> In | None:
    inner = term if kind is Or else term.operand if isinstance(term, Not) else None
    return inner if isinstance(inner, In) else None
