"""Conditions that never hold, or always."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.bounds import Bounds
from dac.aql.lint.context import Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import And, Boolean, Case, Comparison, IsNull, Number, Or, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_DETECTION = Context(target=Target.DETECTION)


@rule(
    code="AQL062",
    severity=Severity.ERROR,
    title="a condition that never or always holds",
    hint="",
    evidence="logic. A warning for what is only a part of the condition, and for a bare query that takes everything",
    bad=[
        "SELECT username FROM events WHERE username = 'a' AND username = 'b' LAST 1 HOURS",
        "SELECT username FROM events WHERE qid = 1 AND sourceport > 5 AND sourceport < 3 LAST 1 HOURS",
        "SELECT username FROM events WHERE username IS NULL AND username LIKE 'a%' LAST 1 HOURS",
        "SELECT username FROM events WHERE username IN ('a', 'b') AND username NOT IN ('a', 'b', 'c') LAST 1 HOURS",
        "SELECT username FROM events WHERE sourceport BETWEEN 9 AND 1 LAST 1 HOURS",
        "SELECT username FROM events WHERE qid = 1 OR TRUE LAST 1 HOURS",
        Example("SELECT username FROM events WHERE qid = 1 OR 1 = 1 LAST 1 HOURS", _DETECTION),
        "SELECT username FROM events WHERE qid != 1 OR qid != 2 LAST 1 HOURS",
        "SELECT CASE WHEN qid IN (1, 2) THEN 'a' WHEN qid = 2 THEN 'b' END AS k FROM events LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE username = 'a' AND username != 'b' AND qid > 1 AND qid < 5 LAST 1 HOURS",
        "SELECT username FROM events WHERE username = 'a' OR username = 'b' LAST 1 HOURS",
        "SELECT username FROM events WHERE username LIKE 'a%' AND username IS NOT NULL LAST 1 HOURS",
        "SELECT username FROM events WHERE REFERENCESETCONTAINS('x', username) = TRUE LAST 1 HOURS",
        "SELECT CASE WHEN qid = 1 THEN 'a' WHEN qid IN (1, 2) THEN 'b' END AS k FROM events LAST 1 HOURS",
    ],
)
def never_or_always(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        whole = _terms(select.where)
        for node in select.nodes(And):
            yield from _never(node, select, is_whole=node is select.where)
        if select.where is not None and not isinstance(select.where, (And, Or)):
            yield from _never(And((select.where,), at=select.where.at), select, is_whole=True)
        for choice in select.nodes(Or):
            yield from _always(choice, select, subject, is_whole=any(choice is term for term in whole))
        if select.where is not None and _constant(select.where) is True:
            severity = Severity.ERROR if subject.context.becomes_rule else Severity.WARNING
            yield Hit("this always holds", select.where.at, severity)
        for case in select.nodes(Case):
            yield from _unreachable(case, select)


def _terms(where: Expression | None) -> tuple[Expression, ...]:
    if where is None:
        return ()
    return where.operands if isinstance(where, And) else (where,)


def _never(node: And, select: Select, *, is_whole: bool) -> Iterator[Hit]:
    severity = None if is_whole else Severity.WARNING
    bounds: dict[Expression, Bounds] = {}
    for term in node.operands:
        if _constant(term) is False:
            yield Hit("this never holds", term.at, severity)
            return
        reason = _narrow(term, select, bounds)
        if reason:
            hint = "join the two with OR, or leave one of them out" if len(node.operands) > 1 else ""
            yield Hit(f"this never holds: {reason}", term.at, severity, hint)
            return


def _narrow(term: Expression, select: Select, bounds: dict[Expression, Bounds]) -> str:
    """Why nothing is left of the value that `term` tests, after the terms before it; "" where something is."""
    if isinstance(term, IsNull):
        known = bounds.setdefault(select.meaning(term.operand), Bounds())
        return known.present() if term.negated else known.missing()
    test = select.predicate(term)
    if test is None or isinstance(test.meant, (String, Number)):
        return ""
    field = select.builtin(test.meant)
    if field is not None and field.type == "list":
        return ""  # it can hold several values at once
    return bounds.setdefault(test.meant, Bounds()).narrow(test)


def _always(node: Or, select: Select, subject: Subject, *, is_whole: bool) -> Iterator[Hit]:
    is_error = subject.context.becomes_rule and is_whole
    severity = Severity.ERROR if is_error else Severity.WARNING
    unequal: dict[Expression, Expression] = {}
    for term in node.operands:
        if _constant(term) is True:
            yield Hit("this always holds, and so does the whole OR", term.at, severity)
            return
        if isinstance(term, Comparison) and term.operator == "!=" and isinstance(term.right, (String, Number)):
            operand = select.meaning(term.left)
            if unequal.setdefault(operand, term.right) != term.right:
                message = "every value is unequal to one of the two: this always holds"
                yield Hit(message, term.at, severity, "join the two with AND, or write NOT IN (.., ..)")
                return


def _constant(node: Expression) -> bool | None:
    """What a condition without any field says; None for one that depends on the event."""
    if isinstance(node, Boolean):
        return node.value
    if not isinstance(node, Comparison) or node.operator not in ("=", "!="):
        return None
    both_numbers = isinstance(node.left, Number) and isinstance(node.right, Number)
    same_text = isinstance(node.left, String) and node.left == node.right
    if not (both_numbers or same_text):
        return None
    return (node.left == node.right) == (node.operator == "=")


def _unreachable(case: Case, select: Select) -> Iterator[Hit]:
    seen: set[Expression] = set()
    taken: dict[Expression, set[Expression]] = {}
    for arm in case.arms:
        test = select.predicate(arm.test) if case.operand is None else None
        is_covered = arm.test in seen
        seen.add(arm.test)
        if test is not None and test.is_positive_equality:
            values = taken.setdefault(test.meant, set())
            is_covered = is_covered or set(test.values) <= values
            values.update(test.values)
        if is_covered:
            yield Hit("an arm above takes all that this one could", arm.at, Severity.WARNING, "remove or reorder it")
