"""Patterns that are broken, cost too much, or do not mean what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.patterns import like_tests, regex_tests, shown
from dac.aql.lint.regex.backtracking import explodes
from dac.aql.lint.regex.characters import NOT_A_LINE_BREAK
from dac.aql.lint.regex.ends import matches_everything
from dac.aql.lint.regex.source import Faulty
from dac.aql.lint.regex.tree import Group, One, Regex, Repeat
from dac.aql.lint.rule import Hit, rule
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.regex.tree import Piece
    from dac.aql.lint.subject import Subject


@rule(
    code="AQL022",
    severity=Severity.ERROR,
    title="no regular expression that Java takes",
    hint="",
    evidence="java.util.regex.Pattern, which AQL uses (IBM Docs: AQL operators). A warning for escapes that Java "
    "reserves, and for what other engines, such as one that tries queries outside of QRadar, do not know",
    bad=[
        "SELECT username FROM events WHERE username MATCHES '.*(imap.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '*adm.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '.*(?P<name>adm).*' LAST 1 HOURS",
        r"SELECT username FROM events WHERE username MATCHES '.*C:\Users.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '(?!adm).*' LAST 1 HOURS",
    ],
    good=[
        r"SELECT a FROM events WHERE username MATCHES '(?i).*(?<n>a\.b|\Qc[\E|\p{L}++|[a-z&&[^b]]).*\z' LAST 1 DAYS",
        r"SELECT username FROM events WHERE username MATCHES '.*[\w.]+@[^@]{2,}.*' LAST 1 HOURS",
    ],
)
def broken_regex(subject: Subject) -> Iterator[Hit]:
    for tested in regex_tests(subject):
        regex, at = tested.regex, tested.pattern.at
        if isinstance(regex, Faulty):
            message = f"this is no regular expression: {regex.reason} (at character {regex.offset + 1} of it)"
            yield Hit(message, at)
        elif regex is not None and regex.doubts:
            hint = "a backslash as such is written \\\\"
            yield Hit(f"Java may refuse this: {regex.doubts[0]}", at, Severity.WARNING, hint)
        elif regex is not None and {"look-around", "back-references"} & set(regex.needs):
            message = f"{' and '.join(regex.needs)}: slow on every event, and other engines do not know it"
            yield Hit(message, at, Severity.WARNING, "say it with NOT and a second test where you can")


@rule(
    code="AQL023",
    severity=Severity.WARNING,
    title=".* over a payload that may have several lines",
    hint="begin the pattern with (?s), so that the dot takes line breaks too",
    evidence="java.util.regex.Pattern: the dot matches no line break, and MATCHES compares the whole value",
    bad=["SELECT username FROM events WHERE qid = 1 AND UTF8(payload) MATCHES '.*a.*' LAST 1 HOURS"],
    good=[
        "SELECT username FROM events WHERE qid = 1 AND UTF8(payload) MATCHES '(?s).*a.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '.*a.*' LAST 1 HOURS",
    ],
)
def dot_and_line_breaks(subject: Subject) -> Iterator[Hit]:
    for tested in regex_tests(subject):
        if tested.test.call("UTF8") and isinstance(tested.regex, Regex) and _stops_at_lines(tested.regex):
            yield Hit(
                "the dot stops at a line break, so a payload of several lines is never matched", tested.pattern.at
            )


def _stops_at_lines(regex: Regex) -> bool:
    waiting: list[Piece] = [piece for branch in regex.branches for piece in branch]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, Repeat):
            if piece.most is None and isinstance(piece.piece, One) and piece.piece.mask == NOT_A_LINE_BREAK:
                return True
            waiting.append(piece.piece)
        elif isinstance(piece, Group):
            waiting += [inner for branch in piece.branches for inner in branch]
    return False


@rule(
    code="AQL024",
    severity=Severity.WARNING,
    title="LIKE without a wildcard, or with those of another language",
    hint="the wildcards of LIKE are % for any text and _ for one character",
    evidence="IBM Docs: AQL LIKE clause",
    bad=[
        "SELECT username FROM events WHERE username LIKE 'admin' LAST 1 HOURS",
        "SELECT username FROM events WHERE username LIKE '*adm*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username ILIKE '.*adm.*' LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE username LIKE 'adm%' LAST 1 HOURS",
        "SELECT username FROM events WHERE username ILIKE 'admin' OR username LIKE 'a_min' LAST 1 HOURS",
        "SELECT username FROM events WHERE username LIKE CONCAT('%', username) LAST 1 HOURS",
    ],
)
def no_wildcard(subject: Subject) -> Iterator[Hit]:
    for _, test, pattern in like_tests(subject):
        text = pattern.value
        if "%" in text or "_" in text:
            continue
        if ".*" in text or text[:1] == "^":
            hint = "a regular expression is tested with MATCHES; in LIKE, .* is written %"
            yield Hit(f"'{shown(text)}' looks like a regular expression", pattern.at, hint=hint)
        elif "*" in text or "?" in text:
            yield Hit(f"'{shown(text)}' has no wildcard of LIKE", pattern.at)
        elif test.operator == "LIKE":
            yield Hit(f"'{shown(text)}' has no wildcard, so this is =, only slower", pattern.at, hint="write =")


@rule(
    code="AQL026",
    severity=Severity.WARNING,
    title="a regular expression that takes everything, or forever",
    hint="",
    evidence="IBM Docs: Event processing performance (regular expressions and payload tests cost the most)",
    bad=[
        "SELECT username FROM events WHERE username MATCHES '(a+)+' LAST 1 HOURS",
        r"SELECT username FROM events WHERE username MATCHES '.*(\w|\d)*x' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '.*' LAST 1 HOURS",
    ],
    good=[r"SELECT username FROM events WHERE username MATCHES '(\w+\.)+com' LAST 1 HOURS"],
)
def costly_regex(subject: Subject) -> Iterator[Hit]:
    for tested in regex_tests(subject):
        if not isinstance(tested.regex, Regex):
            continue
        if matches_everything(tested.regex):
            hint = "leave the test out, or write IS NOT NULL"
            yield Hit("this matches every value", tested.pattern.at, hint=hint)
        elif explodes(tested.regex):
            message = "a repetition of a repetition: a value that nearly matches takes exponential time"
            yield Hit(message, tested.pattern.at, hint="repeat once: (a+)+ is a+")
