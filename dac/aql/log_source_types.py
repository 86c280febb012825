"""LOGSOURCETYPENAME(devicetype) compared with names, as devicetype compared with ids.

The id is what an event carries: it is cheap, survives a renamed log source type, and cannot match by accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.nodes import Call, Comparison, Expression, Field, In, Node, Number, String
from dac.aql.position import error_at
from dac.aql.walking import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable


def ids_for_names(condition: Expression, log_source_type_id: Callable[[str], int | None] | None) -> Expression:
    """`condition` with =, !=, IN and NOT IN on names turned into the same on ids; LIKE and MATCHES stay.

    Raises AqlError (AQL042) for a name that `log_source_type_id` answers with None.
    """
    if log_source_type_id is None:
        return condition

    def number(name: Expression) -> Number:
        if not isinstance(name, String):
            raise TypeError(name)
        found = log_source_type_id(name.value)
        if found is None:
            raise error_at(name.at, "AQL042", f"there is no log source type {name.value!r}")
        return Number(str(found), at=name.at)

    def change(node: Node) -> Node:
        match node:
            case Comparison(operator="=" | "!=", left=Call() as call, right=String() as name) if _is_name(call):
                return Comparison(node.operator, call.arguments[0], number(name), at=node.at)
            case Comparison(operator="=" | "!=", left=String() as name, right=Call() as call) if _is_name(call):
                return Comparison(node.operator, call.arguments[0], number(name), at=node.at)
            case In(operand=Call() as call) if _is_name(call) and all(isinstance(n, String) for n in node.choices):
                return In(call.arguments[0], tuple(map(number, node.choices)), node.negated, at=node.at)
        return node

    return rewrite(condition, change)


def _is_name(call: Call) -> bool:
    """LOGSOURCETYPENAME(devicetype), and of no other field."""
    if call.key != "LOGSOURCETYPENAME" or len(call.arguments) != 1:
        return False
    argument = call.arguments[0]
    return isinstance(argument, Field) and argument.key == "devicetype"
