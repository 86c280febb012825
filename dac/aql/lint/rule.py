"""A rule of the linter: a function with its code, its documentation, and examples that the tests run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.aql.lint.context import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dac.aql.lint.subject import Subject
    from dac.aql.position import Position
    from dac.model.diagnostic import Severity

    Check = Callable[[Subject], Iterator["Hit"]]

BARE = Context()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found at a place; severity and hint are the rule's unless given."""

    message: str
    at: Position
    severity: Severity | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    context: Context = BARE


@dataclass(frozen=True, slots=True)
class Rule:
    """`severity` is the usual one; `evidence` says where the knowledge comes from.

    `always` marks the rules that are asked even about texts which do not parse, or are too large for the others.
    """

    code: str
    severity: Severity
    title: str
    hint: str
    evidence: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    always: bool
    check: Check = field(repr=False)


def rule(
    *,
    code: str,
    severity: Severity,
    title: str,
    hint: str,
    evidence: str,
    bad: Sequence[str | Example],
    good: Sequence[str | Example],
    always: bool = False,
) -> Callable[[Check], Rule]:
    """Make a Rule of a function that yields hits. A text among the examples is one without any context."""

    def registered(check: Check) -> Rule:
        return Rule(code, severity, title, hint, evidence, _examples(bad), _examples(good), always, check)

    return registered


def _examples(given: Sequence[str | Example]) -> tuple[Example, ...]:
    return tuple(Example(item) if isinstance(item, str) else item for item in given)
