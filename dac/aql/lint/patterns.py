"""The patterns of LIKE and MATCHES in a query, read once each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dac.aql.lint.predicates import REGEXES
from dac.aql.lint.regex.reading import read_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.regex.source import Faulty
    from dac.aql.lint.regex.tree import Regex
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import String


_MOST_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class Tested:
    """A test against a regular expression that is a literal; `regex` is None where dac cannot judge it."""

    select: Select
    test: Predicate
    pattern: String
    regex: Regex | Faulty | None


def regex_tests(subject: Subject) -> Iterator[Tested]:
    """In the order in which they stand, up to a number of characters that no query of people comes near."""
    left = _MOST_CHARACTERS
    for select in subject.selects:
        for test in select.predicates():
            if test.operator in REGEXES and test.pattern is not None:
                left -= len(test.pattern.value)
                if left < 0:
                    return
                yield Tested(select, test, test.pattern, read_once(test.pattern.value))


def like_tests(subject: Subject) -> Iterator[tuple[Select, Predicate, String]]:
    for select in subject.selects:
        for test in select.predicates():
            if test.operator in ("LIKE", "ILIKE") and test.pattern is not None:
                yield select, test, test.pattern


def shown(text: str, most: int = 40) -> str:
    """A pattern for a message."""
    return text if len(text) <= most else text[:most] + "…"


read_once = lru_cache(maxsize=256)(read_regex)
"""Several rules ask for the same patterns, one after the other."""
