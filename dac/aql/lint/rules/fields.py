"""Names: of fields, of custom properties, and what quotes make of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dac.aql.catalogue import no_fields
from dac.aql.lint.context import Context, Target
from dac.aql.lint.near import near_name
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.mistakes import nearest
from dac.aql.nodes import Arithmetic, Field
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject

_LEAST_FOR_A_GUESS = 6
_DECLARED = Context(target=Target.DETECTION, properties={"CountryOrRegion": frozenset()})
_DISABLED = Context(properties={"AppName": frozenset()}, disabled_properties=frozenset(("AppName",)))
_TWO = {"AppName": frozenset[str](), "UserType": frozenset[str]()}
_ONLY_READER = Context(properties=_TWO, only_reader=True)


@rule(
    code="AQL007",
    severity=Severity.ERROR,
    title="no built-in field, and not in quotes",
    hint='a custom property is best written in double quotes: "EventID"',
    evidence='a console answers: Field "x" does not exist in catalog "events". An error for names that are known to be '
    "none, a warning for likely mistakes, else a note: a bare name can be a custom property",
    bad=[
        "SELECT eventname FROM events LAST 1 HOURS",
        "SELECT sorceip FROM events LAST 1 HOURS",
        "SELECT sourcebytes FROM events LAST 1 HOURS",
        "SELECT EventID FROM events LAST 1 HOURS",
    ],
    good=[
        "SELECT QIDNAME(qid) AS eventname FROM events WHERE eventname LIKE 'a%' LAST 1 HOURS",
        'SELECT "EventID", UserName FROM events LAST 1 HOURS',
        "SELECT anything FROM GLOBALVIEW('Top Sources', 'NORMAL') LAST 1 HOURS",
    ],
)
def unknown_field(subject: Subject) -> Iterator[Hit]:
    if subject.context.properties is not None:
        return  # then AQL008 knows better
    for select in subject.selects:
        hyphenated = {part.at for sum_ in select.nodes(Arithmetic) if sum_.hyphenated for part in sum_.operands}
        seen = set()
        for field in select.nodes(Field):
            if field.quoted or field.key in seen or field.at in hyphenated or not select.is_property(field):
                continue
            seen.add(field.key)
            yield _unknown(field, select)


def _unknown(field: Field, select: Select) -> Hit:
    other = no_fields().get(field.key)
    if other is not None:
        severity = Severity.ERROR if other.certain and select.database == "events" else Severity.WARNING
        return Hit(f"there is no field {field.name}", field.at, severity, other.instead)
    elsewhere = "flows" if select.database == "events" else "events"
    if field.key in select.vocabulary.fields(elsewhere):
        message = f"{field.name} is a field of {elsewhere}, not of {select.database}"
        return Hit(message, field.at, Severity.WARNING, f"read it FROM {elsewhere}")
    near = _meant(field.key, select.vocabulary, select.database)
    if near:
        return Hit(select.vocabulary.has_no(f"field {field.name}"), field.at, Severity.WARNING, f"did you mean {near}?")
    return Hit(f"{field.name} is no built-in field, so it is taken as a custom property", field.at, Severity.INFO)


@lru_cache(maxsize=1024)
def _meant(name: str, vocabulary: Vocabulary, database: str) -> str:
    """The field that a name probably misspells: one letter off, or two changed places."""
    near = nearest(name, vocabulary.fields(database)) if len(name) >= _LEAST_FOR_A_GUESS else ""
    same = sorted(name) == sorted(near) or abs(len(name) - len(near)) == 1
    return near if near and same and name[0] == near[0] and len(set(name) ^ set(near)) <= 1 else ""


@rule(
    code="AQL008",
    severity=Severity.ERROR,
    title="a custom property that nothing declares",
    hint="declare it under [custom_property.NAME], with an expression for each log source type that has it",
    evidence='a console refuses the query with 422: Field "x" does not exist in catalog "events"',
    bad=[Example('SELECT "Application" FROM events LAST 1 HOURS', _DECLARED)],
    good=[
        Example('SELECT "countryorregion" FROM events LAST 1 HOURS', _DECLARED),
        'SELECT "Application" FROM events LAST 1 HOURS',
    ],
)
def undeclared_property(subject: Subject) -> Iterator[Hit]:
    declared = subject.context.property_types
    if declared is None:
        return
    for select in subject.selects:
        seen = set()
        for field in select.nodes(Field):
            if field.key not in seen and field.key not in declared and select.is_property(field):
                seen.add(field.key)
                yield _undeclared(field, subject.context)


def _undeclared(field: Field, context: Context) -> Hit:
    near = near_name(field.key, context.properties or ())
    other = no_fields().get(field.key)
    hint = f'did you mean "{near}"?' if near else other.instead if other else None
    if context.vocabulary.console:
        message = f'console {context.vocabulary.console} has no field or custom property "{field.name}"'
        return Hit(f"{message}, and nothing declares one", field.at, hint=hint)
    return Hit(f'"{field.name}" is used, and no custom property of that name is declared', field.at, hint=hint)


@rule(
    code="AQL009",
    severity=Severity.WARNING,
    title="a custom property that is declared and not used, or disabled",
    hint="",
    evidence="IBM Docs: AQL custom properties (a query on a disabled property runs and finds nothing)",
    bad=[
        Example('SELECT "AppName" FROM events LAST 1 HOURS', _DISABLED),
        Example('SELECT "AppName" FROM events LAST 1 HOURS', _ONLY_READER),
    ],
    good=[Example("SELECT \"AppName\" FROM events WHERE UserType = 'Guest' LAST 1 HOURS", _ONLY_READER)],
)
def idle_property(subject: Subject) -> Iterator[Hit]:
    disabled = {name.lower() for name in subject.context.disabled_properties}
    used = set()
    for select in subject.selects:
        for field in select.nodes(Field):
            if select.is_property(field) and field.key not in used:
                used.add(field.key)
                if field.key in disabled:
                    yield Hit(f'"{field.name}" is disabled on the console: the query finds nothing', field.at)
    for name in (subject.context.properties or ()) if subject.context.only_reader else ():
        if name.lower() not in used:
            hint = "remove it, or use it: each event pays for extracting it"
            yield Hit(f'the custom property "{name}" is declared and not used', subject.outermost.at, hint=hint)


@rule(
    code="AQL034",
    severity=Severity.WARNING,
    title="a name with hyphens and without quotes",
    hint='in double quotes it is one name: "Bluecoat-cs-host"',
    evidence="IBM Docs: AQL custom properties shows such a name; any grammar reads it as a subtraction",
    bad=["SELECT Bluecoat-cs-host FROM events LAST 1 HOURS"],
    good=['SELECT "Bluecoat-cs-host", starttime-devicetime AS lag FROM events LAST 1 HOURS'],
)
def hyphenated_name(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for node in select.nodes(Arithmetic):
            if node.hyphenated:
                name = "-".join(part.name for part in node.operands if isinstance(part, Field))
                yield Hit(f"{name} reads as a subtraction", node.at, hint=f'if it is one name, write "{name}"')
