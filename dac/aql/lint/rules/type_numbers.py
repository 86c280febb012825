"""Log source types by number: the number of another type than the one that is meant, or of none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import known_values
from dac.aql.lint.context import Context, Target
from dac.aql.lint.predicates import literal_text
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.lint.wording import listed
from dac.aql.nodes import Expression, Field
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject

_MOST_SHOWN = 3
_LONGEST_ID = 9
_ENTRA = "Microsoft Azure Active Directory"
_DETECTION = Context(target=Target.DETECTION)
_FOR_ENTRA = Context(target=Target.DETECTION, log_source_types=(_ENTRA,))
_SIGN_INS = Context(target=Target.DETECTION, properties={"CountryOrRegion": frozenset((_ENTRA,))})
_PROSE = Context(notes="Sign-ins of Microsoft Azure Active Directory, by the DSM of QRadar.")


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
        asked = [(test, value, number) for test in select.predicates("where") for value, number in _numbers(test)]
        if not asked:
            continue
        meant, why, is_certain = _meant(subject, select)
        is_other = bool(meant) and not any(number in meant for _, _, number in asked)
        for _, value, number in asked:
            if is_other:
                yield _other(number, value, meant, why, subject.context, is_certain=is_certain)
            elif is_unlisted(number, subject.context):
                message = f"console {subject.context.vocabulary.console} has no log source type {number}"
                yield Hit(message, value.at, Severity.WARNING, "events of such a type do not arrive there")
            elif subject.context.in_stack:
                hint = f"write {_named(number, subject.context)}: dac finds the id on each console"
                yield Hit(f"{number} is a number in a stack, where names stand", value.at, Severity.WARNING, hint)


def _other(
    number: int, value: Expression, meant: frozenset[int], why: str, context: Context, *, is_certain: bool
) -> Hit:
    what = ", ".join(f"{context.shown_type(one)} is {one}" for one in sorted(meant)[:_MOST_SHOWN])
    message = f"{number} is {context.shown_type(number)}, and {why}: {what}"
    hint = _right_way(min(meant), context)
    return Hit(message, value.at, Severity.ERROR if is_certain else Severity.WARNING, hint)


def is_unlisted(number: int, context: Context) -> bool:
    """Whether the console's own list lacks the type."""
    return bool(context.vocabulary.console) and context.vocabulary.own_name(number) is None


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
    kinds = context.known_ids(name for key in read for name in declared.get(key, ()))
    if kinds:
        names = listed([name for key, name in read.items() if declared.get(key)])
        return kinds, f"what is read ({names}) is declared for another", True
    if context.ids_in_notes:
        return context.ids_in_notes, "its description speaks of another", True
    known = {key: known_values()[key].log_source_types for key in read if key in known_values()}
    kinds = frozenset(number for numbers in known.values() for number in numbers)
    names = listed([read[key] for key, numbers in known.items() if numbers])
    return kinds, f"what is read ({names}) belongs to another", False


def _right_way(number: int, context: Context) -> str:
    if context.in_stack:
        return f"write {_named(number, context)}, or log_source_types = ['{_plain(number, context)}']"
    return f"write devicetype = {number}"


def _named(number: int, context: Context) -> str:
    return f"LOGSOURCETYPENAME(devicetype) = '{_plain(number, context)}'"


def _plain(number: int, context: Context) -> str:
    kinds = context.vocabulary.log_source_types
    return next((kind.name or kind.type for kind in kinds if kind.id == number), "..")
