"""Checks that need nothing but the query: functions and their number of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import functions, other_names
from dac.aql.nodes import Call
from dac.aql.position import error_at
from dac.aql.walking import walk

if TYPE_CHECKING:
    from dac.aql.catalogue import Function
    from dac.aql.nodes import Node
    from dac.errors import AqlError


def check(node: Node) -> list[AqlError]:
    """The findings in reading order, not raised. AQL005: no such function. AQL006: wrong number of arguments.

    Functions with a namespace that is not in the catalogue come from extensions and are taken on trust.
    """
    findings = (_function(call) for call in walk(node) if isinstance(call, Call))
    return sorted((finding for finding in findings if finding), key=lambda finding: (finding.line, finding.column))


def _function(call: Call) -> AqlError | None:
    known = functions().get(call.key)
    if known is None:
        if "::" in call.name:
            return None
        return error_at(call.at, "AQL005", f"there is no function {call.name}", _instead(call.key))
    given = len(call.arguments)
    if given < known.least or (known.most is not None and given > known.most):
        return error_at(call.at, "AQL006", f"{known.name} takes {_arity(known)}, not {given}")
    return None


def _instead(name: str) -> str:
    if name in other_names():
        return other_names()[name]
    from dac.aql.mistakes import nearest

    near = nearest(name, functions())
    return f"did you mean {near}?" if near else "GET /ariel/functions of a console lists its functions"


def _arity(function: Function) -> str:
    if function.most is None:
        return f"{function.least} or more arguments"
    if function.least == function.most:
        return {0: "no argument", 1: "1 argument"}.get(function.least, f"{function.least} arguments")
    return f"{function.least} to {function.most} arguments"
