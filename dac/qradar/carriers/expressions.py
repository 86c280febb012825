"""Expressions of custom properties: between QRadar's rows of numbers and deployed forms with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dac.errors import Refused
from dac.resources.property_expressions import tidy_payload, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.deployed import Deployed
    from dac.resources.names import Names

ANY = -1
"""How QRadar writes "any log source type" in an expression; null and 0 are met too."""

_EXTRAS = ("format_string", "delimiter_pair", "delimiter_name_value", "delimiter")
_OPERANDS = ("first_operand", "second_operand")
_EDITED = ("regex", "capture_group", *_EXTRAS, "expression", *_OPERANDS, "operator", "payload", "enabled")
"""What an update may change; whose the expression is stays."""

_WHEN_LEFT_OUT: Mapping[str, Any] = {"capture_group": 1, "operator": "ADD", "enabled": True}


class SeenExpression(NamedTuple):
    """An expression on the console: its id within its kind, whose it is, and its deployed form."""

    id: int
    kind: str
    property: str
    deployed: Deployed


def deployed(row: Mapping[str, Any], kind: str, names: Names, log_sources: Mapping[int, str]) -> Deployed:
    """Return the deployed form of a row; an id without a name stays visible as `id N`."""
    out: Deployed = {"kind": kind} | _body_of(row, kind)
    type_id, source_id = number(row, "log_source_type_id"), number(row, "log_source_id")
    qid, category = number(row, "qid"), number(row, "low_level_category_id")
    if type_id:
        out["log_source_type"] = names.log_source_type_name(type_id)
    if source_id:
        out["log_source"] = log_sources.get(source_id, f"id {source_id}")
    if qid:
        out["qid"] = qid
    if category:
        out["category"] = names.low_level_categories.get(category, f"id {category}")
    if payload := tidy_payload(row.get("payload") or ""):
        out["payload"] = payload
    if row.get("enabled") is False:
        out["enabled"] = False
    return out


def body(expression: Deployed, identifier: str, names: Names, log_sources: Mapping[str, int]) -> dict[str, Any]:
    """Return the body that creates an expression. Refused when this console lacks a name in it."""
    out = _fields(expression) | {
        "regex_property_identifier": identifier,
        "log_source_type_id": _type_id(expression.get("log_source_type"), names),
    }
    if "log_source" in expression:
        out["log_source_id"] = _known(log_sources.get(expression["log_source"]), "log source", expression["log_source"])
    if "qid" in expression:
        out["qid"] = expression["qid"]
    if "category" in expression:
        category = expression["category"]
        out["low_level_category_id"] = _known(names.category_id(category), "low level category", category)
    return out


def update_body(before: Deployed, after: Deployed) -> dict[str, Any]:
    """Return the body that makes one expression into another of the same scope: what differs, and no more."""
    old, new = _fields(before), _fields(after)
    gone = {key: "" for key in old.keys() - new.keys() if key != "capture_group"}  # idle beside a format string
    return {key: value for key, value in (new | gone).items() if value != old.get(key)}


def _fields(expression: Deployed) -> dict[str, Any]:
    """What an expression says, as the API takes it. `capture_group` counts for nothing beside a format string."""
    defaults = dict(_WHEN_LEFT_OUT)
    if expression["kind"] != "regex" or "format_string" in expression:
        del defaults["capture_group"]
    if expression["kind"] != "calculated":
        del defaults["operator"]
    given = defaults | {key: expression[key] for key in _EDITED if key in expression}
    return {key: _operand(value) if key in _OPERANDS else value for key, value in given.items()}


def _operand(value: str | float) -> dict[str, Any]:
    if isinstance(value, str):
        return {"type": "PROPERTY", "property_name": value}
    return {"type": "STATIC", "numeric_value": value}


def number(row: Mapping[str, Any], key: str) -> int | None:
    """Return a scope's id; None when it is one of QRadar's ways to say "any" (null, 0, -1, huge negatives)."""
    value = row.get(key)
    return value if isinstance(value, int) and value > 0 else None


def _body_of(row: Mapping[str, Any], kind: str) -> Deployed:
    """Return what a row says, less what is as usual."""
    out: Deployed = {key: row[key] for key in _EXTRAS if row.get(key)}
    if kind == "calculated":
        operands = {key: _shown_operand(row.get(key)) for key in _OPERANDS}
        out |= {key: value for key, value in operands.items() if value is not None}
        operator = row.get("operator") or "ADD"
        return out if operator == "ADD" else out | {"operator": operator}
    text = "regex" if kind == "regex" else "expression"
    out[text] = (row.get(text) or "").strip() if kind == "aql" else row.get(text) or ""
    group = row.get("capture_group")
    if isinstance(group, int) and group != 1 and "format_string" not in out:
        out["capture_group"] = group
    return out


def _shown_operand(operand: Any) -> str | float | None:
    """A property by its name, a constant as a number; None for neither."""
    if not isinstance(operand, dict):
        return None
    if operand.get("type") == "PROPERTY":
        return operand.get("property_name") or None
    value = operand.get("numeric_value")
    return whole(value) if isinstance(value, int | float) else None


def _type_id(name: str | None, names: Names) -> int:
    return ANY if name is None else _known(names.log_source_type_id(name), "log source type", name)


def _known(found: int | None, what: str, name: str) -> int:
    if found is None:
        raise Refused(
            f"This console has no {what} named {name!r} any more",
            hint="It was there when the plan was made: run plan again.",
        )
    return found
