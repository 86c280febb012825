"""What a search or a rule pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.narrowing import is_narrowed
from dac.aql.lint.patterns import like_tests
from dac.aql.lint.predicates import PATTERNS, REGEXES
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import And, Call, Field, IsNull
from dac.aql.walking import walk
from dac.aql.windows import is_window
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_CHEAP, _MIDDLING, _LIKE, _REGEX, _PAYLOAD = range(5)


@rule(
    code="AQL044",
    severity=Severity.WARNING,
    title="a search through payloads with nothing to narrow it",
    hint="add devicetype or qid, use TEXT SEARCH, or make a custom property of what is looked for",
    evidence="IBM Docs: Event processing performance; Tuning guide, Optimizing custom rules",
    bad=["SELECT username FROM events WHERE UTF8(payload) ILIKE '%x%' LAST 1 HOURS"],
    good=[
        "SELECT username FROM events WHERE devicetype = 12 AND UTF8(payload) ILIKE '%x%' LAST 1 HOURS",
        "SELECT username FROM events WHERE TEXT SEARCH 'x' AND UTF8(payload) ILIKE '%x%' LAST 1 HOURS",
        "SELECT UTF8(payload) AS p FROM events LAST 1 HOURS",
    ],
)
def payload_search(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        if is_narrowed(select, subject.context):
            continue
        for test in select.predicates("where"):
            if _reads_payload(test.meant):
                yield Hit("every payload is read, with nothing indexed to narrow it", test.at)
                break


@rule(
    code="AQL045",
    severity=Severity.INFO,
    title="a pattern that is slower than it need be",
    hint="",
    evidence="IBM's Sigma backend for AQL writes LOWER(x) LIKE for speed; IBM Support 7160974",
    bad=[
        "SELECT username FROM events WHERE username ILIKE 'adm%' LAST 1 HOURS",
        "SELECT username FROM events WHERE LOWER(username) LIKE '%adm' LAST 1 HOURS",
    ],
    good=["SELECT username FROM events WHERE LOWER(username) LIKE 'adm%' LAST 1 HOURS"],
)
def slow_pattern(subject: Subject) -> Iterator[Hit]:
    tests = list(like_tests(subject))
    ignoring = [test for _, test, _ in tests if test.operator == "ILIKE"]
    if ignoring:
        message = f"ILIKE compares without case, which is slower ({_times(len(ignoring))} in this text)"
        yield Hit(message, ignoring[0].at, hint="LOWER(x) LIKE 'small letters' is faster")
    leading = [test for _, test, pattern in tests if pattern.value[:1] == "%"]
    if leading:
        message = f"a pattern that begins with % cannot use an index ({_times(len(leading))} in this text)"
        yield Hit(message, leading[0].at, hint="leave the % out where the beginning is known")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


@rule(
    code="AQL049",
    severity=Severity.WARNING,
    title="an expensive test before a cheap one",
    hint="put tests of built-in fields first, regular expressions and payloads last",
    evidence="IBM Docs: Tuning guide, Optimizing custom rules (tests are best ordered by cost)",
    bad=[
        "SELECT username FROM events WHERE username MATCHES '.*adm.*' AND devicetype = 12 LAST 1 HOURS",
        "SELECT username FROM events WHERE UTF8(payload) LIKE '%x%' AND qid IN (1, 2) LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE devicetype = 12 AND username MATCHES '.*adm.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '.*adm.*' AND \"AppName\" = 'x' LAST 1 HOURS",
    ],
)
def expensive_first(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for node in select.nodes(And, "where", "having"):
            costs = [_MIDDLING if is_window(term) else _cost(term, select) for term in node.operands]
            first = next((at for at, cost in enumerate(costs) if cost >= _REGEX), len(costs))
            if _CHEAP in costs[first:]:
                yield Hit("this costs more than a test that stands behind it", node.operands[first].at)


def _cost(condition: Expression, select: Select) -> int:
    """Of the most expensive test in it."""
    tests = [select.predicate(node) for node in walk(condition)]
    found = [_MIDDLING if isinstance(condition, Call) else _CHEAP]
    for test in tests:
        if test is None:
            continue
        if _reads_payload(test.meant):
            found.append(_PAYLOAD)
        elif test.operator in PATTERNS:
            found.append(_REGEX if test.operator in REGEXES else _LIKE)
        elif select.builtin(test.meant) is None:
            found.append(_MIDDLING)
    if isinstance(condition, IsNull) and select.builtin(condition.operand) is None:
        found.append(_MIDDLING)
    return max(found)


def _reads_payload(node: Expression) -> bool:
    while isinstance(node, Call) and node.arguments:
        if node.key == "ICU4JSEARCH":
            return True
        if node.key == "UTF8" and isinstance(node.arguments[0], Field):
            return node.arguments[0].key.endswith("payload")
        node = node.arguments[0]
    return False
