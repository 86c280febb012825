"""Numbers, times and windows that can be worked out without a console."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from dac.aql.nodes import Arithmetic, Call, Last, Number, Span, String, Unary

if TYPE_CHECKING:
    from dac.aql.nodes import Expression, OffenseTime

_MILLISECONDS = {"SECOND": 1_000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": 86_400_000}
_DOCUMENTED = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d-%H:%M:%S",
    "%Y:%m:%d-%H:%M:%S",
    "%Y %m %d %H:%M:%S",  # in one of IBM's own examples
)
_AGO = re.compile(r"\s*([0-9]{1,9})\s+(second|minute|hour|day)s?\s+ago\s*", re.IGNORECASE)
_LONGEST_NUMBER = 18


def number(node: Expression) -> float | None:
    """The value of a literal, or of + - * / between such; None for anything else."""
    match node:
        case Number() if len(node.text) <= _LONGEST_NUMBER:
            return float(int(node.text, 16)) if node.text[:2] in ("0x", "0X") else float(node.text)
        case Unary(operator="-") | Unary(operator="+"):
            value = number(node.operand)
            return -value if value is not None and node.operator == "-" else value
        case Arithmetic():
            return _folded(node)
    return None


def milliseconds_ago(node: Expression) -> float | None:
    """How far back `NOW() - n` or PARSEDATETIME('n hours ago') lies; None for what is no such time."""
    if isinstance(node, Call) and node.key == "PARSEDATETIME" and node.arguments:
        text = node.arguments[0]
        found = _AGO.fullmatch(text.value) if isinstance(text, String) else None
        return int(found[1]) * _MILLISECONDS[found[2].upper()] if found else None
    if not isinstance(node, Arithmetic) or set(node.operators) != {"-"}:
        return None
    now, *rest = node.operands
    if not isinstance(now, Call) or now.key != "NOW":
        return None
    parts = [number(part) for part in rest]
    return None if None in parts else sum(part for part in parts if part is not None)


def window(time: Last | Span | OffenseTime | None) -> float | None:
    """The length of a time clause in milliseconds, where both its ends are known."""
    if isinstance(time, Last):
        return time.count * _MILLISECONDS[time.unit.removesuffix("S")]
    if not isinstance(time, Span):
        return None
    if time.stop is None:
        return milliseconds_ago(time.start)
    start, stop = instant(time.start), instant(time.stop)
    return None if start is None or stop is None else stop - start


def instant(node: Expression) -> float | None:
    """A time in START or STOP as milliseconds, all texts in one zone; None for one that is relative or not known."""
    if isinstance(node, Number):
        return number(node)
    found = documented_time(node.value) if isinstance(node, String) else None
    return None if found is None else (found - datetime(1970, 1, 1)).total_seconds() * 1000  # noqa: DTZ001 - no zone


def documented_time(text: str) -> datetime | None:
    """The time that a text says in one of the forms that IBM documents."""
    plain = text.strip().removesuffix("Z").removesuffix("z").strip()
    for form in _DOCUMENTED:
        try:
            return datetime.strptime(plain, form)  # noqa: DTZ007 - the console's zone is not known here
        except ValueError:
            continue
    return None


def _folded(node: Arithmetic) -> float | None:
    values = [number(operand) for operand in node.operands]
    total = values[0]
    for operator, value in zip(node.operators, values[1:], strict=True):
        if total is None or value is None or operator not in "+-*/" or (operator == "/" and not value):
            return None
        total = _WORKED[operator](total, value)
    return total


_WORKED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
