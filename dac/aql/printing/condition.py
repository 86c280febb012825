"""A condition as lines, one top-level term each, so that a diff shows which term changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.nodes import And, Not, Or
from dac.aql.printing.one_line import to_aql

if TYPE_CHECKING:
    from dac.aql.nodes import Expression

_INDENT = "  "
_WIDEST = 88


def condition_lines(condition: Expression) -> tuple[str, ...]:
    """`condition` laid out; its stripped lines joined with one blank parse to an equal tree.

    A group stays on its line while it holds no further group and is short.
    """
    return tuple(_lines(condition))


def _lines(node: Expression) -> list[str]:
    if not isinstance(node, (And, Or)):
        return _term(node)
    word = "AND" if isinstance(node, And) else "OR"
    first, *others = (_term(operand) for operand in node.operands)
    for head, *rest in others:
        first += [f"{word} {head}", *rest]
    return first


def _term(node: Expression) -> list[str]:
    opening, group = ("NOT (", node.operand) if isinstance(node, Not) else ("(", node)
    if not isinstance(group, (And, Or)):
        return [to_aql(node)]
    if not any(_is_group(operand) for operand in group.operands):
        line = f"{opening}{to_aql(group)})"
        if len(line) <= _WIDEST:
            return [line]
    return [opening, *(_INDENT + line for line in _lines(group)), ")"]


def _is_group(node: Expression) -> bool:
    return isinstance(node, (And, Or)) or (isinstance(node, Not) and isinstance(node.operand, (And, Or)))
