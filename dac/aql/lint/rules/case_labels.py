"""CASE beside WHERE: the same conditions twice, and labels that say more than was tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.conditions import conjuncts, disjuncts
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Case, Or, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_NO_CAUSE = frozenset(("", "-", "default", "n/a", "na", "none", "normal", "other", "others", "rest", "unknown"))
_LEAST_SHARED = 2
_MOST_COMPARED = 200


@rule(
    code="AQL060",
    severity=Severity.WARNING,
    title="an ELSE that names a cause, or a condition repeated with another text",
    hint="give each cause an arm of its own, and write ELSE 'Unknown'",
    evidence="logic: what a later OR lets through gets the label of ELSE; two copies of a list drift apart",
    bad=[
        (
            "SELECT CASE WHEN a = 'x' THEN 'A' WHEN b = 'y' THEN 'B' ELSE 'MFABypassed' END AS why "
            "FROM events WHERE qid = 1 AND (a = 'x' OR b = 'y' OR c = 'z') LAST 1 HOURS"
        ),
        (
            "SELECT CASE WHEN a IN ('x', 'y') THEN 'A' ELSE 'Unknown' END AS why "
            "FROM events WHERE a IN ('x', 'y', 'z') LAST 1 HOURS"
        ),
    ],
    good=[
        (
            "SELECT CASE WHEN a = 'x' THEN 'A' WHEN b = 'y' THEN 'B' ELSE 'Unknown' END AS why "
            "FROM events WHERE a = 'x' OR b = 'y' OR c = 'z' LAST 1 HOURS"
        ),
        "SELECT CASE WHEN a IN ('x', 'y') THEN 'A' ELSE 'B' END AS k FROM events WHERE a IN ('x', 'y') LAST 1 HOURS",
    ],
)
def doubtful_label(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for case in select.nodes(Case, "items"):
            if case.operand is None and select.where is not None:
                yield from _cause(case, select.where)
                yield from _drifted(case, select)


def _cause(case: Case, where: Expression) -> Iterator[Hit]:
    """ELSE stands for those ways to be found that have no arm."""
    label = case.otherwise
    if not isinstance(label, String) or label.value.strip().lower() in _NO_CAUSE:
        return
    tests = {arm.test for arm in case.arms}
    for term in conjuncts(where):
        ways = disjuncts(term) if isinstance(term, Or) else ()
        shared = [way for way in ways if way in tests]
        left = len(ways) - len(shared)
        if len(shared) >= _LEAST_SHARED and left:
            message = (
                f"ELSE '{label.value[:40]}' labels whatever no arm names, today {left} of {len(ways)} ways to be found"
            )
            yield Hit(message, label.at)


def _drifted(case: Case, select: Select) -> Iterator[Hit]:
    """Lists and patterns that nearly repeat one in WHERE."""
    asked = [found for found in (select.predicate(node) for node in _terms(select)) if found]
    by_operand: dict[tuple[Expression, str], list[Predicate]] = {}
    for test in asked[:_MOST_COMPARED]:
        by_operand.setdefault((test.meant, test.operator), []).append(test)
    for arm in case.arms:
        own = select.predicate(arm.test)
        others = by_operand.get((own.meant, own.operator), []) if own else []
        if own and others and all(_nearly(own, other) for other in others):
            message = "this nearly repeats a condition of WHERE, with another text"
            yield Hit(message, own.at, hint="write both alike, or give the list one name with a variable")


def _terms(select: Select) -> Iterator[Expression]:
    for term in conjuncts(select.where) if select.where is not None else ():
        yield from disjuncts(term)


def _nearly(one: Predicate, other: Predicate) -> bool:
    mine, theirs = set(one.values), set(other.values)
    if mine == theirs:
        return False
    if one.operator == "IN":
        return len(mine & theirs) * 2 >= max(len(mine), len(theirs))
    return one.pattern is not None and other.pattern is not None and _alike(one.pattern.value, other.pattern.value)


def _alike(one: str, other: str) -> bool:
    """Whether the words between | are mostly the same."""
    mine, theirs = set(one.split("|")), set(other.split("|"))
    return len(mine & theirs) * 2 >= max(len(mine), len(theirs)) > 1
