"""Tests that a table says as the wizard's sentence does: whether properties are in sets, and what a property is.

    any_of = ["sourceip", "destinationip"], in_any = ["SOC: scanners"], negate = true
    property = "username", is_any_of = ["root", "admin"]

Such a table stands for one test; here it is turned into the values of that test's parameters and back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources.wizard_fields import field_name, field_property

if TYPE_CHECKING:
    from collections.abc import Mapping

REFERENCE_SETS = "reference_set_tests"
PROPERTIES = "property_tests"
CLASSES = {REFERENCE_SETS: "ReferenceSetTest", PROPERTIES: "ArielFilterTest"}
"""The deployed form's keys, each a list of such tables, and the class of the tests that they stand for."""

OF_PROPERTIES = {"any_of": "any", "all_of": "all"}
IN_SETS = {"in_any": "any", "in_all": "all"}
OPERATORS = {"is": "EQ", "is_not": "NEQ", "is_any_of": "EQany", "is_not_any_of": "NEQany"}
"""What a table's key is called in the XML. The wizard knows more operators; no export that dac has seen has them."""

BETWEEN_PARTS, BETWEEN_VALUES = "\ue000", "\ufffd"
"""The characters that QRadar puts between a property, an operator and values, and between those."""

_OF_ONE = ("is", "is_not")


def values_of(key: str, table: Mapping[str, Any], database: str) -> tuple[Any, ...]:
    """Return the values of the test's parameters, in their order; the table has to be complete."""
    if key == REFERENCE_SETS:
        wanted, inside = _given(table, OF_PROPERTIES), _given(table, IN_SETS)
        return (
            *(OF_PROPERTIES[wanted], {"properties": table[wanted]}),
            *(IN_SETS[inside], {"reference_sets": table[inside]}),
        )
    word = _given(table, OPERATORS)
    values = [table[word]] if word in _OF_ONE else list(table[word])
    condition = {"field": field_property(table["property"]), "operator": OPERATORS[word], "values": values}
    return condition, database


def table_of(key: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """Undo `values_of`; None where no table says it. The caller makes sure that it leads back."""
    if key == REFERENCE_SETS:
        lists = _names(parameters, "2", "properties"), _names(parameters, "4", "reference_sets")
        wanted, inside = _word(OF_PROPERTIES, parameters.get("1")), _word(IN_SETS, parameters.get("3"))
        return {wanted: lists[0], inside: lists[1]} if wanted and inside and all(lists) else None
    condition = parameters.get("1")
    if not isinstance(condition, dict) or not all(condition.get(part) for part in ("field", "operator", "values")):
        return None
    word, values = _word(OPERATORS, condition["operator"]), condition["values"]
    if not word or not all(values):
        return None
    return {"property": field_name(condition["field"]), word: values[0] if word in _OF_ONE else list(values)}


def _given(table: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return next(word for word in words if table.get(word))


def _word(words: Mapping[str, str], value: object) -> str:
    return next((word for word, known in words.items() if known == value), "")


def _names(parameters: Mapping[str, Any], number: str, lookup: str) -> list[str]:
    value = parameters.get(number)
    return value[lookup] if isinstance(value, dict) and value.keys() == {lookup} else []
