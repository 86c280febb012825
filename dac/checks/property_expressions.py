"""What AQL and calculated expressions of properties name is there: functions, and fields as operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.checks.view import rows
from dac.errors import AqlError
from dac.model.diagnostic import Finding, Severity
from dac.resources.lookups import near
from dac.resources.property_expressions import OPERANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.checks.view import ProjectView
    from dac.model.address import Address


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    return [
        (item.address, finding)
        for item in view.of_kind("custom_property")
        if item.anew
        for at, row in rows(item.table, "expression")
        for finding in (*_of_aql(row.get("aql"), at, view.vocabulary), *_of_operands(row.get("calculated"), at, view))
    ]


def _of_aql(text: object, at: int, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Functions that are not there, and those that need more than one event; what does not parse, compiling says."""
    if not isinstance(text, str):
        return
    from dac.aql.checking import check as check_functions
    from dac.aql.nodes import Call
    from dac.aql.parsing import parse_value
    from dac.aql.position import error_at
    from dac.aql.walking import walk
    from dac.resources.rule_form import aql_finding

    try:
        node = parse_value(text)
    except AqlError:
        return
    path = ("expression", at, "aql")
    yield from (aql_finding(error, path) for error in check_functions(node, vocabulary))
    for call in walk(node):
        known = vocabulary.functions.get(call.key) if isinstance(call, Call) else None
        if known is not None and (known.aggregate or known.place):
            yield aql_finding(error_at(call.at, "AQL074", f"{known.name} has no place in the value of one event"), path)


def _of_operands(calculation: object, at: int, view: ProjectView) -> Iterator[Finding]:
    """QRadar offers fields as operands under names that AQL may not use, so an unknown one is a warning."""
    if not isinstance(calculation, dict):
        return
    properties = {*view.properties, *view.names.properties}
    known = {name.lower() for name in properties} | view.vocabulary.fields("events").keys()
    for key in OPERANDS:
        name = calculation.get(key)
        if isinstance(name, str) and name.lower() not in known:
            summary = f'"{name}" is no custom property of the project or the console, and no field that dac knows'
            hint = near(name, properties) or "declare it, or leave it if QRadar offers it as an operand"
            path = ("expression", at, "calculated", key)
            yield Finding("unknown-operand", summary, path, hint=hint, severity=Severity.WARNING)
