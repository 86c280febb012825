"""Names looked up where an id would do, and ids that mean something else than meant."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from dac.aql.catalogue import alias_group, known_values, log_source_type_ids, log_source_types
from dac.aql.lint.context import Context, Target, ids_in_prose, known_ids, shown_type
from dac.aql.lint.like import matches_like
from dac.aql.lint.predicates import literal_text, predicates
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import Call, Expression, Field, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject

_IDS = {
    "LOGSOURCETYPENAME": "devicetype",
    "LOGSOURCENAME": "logsourceid",
    "QIDNAME": "qid",
    "CATEGORYNAME": "category",
    "PROTOCOLNAME": "protocolid",
}
_MOST_SHOWN = 3
_MOST_TRIED = 100
_LONGEST_ID = 9
_ENTRA = "Microsoft Azure Active Directory"
_DETECTION = Context(target=Target.DETECTION)
_FOR_ENTRA = Context(target=Target.DETECTION, log_source_types=(_ENTRA,))
_SIGN_INS = Context(target=Target.DETECTION, properties={"CountryOrRegion": frozenset((_ENTRA,))})
_PROSE = Context(notes="Sign-ins of Microsoft Azure Active Directory, by the DSM of QRadar.")


def _name_tests(subject: Subject) -> Iterator[tuple[Predicate, Call]]:
    for select in subject.selects:
        for test in predicates(select, "where"):
            call = test.call(*_IDS)
            if call is not None:
                yield test, call


@rule(
    code="AQL040",
    severity=Severity.WARNING,
    title="a name looked up for each event",
    hint="compare the id, which is indexed",
    evidence="IBM Docs: Tips for creating AQL queries for dashboard charts",
    bad=[
        "SELECT username FROM events WHERE LOGSOURCETYPENAME(devicetype) LIKE '%Office%' LAST 1 HOURS",
        "SELECT username FROM events WHERE QIDNAME(qid) = 'Login' LAST 1 HOURS",
    ],
    good=[
        "SELECT LOGSOURCETYPENAME(devicetype) AS t FROM events WHERE devicetype = 397 LAST 1 HOURS",
        Example("SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) = 'Okta' LAST 1 HOURS", _DETECTION),
    ],
)
def looked_up_name(subject: Subject) -> Iterator[Hit]:
    if subject.context.target is not Target.QUERY:
        return
    for test, call in _name_tests(subject):
        if test.operator != "IN":
            message = f"{call.key} is looked up for each event; {_IDS[call.key]} is what the event carries"
            yield Hit(message, test.at, hint=_by_id(test, call))


@rule(
    code="AQL041",
    severity=Severity.WARNING,
    title="a looked-up name with IN",
    hint="write the ids: devicetype IN (397, 445)",
    evidence="IBM Docs: Tips for creating AQL queries for dashboard charts names this very case as slow",
    bad=["SELECT username FROM events WHERE LOGSOURCETYPENAME(devicetype) IN ('Okta', 'Linux OS') LAST 1 HOURS"],
    good=[
        "SELECT username FROM events WHERE devicetype IN (11, 382) LAST 1 HOURS",
        Example("SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) IN ('Okta') LAST 1 HOURS", _DETECTION),
    ],
)
def looked_up_in_list(subject: Subject) -> Iterator[Hit]:
    if subject.context.target is not Target.QUERY:
        return
    for test, call in _name_tests(subject):
        if test.operator == "IN":
            yield Hit(f"{call.key} with IN is slow", test.at, hint=_by_id(test, call))


def _by_id(test: Predicate, call: Call) -> str | None:
    """The same test on ids, where dac knows them all."""
    names = [value.value.lower() for value in test.values if isinstance(value, String)]
    ids = log_source_type_ids()
    if call.key != "LOGSOURCETYPENAME" or test.operator not in ("=", "IN") or not all(name in ids for name in names):
        return f"compare {_IDS[call.key]} instead"
    numbers = ", ".join(str(ids[name]) for name in names)
    return f"write devicetype IN ({numbers})" if test.operator == "IN" else f"write devicetype = {numbers}"


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
    for test, call in islice(_name_tests(subject), _MOST_TRIED):
        if call.key != "LOGSOURCETYPENAME":
            continue
        if test.operator in ("LIKE", "ILIKE") and test.pattern is not None:
            yield from _by_pattern(test, test.pattern.value)
        elif test.operator in ("=", "!=", "IN") and not subject.context.in_stack:
            yield from _by_name(test)


def _by_pattern(test: Predicate, pattern: str) -> Iterator[Hit]:
    found = _meant_by(pattern, ignore_case=test.operator == "ILIKE")
    for group, names in found:
        if len(names) < len(group):
            others = " or ".join(name for name in group if name not in names)
            message = f"'{pattern}' means {names[0]}, and finds none of it where the type is called {others}"
            yield Hit(message + _others([n[0] for g, n in found if g != group]), test.at)
            return
    several = [names[0] for _, names in found]
    if len(several) > 1:
        yield Hit(f"'{pattern}' means {len(several)} log source types: {_list(several)}", test.at, Severity.INFO)


@lru_cache(maxsize=256)
def _meant_by(pattern: str, *, ignore_case: bool) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Each log source type that the pattern means: all its names, and those that match."""
    groups = [alias_group(kind.name) for kind in log_source_types() if kind.name]
    matches = ((g, tuple(name for name in g if matches_like(pattern, name, ignore_case=ignore_case))) for g in groups)
    return tuple((group, names) for group, names in matches if names)


