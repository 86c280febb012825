"""The deployed form of a property's expressions: compiled from their tables, lifted back, and whose each one is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dac.model.diagnostic import Finding, Severity
from dac.model.resource import Reference
from dac.resources import lookups
from dac.resources.property_checks import body_findings, sample_findings
from dac.resources.property_model import EXTRAS, KINDS, Calculation, CustomProperty, Expression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.resources.kind import CompileContext

_SCOPE = ("kind", "log_source_type", "log_source", "qid", "category")
"""What says whose an expression is: QRadar has no key of its own for it."""

_DEFAULTS: Mapping[str, Any] = {"capture_group": 1, "payload": ""}
_NO_TYPE_OF_ITS_OWN = ("aql", "calculated")
"""Kinds that compute from what other expressions found: they cost no parsing of every event."""

_KEYS = {kind: key for key, kind in KINDS.items()}
OPERANDS = ("first_operand", "second_operand")


def scope(expression: Mapping[str, Any]) -> tuple[Any, ...]:
    """Whose an expression is: its kind and what it is limited to."""
    return tuple(expression.get(key) for key in _SCOPE)


def canonical(expression: Mapping[str, Any]) -> str:
    """The order of expressions in a deployed form, the same wherever they come from."""
    return json.dumps(expression, sort_keys=True, ensure_ascii=False)


def tidy_payload(text: str) -> str:
    """Return a sample as it is compared: how its lines end and what is blank around it means nothing."""
    return text.replace("\r\n", "\n").strip()


def compile_expressions(
    declared: CustomProperty, context: CompileContext, findings: list[Finding]
) -> tuple[list[dict[str, Any]], tuple[Reference, ...]]:
    """Return the rows in their canonical order, and what AQL and calculated ones read."""
    rows: list[dict[str, Any]] = []
    read: set[Reference] = set()
    own = Reference("custom_property", declared.name or context.address.name)
    for at, row in enumerate(declared.expression):
        rows.append(_scoped(row, at, context, findings) | _body(row, context))
        found = _references(row, at, own.name, context, findings)
        if own in found:
            findings.append(_reads_itself(row, at))
        read |= found - {own}
        findings += body_findings(row, at, context.api_version)
        findings += sample_findings(row, at, declared.type)
    return sorted(rows, key=canonical), tuple(sorted(read))


def lift_expressions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Undo `compile_expressions`. A row without a body, as content packs leave for others to fill, is left out."""
    return [lifted for row in rows if (lifted := _lifted(row))]


def _scoped(row: Expression, at: int, context: CompileContext, findings: list[Finding]) -> dict[str, Any]:
    out: dict[str, Any] = {"kind": KINDS[row.key]}
    looked_up = {"log_source_type": lookups.LOG_SOURCE_TYPE, "category": lookups.CATEGORY}
    for key, table in looked_up.items():
        name = row.given(key)
        if name is not None:
            out[key] = table.name(context.names, name, ("expression", at, key), findings)
    out |= {key: row.given(key) for key in ("log_source", "qid") if row.given(key) is not None}
    if row.log_source_type is None and row.log_source is None and row.key not in _NO_TYPE_OF_ITS_OWN:
        findings.append(_for_every_event(at))
    return out


def _body(row: Expression, context: CompileContext) -> dict[str, Any]:
    value = row.given(row.key)
    if isinstance(value, Calculation):
        out = _calculation(value, context)
    elif row.key == "aql":
        out = {"expression": value.strip()}
    else:
        out = {"regex" if row.key == "regex" else "expression": value}
    extras = {key: row.given(key) for key in EXTRAS} | {"payload": tidy_payload(row.payload)}
    out |= {key: value for key, value in extras.items() if value not in (None, _DEFAULTS.get(key))}
    return out if row.enabled else out | {"enabled": False}


def _calculation(calculation: Calculation, context: CompileContext) -> dict[str, Any]:
    operands = {key: _operand(getattr(calculation, key), context.properties.get) for key in OPERANDS}
    return operands if calculation.operator == "add" else operands | {"operator": calculation.operator.upper()}


def _operand(operand: str | float, spelled: Callable[[str, str], str]) -> str | float:
    return spelled(operand.lower(), operand) if isinstance(operand, str) else whole(operand)


def whole(number: float) -> float:
    """Return a number without a fraction as an int: 8 and 8.0 are one constant, and are to be written as one."""
    return int(number) if float(number).is_integer() else float(number)


def _references(row: Expression, at: int, own: str, context: CompileContext, findings: list[Finding]) -> set[Reference]:
    if row.calculated is not None:
        return _calculated_from(row.calculated, own, context)
    if row.aql is None:
        return set()
    from dac.aql.references import references
    from dac.resources.rule_form import filter_references, parse_value

    node = parse_value(row.aql, ("expression", at, "aql"), findings)
    return filter_references(references(node), context) if node is not None else set()


def _calculated_from(calculation: Calculation, own: str, context: CompileContext) -> set[Reference]:
    """The properties it reads; what is none is a field, which needs no reference."""
    properties = {**{name.lower(): name for name in context.names.properties}, **context.properties, own.lower(): own}
    operands = [getattr(calculation, key) for key in OPERANDS]
    names = [properties.get(name.lower()) for name in operands if isinstance(name, str)]
    return {Reference("custom_property", name) for name in names if name is not None}


def _reads_itself(row: Expression, at: int) -> Finding:
    summary = "this expression reads the very property that it is to give a value"
    hint = "name another property, such as one with the part that comes out of the payload"
    return Finding("property-reads-itself", summary, ("expression", at, row.key), hint=hint)


def _for_every_event(at: int) -> Finding:
    summary = "this expression is tried on the events of every log source type"
    hint = 'write log_source_type = "…": QRadar disables expressions that cost too much'
    return Finding("expression-for-all", summary, ("expression", at), hint=hint, severity=Severity.WARNING)


def _lifted(row: Mapping[str, Any]) -> dict[str, Any]:
    key = _KEYS[row["kind"]]
    out = {name: row[name] for name in ("log_source_type", "log_source", "qid", "category") if name in row}
    if key == "calculated":
        out[key] = _lifted_calculation(row)
    else:
        out[key] = row.get("regex" if key == "regex" else "expression")
    if not out[key]:
        return {}
    return out | {name: row[name] for name in (*EXTRAS, "payload", "enabled") if name in row}


def _lifted_calculation(row: Mapping[str, Any]) -> dict[str, Any]:
    first, second = (row.get(key) for key in OPERANDS)
    if first is None or second is None:
        return {}
    operator = {"operator": row["operator"].lower()} if "operator" in row else {}
    return {"first_operand": first} | operator | {"second_operand": second}
