"""What kind of value an expression has, where that is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.nodes import Arithmetic, Boolean, Call, Case, Condition, If, Number, String, Unary

if TYPE_CHECKING:
    from dac.aql.lint.select import Select
    from dac.aql.nodes import Expression

NUMBERS = frozenset(("integer", "long", "time", "port", "number"))


def kind_of(node: Expression, select: Select) -> str:
    """A type of BuiltinField, or a kind of Function; "" for what only a console knows, such as custom properties."""
    meant = select.meaning(node)
    match meant:
        case String():
            return "string"
        case Number() | Unary() | Arithmetic():
            return "number"
        case Boolean() | Condition():
            return "boolean"
        case Call():
            known = select.vocabulary.functions.get(meant.key)
            return "" if known is None or known.result == "any" else known.result
        case Case() | If():
            return _same([kind_of(result, select) for result in _results(meant)])
    field = select.builtin(meant)
    return field.type if field and field.type != "any" else ""


def _results(node: Case | If) -> list[Expression]:
    if isinstance(node, If):
        return [node.result, node.otherwise]
    last = [] if node.otherwise is None else [node.otherwise]
    return [arm.result for arm in node.arms] + last


def _same(kinds: list[str]) -> str:
    return kinds[0] if len(set(kinds)) == 1 else ""