def _others(names: list[str]) -> str:
    return f"; it also means {_list(names)}" if names else ""


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more


def _by_name(test: Predicate) -> Iterator[Hit]:
    for value in test.values:
        if isinstance(value, String) and len(group := alias_group(value.value)) > 1:
            others = " or ".join(name for name in group if name.lower() != value.value.lower())
            number = log_source_type_ids().get(value.value.lower())
            hint = None if number is None else f"write devicetype = {number}"
            yield Hit(f"other consoles call {value.value} {others}", value.at, hint=hint)


@rule(
    code="AQL043",
    severity=Severity.ERROR,
    title="the number of a log source type is not the one that is meant",
    hint="",
    evidence="the log source type table of IBM's Sigma backend for AQL; 445 as on a 7.6.0 console. A warning for any "
    "number in a stack, and where only the names of properties tell what is meant",
    bad=[
        Example("SELECT username FROM events WHERE devicetype = 452 LAST 1 HOURS", _FOR_ENTRA),
        Example('SELECT "CountryOrRegion" AS c FROM events WHERE devicetype = 452 LAST 1 HOURS', _SIGN_INS),
        Example("SELECT username FROM events WHERE devicetype IN (452) LAST 1 HOURS", _PROSE),
        "SELECT username FROM events WHERE devicetype = 452 AND \"ConditionalAccessStatus\" = 'failure' LAST 1 HOURS",
        Example("SELECT username FROM events WHERE devicetype = 445 LAST 1 HOURS", _DETECTION),
    ],
    good=[
        "SELECT username FROM events WHERE devicetype = 445 AND \"ConditionalAccessStatus\" = 'failure' LAST 1 HOURS",
        Example("SELECT username FROM events WHERE LOGSOURCETYPENAME(devicetype) = 'Okta' LAST 1 HOURS", _DETECTION),
        Example("SELECT username FROM events WHERE devicetype IN (445, 452) LAST 1 HOURS", _PROSE),
        Example("devicetype = 445 AND qid = 7", Context(target=Target.RULE, log_source_types=(_ENTRA,))),
    ],
)
def wrong_number(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        asked = [(test, value, number) for test in predicates(select, "where") for value, number in _numbers(test)]
        if not asked:
            continue
        meant, why, is_certain = _meant(subject, select)
        is_other = bool(meant) and not any(number in meant for _, _, number in asked)
        for _, value, number in asked:
            if is_other:
                what = ", ".join(f"{shown_type(one)} is {one}" for one in sorted(meant)[:_MOST_SHOWN])
                severity = Severity.ERROR if is_certain else Severity.WARNING
                message = f"{number} is {shown_type(number)}, and {why}: {what}"
                yield Hit(message, value.at, severity, _right_way(min(meant), subject))
            elif subject.context.in_stack:
                hint = f"write LOGSOURCETYPENAME(devicetype) = '{_plain(number)}': dac finds the id on each console"
                yield Hit(f"{number} is a number in a stack, where names stand", value.at, Severity.WARNING, hint)


def _numbers(test: Predicate) -> Iterator[tuple[Expression, int]]:
    is_type = isinstance(test.meant, Field) and test.meant.key == "devicetype"
    is_meant_as_type = test.call("LOGSOURCETYPEID") is not None
    if not (is_type or is_meant_as_type) or not test.is_positive_equality:
        return
    for value in test.values:
        text = literal_text(value)
        if text is not None and text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID:
            yield value, int(text)


def _meant(subject: Subject, select: Select) -> tuple[frozenset[int], str, bool]:
    """The types that the surroundings speak of, how they do, and whether that is beyond doubt."""
    context = subject.context
    if context.log_source_type_ids:
        return context.log_source_type_ids, "the rule asks for another log source type first", True
    read = {field.key: field.name for field in select.nodes(Field) if select.is_property(field)}
    declared = context.property_types or {}
    kinds = known_ids(frozenset().union(*(declared.get(key, frozenset()) for key in read)))
    if kinds:
        names = _list([name for key, name in read.items() if declared.get(key)])
        return kinds, f"what is read ({names}) is declared for another", True
    if named := ids_in_prose(context.notes):
        return named, "its description speaks of another", True
    known = {key: known_values()[key].log_source_types for key in read if key in known_values()}
    kinds = frozenset(number for numbers in known.values() for number in numbers)
    names = _list([read[key] for key, numbers in known.items() if numbers])
    return kinds, f"what is read ({names}) belongs to another", False


def _right_way(number: int, subject: Subject) -> str:
    if subject.context.in_stack:
        return f"write LOGSOURCETYPENAME(devicetype) = '{_plain(number)}', or log_source_types = ['{_plain(number)}']"
    return f"write devicetype = {number}"


def _plain(number: int) -> str:
    return next((kind.name or kind.type for kind in log_source_types() if kind.id == number), "..")
