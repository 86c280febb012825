"""Functions that do not exist, and arguments they do not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import console
from dac.aql.checking import unknown_function as refusal
from dac.aql.lint.kinds import NUMBERS, kind_of
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Call, Field, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.catalogue import Function
    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_DOCUMENTED = frozenset(("aggregates", "calculation", "time", console.SOURCE))
"""Sources that state the arguments; others have been seen with optional ones, such as a domain."""
_FITS = {
    "number": NUMBERS,
    "string": frozenset(("string",)),
    "host": frozenset(("host", "string")),
    "bytes": frozenset(("bytes",)),
    "boolean": frozenset(("boolean",)),
    "list": frozenset(("list",)),
}
_NAME_FIRST = frozenset(("REFERENCESETCONTAINS", "REFERENCEMAP", "REFERENCEMAPSETCONTAINS", "REFERENCETABLE"))
_NAME_AND_VALUE = 2
_ARE_CHECKED = frozenset(
    ("QIDNAME", "QIDDESCRIPTION", "CATEGORYNAME", "PROTOCOLNAME", "LOGSOURCENAME", "LOGSOURCETYPENAME", "UTF8")
)
"""Functions of which it is known that a console refuses an argument of another type."""


@rule(
    code="AQL005",
    severity=Severity.ERROR,
    title="no such function",
    hint="",
    evidence='a console answers with code 28519: No function matches the given name: "X" in catalog "events"',
    bad=[
        "SELECT username FROM events WHERE LOGSOURCETYPEID(devicetype) = 452 LAST 1 HOURS",
        "SELECT COALESCE(a, b) FROM events LAST 1 HOURS",
    ],
    good=["SELECT MYAPP::DECODE(a) FROM events WHERE devicetype = 445 LAST 1 HOURS"],
)
def unknown_function(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for call in select.nodes(Call):
            if call.key not in select.vocabulary.functions and "::" not in call.name:
                error = refusal(call, select.vocabulary)
                yield Hit(error.summary, call.at, hint=error.hint)


@rule(
    code="AQL006",
    severity=Severity.ERROR,
    title="the function does not take these arguments",
    hint="",
    evidence="IBM's Ariel Query Language Guide; a console refuses QIDNAME(username) and UTF8(username). "
    "A warning where the order is only known from use, or the type is right and the field is not",
    bad=[
        "SELECT QIDNAME(username) FROM events LAST 1 HOURS",
        "SELECT DATEFORMAT(starttime) FROM events LAST 1 HOURS",
        "SELECT UTF8(username) FROM events LAST 1 HOURS",
        "SELECT LOGSOURCETYPENAME(logsourceid) FROM events LAST 1 HOURS",
        "SELECT username FROM events WHERE REFERENCESETCONTAINS(sourceip, 'VPN egress') LAST 1 HOURS",
    ],
    good=[
        "SELECT QIDNAME(qid), UTF8(payload), DATEFORMAT(starttime, 'HH') FROM events LAST 1 HOURS",
        'SELECT UTF8("Message"), RULENAME("creEventList"), LOWER(username) FROM events LAST 1 HOURS',
        "SELECT CATEGORYNAME(highlevelcategory), ASSETHOSTNAME('10.0.0.1', NOW()) FROM events LAST 1 HOURS",
    ],
)
def unfit_arguments(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for call in select.nodes(Call):
            known = select.vocabulary.functions.get(call.key)
            if known is not None:
                yield from _number(call, known, select.vocabulary) or _swapped(call) or _kinds(call, known, select)


def _number(call: Call, known: Function, vocabulary: Vocabulary) -> list[Hit]:
    given = len(call.arguments)
    if known.least <= given and (known.most is None or given <= known.most):
        return []
    is_certain = given < known.least or known.source in _DOCUMENTED
    where = f" on console {vocabulary.console}" if known.source == console.SOURCE else ""
    message = f"{known.name} takes {known.arity}{where}, not {given}"
    return [Hit(message, call.at, None if is_certain else Severity.WARNING)]


def _swapped(call: Call) -> list[Hit]:
    """REFERENCESETCONTAINS(sourceip, 'set') asks whether a set of unknown name holds a constant."""
    if call.key not in _NAME_FIRST or len(call.arguments) < _NAME_AND_VALUE:
        return []
    first, last = call.arguments[0], call.arguments[-1]
    if isinstance(first, String) or not isinstance(last, String):
        return []
    message = f"{call.key} takes the name of the reference data first, and the value last"
    return [Hit(message, call.at, Severity.ERROR, f"write {call.key}('{last.value[:40]}', ..)")]


def _kinds(call: Call, known: Function, select: Select) -> list[Hit]:
    wanted = known.arguments
    for index, argument in enumerate(call.arguments):
        expected = wanted[min(index, len(wanted) - 1)] if wanted else "any"
        given = kind_of(argument, select)
        if given and expected in _FITS and given not in _FITS[expected]:
            return [_misfit(call, known, argument, expected, given)]
    return _unusual(call, known, select)


def _misfit(call: Call, known: Function, argument: Expression, expected: str, given: str) -> Hit:
    is_number_as_text = expected == "number" and given == "string" and not isinstance(argument, Field)
    is_certain = call.key in _ARE_CHECKED and not is_number_as_text
    shown = argument.name if isinstance(argument, Field) else "this"
    message = (
        f"{known.name} takes {_ARTICLES.get(expected, expected)} here, and {shown} is {_ARTICLES.get(given, given)}"
    )
    hint = f"it is meant for {' or '.join(known.meant_for)}" if known.meant_for else ""
    return Hit(message, argument.at, Severity.ERROR if is_certain else Severity.WARNING, hint)


def _unusual(call: Call, known: Function, select: Select) -> list[Hit]:
    first = call.arguments[0] if call.arguments else None
    if not known.meant_for or not isinstance(first, Field):
        return []
    field = select.builtin(first)
    if field is None or field.name in known.meant_for or known.name == "RULENAME":
        return []
    message = f"{known.name} is meant for {' or '.join(known.meant_for)}, not for {first.name}"
    return [Hit(message, first.at, Severity.WARNING)]


_ARTICLES = {
    "number": "a number",
    "string": "text",
    "host": "an address",
    "bytes": "raw bytes",
    "boolean": "a truth value",
    "list": "a list",
    "integer": "a number",
    "long": "a number",
    "time": "a time in milliseconds",
    "port": "a port",
    "mac": "a MAC address",
}
