"""MATCHES compares the whole value, and many who write it mean a search."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.catalogue import known_values
from dac.aql.lint.patterns import read_once, regex_tests, shown
from dac.aql.lint.regex.ends import ends, has_words
from dac.aql.lint.regex.tree import Regex
from dac.aql.lint.regex.trying import only_a_part
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Call, Field
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.patterns import Tested
    from dac.aql.lint.regex.ends import End
    from dac.aql.lint.subject import Subject

_MOST_MISSED = 4


@rule(
    code="AQL020",
    severity=Severity.WARNING,
    title="a regular expression that does not reach to the ends of the value",
    hint="write .* at both ends, or ^ and $ where the whole value is meant",
    evidence="IBM Docs: AQL LIKE clause (LIKE 'Information%' beside MATCHES '.*Information.*'), IBM Support 7160974; "
    "generators for QRadar add .* at both ends. A note where one end is open",
    bad=[
        "SELECT username FROM events WHERE username MATCHES '(?i)(imap|smtp)' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '^admin' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '.*root|admin.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '%admin%' LAST 1 HOURS",
        "SELECT username FROM events WHERE username IMATCHES '.*@example.com' LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE username MATCHES '.*imap.*' LAST 1 HOURS",
        "SELECT username FROM events WHERE username MATCHES '^a$' LAST 1 HOURS",
        r"SELECT username FROM events WHERE username MATCHES '[A-Z]{2}\d+' LAST 1 HOURS",
    ],
)
def not_a_search(subject: Subject) -> Iterator[Hit]:
    for tested in regex_tests(subject):
        if not isinstance(tested.regex, Regex) or not has_words(tested.regex):
            continue
        found = ends(tested.regex)
        if any(_looks_like_a_search(pair) for pair in found) or len({pair for pair in found if "closed" in pair}) > 1:
            yield _whole_value(tested)
        elif any(pair in (("open", "closed"), ("closed", "open")) for pair in found):
            message = f"the value must {'end' if found[0][0] == 'open' else 'begin'} exactly as the pattern says"
            yield Hit(message, tested.pattern.at, Severity.INFO)


def _looks_like_a_search(pair: tuple[End, End]) -> bool:
    """Closed at both ends, or an anchor at one that a search would need and a comparison of the whole does not."""
    return pair in (("closed", "closed"), ("anchored", "closed"), ("closed", "anchored"))


def _whole_value(tested: Tested) -> Hit:
    pattern = tested.pattern.value
    message = (
        f"{tested.test.operator} compares the whole value, so '{shown(pattern)}' finds no value that has more in it"
    )
    missed = _missed(tested)
    if missed:
        message += f": it misses {', '.join(missed)}"
    hint = "% is no wildcard here: write .* for it" if pattern[:1] == "%" or pattern[-1:] == "%" else None
    return Hit(message, tested.pattern.at, hint=hint)


def _missed(tested: Tested) -> tuple[str, ...]:
    """Known values of the property that a search for the pattern would find."""
    operand, ignores_case = tested.test.meant, tested.test.operator == "IMATCHES"
    while isinstance(operand, Call) and operand.key in ("LOWER", "UPPER") and operand.arguments:
        operand, ignores_case = tested.select.meaning(operand.arguments[0]), True
    if not isinstance(operand, Field):
        return ()
    return _missed_values(tested.pattern.value, operand.key, ignore_case=ignores_case)


@lru_cache(maxsize=256)
def _missed_values(pattern: str, name: str, *, ignore_case: bool) -> tuple[str, ...]:
    known, regex = known_values().get(name), read_once(pattern)
    if known is None or not isinstance(regex, Regex):
        return ()
    found = (value for value in known.values if only_a_part(regex, value, ignore_case=ignore_case))
    return tuple(islice(found, _MOST_MISSED))
