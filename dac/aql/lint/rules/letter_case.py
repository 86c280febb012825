"""Upper and lower case, where it is compared or ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.patterns import like_tests, read_once
from dac.aql.lint.predicates import PATTERNS
from dac.aql.lint.regex.ends import literal_branches
from dac.aql.lint.regex.tree import Regex
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Call, Expression, Field, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.subject import Subject

_LOOKUPS = frozenset(("QIDNAME", "LOGSOURCENAME", "LOGSOURCETYPENAME", "CATEGORYNAME", "RULENAME", "QIDDESCRIPTION"))


@rule(
    code="AQL021",
    severity=Severity.INFO,
    title="letters folded twice, or compared with the other case",
    hint="one of the two is enough",
    evidence="IBM Docs: AQL operators (IMATCHES and ILIKE ignore case). An error where the test can never hold: "
    "LOWER(x) has no capitals",
    bad=[
        "SELECT username FROM events WHERE LOWER(username) MATCHES '(?i).*adm.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE LOWER(username) = 'Admin' LAST 1 HOURS",
        "SELECT LOWER(username) AS u FROM events WHERE u IN ('admin', 'Root') LAST 1 HOURS",
        "SELECT username FROM events WHERE UPPER(username) LIKE 'adm%' LAST 1 HOURS",
        "SELECT username FROM events WHERE LOWER(username) ILIKE 'adm%' LAST 1 HOURS",
        "SELECT username FROM events WHERE username IMATCHES '(?i).*adm.*' LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE LOWER(username) = 'admin' LAST 1 HOURS",
        r"SELECT username FROM events WHERE LOWER(username) MATCHES '.*\Dadm[A-Z]?.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '(?i).*adm.*' LAST 1 HOURS",
    ],
)
def folded_case(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for test in select.predicates():
            call = test.call("LOWER", "UPPER")
            if call is not None:
                yield from _redundant(test, call.key)
                yield from _never(test, call.key)
            elif test.operator == "IMATCHES" and test.pattern is not None and test.pattern.value.startswith("(?i)"):
                yield Hit("IMATCHES ignores case already, (?i) says it again", test.pattern.at)


def _redundant(test: Predicate, function: str) -> Iterator[Hit]:
    pattern = test.pattern
    if test.operator in ("ILIKE", "IMATCHES"):
        yield Hit(f"{function} and {test.operator} both ignore case", test.at)
    elif test.operator == "MATCHES" and pattern is not None and pattern.value.startswith("(?i)"):
        yield Hit(f"{function} and (?i) both ignore case", test.at)


def _never(test: Predicate, function: str) -> Iterator[Hit]:
    """Values that the folded text cannot be: a capital in one of LOWER."""
    if test.operator in ("=", "IN", "LIKE", "!="):
        dead = [value for value in test.values if isinstance(value, String) and not _folded(value.value, function)]
        is_certain = len(dead) == len(test.values) and not test.negated
    elif test.operator == "MATCHES":
        dead, is_certain = _dead_pattern(test, function), False
    else:
        return
    letters = "capitals" if function == "LOWER" else "small letters"
    for value in dead[:1]:
        message = f"{function}(..) has no {letters}: this is never equal to it"
        severity = Severity.ERROR if is_certain else Severity.WARNING
        hint = f"write '{value.value.lower() if function == 'LOWER' else value.value.upper()}'"
        yield Hit(
            message, value.at, severity, hint if test.operator not in PATTERNS else "write the pattern in its case"
        )


def _dead_pattern(test: Predicate, function: str) -> list[String]:
    """The pattern, where one of its alternatives is plain text in the other case."""
    pattern = test.pattern
    regex = read_once(pattern.value) if pattern is not None else None
    if pattern is None or not isinstance(regex, Regex) or regex.ignores_case:
        return []
    return [pattern] if any(not _folded(text, function) for text in literal_branches(regex)) else []


def _folded(text: str, function: str) -> bool:
    """Whether ASCII letters alone tell that the text is what the function yields."""
    plain = "".join(character for character in text if character.isascii())
    return plain == (plain.lower() if function == "LOWER" else plain.upper())


@rule(
    code="AQL025",
    severity=Severity.INFO,
    title="LIKE that tells capitals from small letters, on a name",
    hint="where they may differ, write ILIKE, or LOWER(x) LIKE with small letters",
    evidence="IBM Docs: AQL LIKE clause (LIKE is case-sensitive)",
    bad=[
        "SELECT username FROM events WHERE QIDNAME(qid) LIKE '%login%' LAST 1 HOURS",
        "SELECT username FROM events WHERE username NOT LIKE 'adm%' LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE QIDNAME(qid) ILIKE '%login%' LAST 1 HOURS",
        "SELECT username FROM events WHERE LOWER(username) LIKE 'adm%' AND username LIKE '%@%' LAST 1 HOURS",
    ],
)
def sensitive_like(subject: Subject) -> Iterator[Hit]:
    for _, test, pattern in like_tests(subject):
        if test.operator == "LIKE" and _is_name(test.meant) and any(c.isalpha() for c in pattern.value):
            yield Hit("LIKE tells capitals from small letters", test.at)


def _is_name(node: Expression) -> bool:
    return (isinstance(node, Call) and node.key in _LOOKUPS) or (isinstance(node, Field) and node.key == "username")
