"""Log source types by name, which is not the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.catalogue import alias_group
from dac.aql.catalogue.vocabulary import SHIPPED, Vocabulary
from dac.aql.lint.context import Context, Target
from dac.aql.lint.like import matches_like
from dac.aql.lint.near import near_name
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.lint.rules.lookups import name_tests
from dac.aql.lint.wording import listed
from dac.aql.nodes import String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.subject import Subject

_MOST_TRIED = 100
_DETECTION = Context(target=Target.DETECTION)


@rule(
    code="AQL042",
    severity=Severity.WARNING,
    title="a log source type by a name that consoles differ in",
    hint="compare devicetype; in a stack, compare the name with =, and dac finds the id on each console",
    evidence="log source type 445 is Microsoft Azure Active Directory, and Microsoft Entra ID on a 7.6.0 console. "
    "A note where the pattern merely means several types",
    bad=[
        "SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) LIKE '%Azure%' LAST 1 HOURS",
        Example("SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) LIKE '%Azure%' LAST 1 HOURS", _DETECTION),
        "SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) = 'Microsoft Entra ID' LAST 1 HOURS",
        "SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) LIKE '%Office 365%' LAST 1 HOURS",
    ],
    good=[
        "SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) LIKE '%Okta%' LAST 1 HOURS",
        Example(
            "SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) = 'Microsoft Entra ID' LAST 1 HOURS", _DETECTION
        ),
    ],
)
def renamed_type(subject: Subject) -> Iterator[Hit]:
    vocabulary, in_stack = subject.context.vocabulary, subject.context.in_stack
    for test, call in islice(name_tests(subject), _MOST_TRIED):
        if call.key != "LOGSOURCETYPENAME":
            continue
        if test.operator in ("LIKE", "ILIKE") and test.pattern is not None:
            yield from _by_pattern(test, test.pattern.value, vocabulary)
        elif test.operator in ("=", "!=", "IN") and not in_stack:
            for value in test.values:
                if isinstance(value, String):
                    yield from _by_own_name(value, vocabulary) if vocabulary.console else _by_name(value)


@dataclass(frozen=True, slots=True)
class _Meant:
    """A type that a pattern means, by the name that matches; `missed` are the names in use that do not."""

    name: str
    missed: tuple[str, ...]


def _by_pattern(test: Predicate, pattern: str, vocabulary: Vocabulary) -> Iterator[Hit]:
    found = _meant_by(pattern, vocabulary, ignore_case=test.operator == "ILIKE")
    names = [kind.name for kind in found]
    for kind in found:
        if kind.missed:
            others = " or ".join(kind.missed)
            where = (
                f"on console {vocabulary.console}, which calls it" if vocabulary.console else "where the type is called"
            )
            several = listed([name for name in names if name != kind.name])
            message = f"'{pattern}' means {kind.name}, and finds none of it {where} {others}"
            yield Hit(message + (f"; it also means {several}" if several else ""), test.at)
            return
    if len(found) > 1:
        yield Hit(f"'{pattern}' means {len(found)} log source types: {listed(names)}", test.at, Severity.INFO)
    elif vocabulary.console and not found:
        yield Hit(f"console {vocabulary.console} has no log source type with a name like '{pattern}'", test.at)


@lru_cache(maxsize=256)
def _meant_by(pattern: str, vocabulary: Vocabulary, *, ignore_case: bool) -> tuple[_Meant, ...]:
    """The types that have a matching name anywhere; where a console is known, what counts is its own name."""
    found = []
    for kind in vocabulary.log_source_types:
        names = alias_group(kind.name) if kind.name else ()
        in_use = (kind.name,) if vocabulary.console and kind.name else names
        matching = [name for name in names if matches_like(pattern, name, ignore_case=ignore_case)]
        if matching:
            found.append(_Meant(matching[0], tuple(name for name in in_use if name not in matching)))
    return tuple(found)


def _by_name(value: String) -> Iterator[Hit]:
    group = alias_group(value.value)
    if len(group) > 1:
        others = " or ".join(name for name in group if name.lower() != value.value.lower())
        number = SHIPPED.log_source_type_ids.get(value.value.lower())
        yield Hit(f"other consoles call {value.value} {others}", value.at, hint=_by_id(number))


def _by_own_name(value: String, vocabulary: Vocabulary) -> Iterator[Hit]:
    number = vocabulary.log_source_type_ids.get(value.value.lower())
    own = None if number is None else vocabulary.own_name(number)
    if own is None:
        near = near_name(value.value, [kind.name for kind in vocabulary.log_source_types if kind.name])
        hint = f"did you mean '{near}'?" if near else ""
        yield Hit(f"console {vocabulary.console} has no log source type {value.value}", value.at, hint=hint)
    elif own != value.value:
        yield Hit(f"console {vocabulary.console} calls {value.value} {own}", value.at, hint=_by_id(number))


def _by_id(number: int | None) -> str | None:
    return None if number is None else f"write devicetype = {number}"
