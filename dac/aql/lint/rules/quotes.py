"""Single and double quotes mixed up: 'text' is a value, "text" is a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Context, Target
from dac.aql.lint.predicates import PATTERNS, REGEXES, literal_text
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import Call, Field, IsNull, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_NAMED_FIRST = frozenset(
    ("REFERENCESETCONTAINS", "REFERENCEMAP", "REFERENCEMAPSETCONTAINS", "REFERENCETABLE", "INCIDR", "ASSETPROPERTY")
)
"""Functions whose first argument is a name or a network, written out."""
_STACK = Context(target=Target.DETECTION, properties={"Account Name": frozenset()})


@rule(
    code="AQL032",
    severity=Severity.ERROR,
    title="a value in double quotes",
    hint="a value stands in single quotes",
    evidence="IBM Docs: AQL quotation marks. A warning where nothing declares properties, so that it may be one; "
    "an error where the name of a set or a network has to stand",
    bad=[
        Example('SELECT username FROM events WHERE username = "admin" LAST 1 HOURS', _STACK),
        'SELECT username FROM events WHERE username = "admin" LAST 1 HOURS',
        'SELECT username FROM events WHERE username IN ("admin", "root") LAST 1 HOURS',
        'SELECT username FROM events WHERE username LIKE "adm%" LAST 1 HOURS',
        'SELECT username FROM events WHERE REFERENCESETCONTAINS("Admins", username) LAST 1 HOURS',
        'SELECT username FROM events WHERE INCIDR("10.0.0.0/8", sourceip) LAST 1 HOURS',
    ],
    good=[
        Example('SELECT username FROM events WHERE username = "Account Name" LAST 1 HOURS', _STACK),
        "SELECT username FROM events WHERE username = 'admin' LAST 1 HOURS",
        'SELECT username FROM events WHERE "EventID" = 4625 LAST 1 HOURS',
        "SELECT username FROM events WHERE REFERENCESETCONTAINS('Admins', \"Account Name\") LAST 1 HOURS",
    ],
)
def value_in_double_quotes(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for test in select.predicates():
            if test.operator in ("=", "!=", "IN", *PATTERNS) and _is_asked(test.operand, select):
                for value in test.values:
                    yield from _double_quoted(value, select, subject.context)
        for call in select.nodes(Call):
            if call.key in _NAMED_FIRST and call.arguments:
                yield from _double_quoted(call.arguments[0], select, subject.context, severity=Severity.ERROR)


def _double_quoted(
    value: Expression, select: Select, context: Context, severity: Severity | None = None
) -> Iterator[Hit]:
    """`severity` is what it has even where nobody declares properties: no field holds the name of a set."""
    declared = context.property_types
    if isinstance(value, Field) and value.quoted and select.is_property(value) and value.key not in (declared or ()):
        severity = severity or (None if declared is not None else Severity.WARNING)
        message = f'"{value.name}" in double quotes is the name of a field, not a value'
        yield Hit(message, value.at, severity, f"write '{value.name}'")


def _is_asked(operand: object, select: Select) -> bool:
    """Whether one would compare it with a value: a built-in field or a call, but not a property with another."""
    return isinstance(operand, Call) or (isinstance(operand, Field) and select.builtin(operand) is not None)


@rule(
    code="AQL033",
    severity=Severity.ERROR,
    title="a name in single quotes",
    hint='a field stands bare or in double quotes: "EventID" = 4625',
    evidence="IBM Docs: AQL quotation marks. A warning where the text is also an alias, which IBM's examples quote so",
    bad=[
        "SELECT username FROM events WHERE 'EventID' = 4625 LAST 1 HOURS",
        "SELECT username FROM events WHERE 'username' IN ('a', 'b') LAST 1 HOURS",
        "SELECT username FROM events WHERE 'username' LIKE 'a%' LAST 1 HOURS",
        "SELECT username, COUNT(*) AS n FROM events GROUP BY 'usernam' LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE \"EventID\" = 4625 AND 'admin' = username LAST 1 HOURS",
        "SELECT username AS 'the user', COUNT(*) AS n FROM events GROUP BY 'the user' LAST 1 HOURS",
        "SELECT COUNT(*) AS n FROM events WHERE 1 = 1 LAST 1 HOURS",
    ],
)
def name_in_single_quotes(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for test in select.predicates():
            if isinstance(test.operand, String) and not _is_same(test.operand, test.values):
                yield _quoted_name(test.operand, select, is_certain=test.operator not in ("LIKE", "ILIKE", *REGEXES))
        for node in select.nodes(IsNull):
            if isinstance(node.operand, String):
                yield _quoted_name(node.operand, select, is_certain=False)
        for text in select.query.group_by if select.query else ():
            if isinstance(text, String) and text.value.lower() not in select.aliases and not select.is_open:
                yield _quoted_name(text, select, is_certain=False)


def _quoted_name(text: String, select: Select, *, is_certain: bool) -> Hit:
    is_alias = text.value.lower() in select.aliases
    severity = None if is_certain and not is_alias else Severity.WARNING
    message = f"'{text.value}' in single quotes is a text, the same for every event"
    return Hit(message, text.at, severity, f'write "{text.value}" if it is a field')


def _is_same(operand: String, values: tuple[object, ...]) -> bool:
    """'a' = 'a' is a tautology, which AQL062 finds, and no misspelt name."""
    return any(isinstance(value, String) and literal_text(value) == operand.value for value in values)
