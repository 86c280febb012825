"""Two versions of one test: a list, a bound, a range, a pattern."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dac.aql.meaning.patterns import alternatives
from dac.aql.meaning.said import listed, shown
from dac.aql.nodes import Between, Comparison, Field, In, Match, Not, Number, String, Unary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.meaning.said import Said, Scope
    from dac.aql.nodes import Expression

_FOLDED = {"LIKE": "ILIKE", "MATCHES": "IMATCHES"}


def predicate_change(before: Expression, after: Expression, scope: Scope) -> Iterator[Said]:
    """What became of a test; both are canonical, without a NOT around unless only one has it."""
    match before, after:
        case In(), In() if before.operand == after.operand and set(before.choices) & set(after.choices):
            yield from _list(before, after, scope)
        case Match(), Match() if before.operand == after.operand:
            yield from _pattern(before, after, scope)
        case Comparison(), Comparison() if before.left == after.left:
            yield became(before, after, scope, fewer=_tighter(before, after))
        case Between(), Between() if before.operand == after.operand:
            yield became(before, after, scope, fewer=_inside(before, after))
        case _:
            yield became(before, after, scope)


def became(before: Expression, after: Expression, scope: Scope, *, fewer: bool | None = None) -> Said:
    """Both as AQL, with the NOT that stands around them."""
    old, new = (Not(before), Not(after)) if scope.excluded else (before, after)
    return scope.say(f"{shown(old)} became {shown(new)}", fewer=fewer)


def _list(before: In, after: In, scope: Scope) -> Iterator[Said]:
    old, new = dict.fromkeys(before.choices), dict.fromkeys(after.choices)
    gone, come = [choice for choice in old if choice not in new], [choice for choice in new if choice not in old]
    types = isinstance(before.operand, Field) and before.operand.key == "devicetype"
    of = "log source types" if types else shown(before.operand)
    name = f"list of excluded {of}" if scope.excluded else f"list of {of}"
    say = _log_source_type if types else shown
    if gone:
        yield scope.say(f"{name} no longer holds {listed([say(choice) for choice in gone])}", fewer=True)
    if come:
        yield scope.say(f"{name} now also holds {listed([say(choice) for choice in come])}", fewer=False)


def _log_source_type(choice: Expression) -> str:
    """The id, and the name where QRadar ships the type."""
    from dac.aql.catalogue import log_source_types

    text = shown(choice)
    names = {str(kind.id): kind.name for kind in log_source_types()}
    return f"{text} ({names[text]})" if names.get(text) else text


def _pattern(before: Match, after: Match, scope: Scope) -> Iterator[Said]:
    if before.pattern == after.pattern:
        folds, folded = _FOLDED.get(before.operator) == after.operator, _FOLDED.get(after.operator) == before.operator
        yield became(before, after, scope, fewer=False if folds else True if folded else None)
        return
    words = _words(before, after)
    if words is None:
        yield became(before, after, scope)
        return
    gone, come = words
    name = f"pattern of excluded {shown(before.operand)}" if scope.excluded else f"pattern of {shown(before.operand)}"
    if gone:
        yield scope.say(f"{name} no longer holds {listed([shown(String(word)) for word in gone])}", fewer=True)
    if come:
        yield scope.say(f"{name} now also holds {listed([shown(String(word)) for word in come])}", fewer=False)


def _words(before: Match, after: Match) -> tuple[list[str], list[str]] | None:
    if before.operator != after.operator or before.operator not in ("MATCHES", "IMATCHES"):
        return None
    if not (isinstance(before.pattern, String) and isinstance(after.pattern, String)):
        return None
    return alternatives(before.pattern.value, after.pattern.value)


def _tighter(before: Comparison, after: Comparison) -> bool | None:
    """Whether the later bound lets fewer numbers pass; None where it is no number, or the other end of the range."""
    old, new = _number(before.right), _number(after.right)
    if old is None or new is None or before.operator[0] != after.operator[0]:
        return None
    closed = "=" in before.operator, "=" in after.operator
    if old == new:
        return None if closed[0] == closed[1] else closed[0]
    return (new > old) is (before.operator[0] == ">")


def _inside(before: Between, after: Between) -> bool | None:
    low, high, new_low, new_high = map(_number, (before.low, before.high, after.low, after.high))
    if low is None or high is None or new_low is None or new_high is None or (low, high) == (new_low, new_high):
        return None
    if low <= new_low and new_high <= high:
        return True
    return False if new_low <= low and high <= new_high else None


def _number(node: Expression) -> Decimal | None:
    if isinstance(node, Unary) and node.operator == "-":
        found = _number(node.operand)
        return None if found is None else -found
    if not isinstance(node, Number):
        return None
    return Decimal(int(node.text, 16)) if node.text[:2].lower() == "0x" else Decimal(node.text)
