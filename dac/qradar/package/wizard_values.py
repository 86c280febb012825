"""The values of tests: what a parameter's userSelection says, in names and lists, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import BadContent
from dac.qradar.package import aql_value, lookups
from dac.resources.rule_tests import database
from dac.resources.wizard_tests import LOOKUPS, lookup_of_method
from dac.resources.worded_tests import BETWEEN_PARTS, BETWEEN_VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.qradar.package.rule_body import Parameter
    from dac.resources.names import Names
    from dac.resources.wizard_tests import ParameterEntry

_CONDITION = ("field", "operator", "values")


def read(parameter: Parameter, entry: ParameterEntry | None, rule_type: str, names: Names) -> Any:
    """Return a parameter's value as the deployed form has it; None where it has none."""
    raw = parameter.user_selection
    coding = entry.coding if entry else ""
    if coding == "database" and not (raw or "").strip():
        return database(rule_type)
    if raw is None:
        return None
    if coding in _READ:
        return _READ[coding](raw)
    lookup = entry.lookup if entry else offered(parameter)
    if lookup:
        found = {lookups.name_of(names, lookup, text) for text in parameter.values}
        return {lookup: sorted(found)} if found else ""
    is_list = entry.is_list if entry else _is_multiple(parameter)
    return (list(parameter.values) or "") if is_list else raw


def write(value: Any, entry: ParameterEntry | None, names: Names) -> tuple[str, str]:
    """Return the userSelection of a value, and the words for it. BadContent for a value that is none."""
    if isinstance(value, str):
        blank = entry.blank if entry and not value.strip() else ""
        return blank or value, value
    if isinstance(value, list):
        return ", ".join(map(str, value)), ", ".join(map(str, value))
    keys = set(value) if isinstance(value, dict) else set()
    if "aql" in keys:
        return aql_value.encode(value["aql"], value.get("engine")), " ".join(value["aql"].split())
    if keys == set(_CONDITION):
        values = BETWEEN_VALUES.join(value["values"])
        return BETWEEN_PARTS.join(
            (value["field"], value["operator"], values)
        ), f"{value['field']} {', '.join(value['values'])}"
    lookup = next((key for key in LOOKUPS if keys == {key}), "")
    if not lookup:
        raise BadContent(f"A test's parameter cannot be {value!r}"[:200])
    texts = sorted((lookups.raw_of(names, lookup, name) for name in value[lookup]), key=_by_number)
    shown = [names.rules.get(name, name) for name in value[lookup]] if lookup == "rules" else value[lookup]
    return ", ".join(texts), ", ".join(shown)


def _by_number(text: str) -> tuple[int, str]:
    return lookups.integer(text) or 0, text


def offered(parameter: Parameter) -> str:
    """What the wizard offers for a parameter that the catalogue does not describe."""
    method = parameter.user_options.get("method") if parameter.user_options else ""
    return lookup_of_method(method or parameter.name or "")


def condition_field(raw: str) -> str:
    """Return the field that a value in the form of a condition compares; '' for any other value."""
    name, part, _ = raw.partition(BETWEEN_PARTS)
    return name if part else ""


def _is_multiple(parameter: Parameter) -> bool:
    return parameter.user_options is not None and parameter.user_options.get("multiselect") == "true"


def _aql(raw: str) -> Any:
    value = aql_value.decode(raw)
    if value is None:
        return raw
    text, engine = value
    return {"aql": text} | ({} if engine is None else {"engine": engine})


def _condition(raw: str) -> Any:
    parts = raw.split(BETWEEN_PARTS)
    if len(parts) != len(_CONDITION):
        return raw
    field, operator, values = parts
    return {"field": field, "operator": operator, "values": values.split(BETWEEN_VALUES)}


_READ: Mapping[str, Callable[[str], Any]] = {"aql": _aql, "condition": _condition, "database": str.strip}
