"""AND and OR side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import And, Or
from dac.aql.tokens import Kind
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject
    from dac.aql.position import Position
    from dac.aql.tokens import Token

_BORDERS = frozenset(
    ("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WHEN", "THEN", "ELSE", "END", "IF", "BEGIN", "SELECT", "FROM")
)


@rule(
    code="AQL061",
    severity=Severity.WARNING,
    title="OR beside AND without parentheses",
    hint="AND binds tighter: write (a AND b) OR c, or a AND (b OR c)",
    evidence="logic: published queries have this mistake; IBM's AQL pages state no precedence",
    bad=["SELECT username FROM events WHERE qid = 1 OR qid = 2 AND sourceport = 3 LAST 1 HOURS"],
    good=[
        "SELECT username FROM events WHERE (qid = 1 OR qid = 2) AND sourceport BETWEEN 1 AND 9 LAST 1 HOURS",
        "SELECT username FROM events WHERE qid = 1 OR sourceport BETWEEN 1 AND 9 LAST 1 HOURS",
        (
            "SELECT CASE WHEN qid = 1 OR qid = 2 THEN 'a' WHEN qid = 3 AND category = 4 THEN 'b' END AS k "
            "FROM events LAST 1 HOURS"
        ),
    ],
)
def mixed(subject: Subject) -> Iterator[Hit]:
    if not any(any(select.nodes(And)) and any(select.nodes(Or)) for select in subject.selects):
        return
    levels = [_Level()]
    for token in subject.tokens:
        if token.kind is Kind.SIGN and token.text == "(":
            levels.append(_Level())
        elif token.kind is Kind.SIGN and token.text == ")" and len(levels) > 1:
            levels.pop()
        elif token.kind is Kind.WORD and token.value in _BORDERS:
            levels[-1] = _Level()
        elif (place := levels[-1].see(token)) is not None:
            yield Hit("OR and AND stand side by side without parentheses", place)


@dataclass
class _Level:
    """The words between one pair of parentheses and two keywords."""

    words: frozenset[str] = frozenset()
    in_between: bool = False

    def see(self, token: Token) -> Position | None:
        """The place where the second of AND and OR comes up; BETWEEN has an AND of its own."""
        if token.kind is not Kind.WORD:
            return None
        if token.value == "BETWEEN":
            self.in_between = True
        elif token.value == "AND" and self.in_between:
            self.in_between = False
        elif token.value in ("AND", "OR") and token.value not in self.words:
            self.words |= {token.value}
            return token.at if len(self.words) > 1 else None
        return None
