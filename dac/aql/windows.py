"""Terms of a condition that only narrow a search to the recent past.

A rule sees each event once, as it arrives, so `starttime > NOW() - 86400000` is always true there and is
dropped. Anything else that is relative to the clock would mean something different in a rule and is refused.
"""

from __future__ import annotations

import re

from dac.aql.nodes import Arithmetic, Between, Call, Comparison, Expression, Field, Number, String
from dac.aql.walking import walk

_TIME_FIELDS = frozenset(("starttime", "devicetime", "endtime", "firstpackettime", "lastpackettime"))
_ABSOLUTE = re.compile(r"\s*\d{4}")


def is_window(term: Expression) -> bool:
    """Whether `term` says no more than "recent": a lower bound in the past, or an upper bound of now."""
    if isinstance(term, Between):
        return not term.negated and _is_time(term.operand) and _is_past(term.low) and _is_now(term.high)
    if not isinstance(term, Comparison):
        return False
    if _is_time(term.left):
        return _is_bound(term.operator, term.right)
    mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    return _is_time(term.right) and _is_bound(mirrored.get(term.operator, ""), term.left)


def is_relative(call: Call) -> bool:
    """NOW(), and PARSEDATETIME of anything but a written date."""
    if call.key == "NOW":
        return True
    if call.key != "PARSEDATETIME" or not call.arguments:
        return False
    argument = call.arguments[0]
    return not (isinstance(argument, String) and _ABSOLUTE.match(argument.value))


def _is_bound(operator: str, bound: Expression) -> bool:
    return _is_past(bound) if operator in (">", ">=") else operator in ("<", "<=") and _is_now(bound)


def _is_time(node: Expression) -> bool:
    return isinstance(node, Field) and node.key in _TIME_FIELDS


def _is_now(node: Expression) -> bool:
    if not isinstance(node, Call):
        return False
    if node.key == "PARSEDATETIME":
        return [a.value.strip().lower() for a in node.arguments if isinstance(a, String)] == ["now"]
    return node.key == "NOW"


def _is_past(node: Expression) -> bool:
    """`NOW() - 24 * 3600000`, PARSEDATETIME('1 hour ago')."""
    if isinstance(node, Call):
        return is_relative(node) and not _is_now(node)
    if not isinstance(node, Arithmetic) or set(node.operators) != {"-"}:
        return False
    first, *rest = node.operands
    return _is_now(first) and all(isinstance(part, (Number, Arithmetic)) for term in rest for part in walk(term))
