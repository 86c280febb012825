"""Responses that write reference data, and custom actions, as fields.

A flag of `responses` says what is done (`referenceSet`, `referenceTableRemove`), one `referenceDataResponse` for each
collection. With several flags nothing says which collection belongs to which: then all of it stays as XML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.qradar.package import lookups
from dac.resources.wizard_fields import field_name, field_property
from dac.resources.xml_element import Element

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.names import Names

TAG = "referenceDataResponse"
COLLECTIONS = {
    "set": "referenceSet",
    "map": "referenceMap",
    "map_of_sets": "referenceMapOfSets",
    "map_of_maps": "referenceMapOfMaps",
    "table": "referenceTable",
}
FLAGS = {flag + suffix for flag in COLLECTIONS.values() for suffix in ("", "Remove")}
_KEYS = {"key": "key1", "value": "Filter"}
ACTION = ("customAction", "customActionId")


def read_reference_data(responses: Element, names: Names) -> list[dict[str, Any]]:
    """Return a row for each collection; none when fields cannot say all of it."""
    flags = [flag for flag in FLAGS if responses.get(flag) == "true"]
    elements = [child for child in responses.children if child.tag == TAG]
    if len(flags) != 1 or any(child.children or child.text or child.tail for child in elements):
        return []
    flag = flags[0].removesuffix("Remove")
    collection = next(name for name, known in COLLECTIONS.items() if known == flag)
    rows = [_row(child, collection, names) for child in elements]
    if not rows or None in rows:
        return []
    removes = {"remove": True} if flags[0] != flag else {}
    return sorted((row | removes for row in rows if row is not None), key=lambda row: sorted(row.items(), key=str))


def write_reference_data(rows: list[dict[str, Any]], names: Names) -> tuple[dict[str, str], list[Element]]:
    """Return the attributes and children of `responses`: the inverse of `read_reference_data`."""
    flags = {COLLECTIONS[row["collection"]] + ("Remove" if row.get("remove") else "") for row in rows}
    return dict.fromkeys(sorted(flags), "true"), [_element(row, names) for row in rows]


def read_custom_action(responses: Element, names: Names) -> str:
    """Return the name of the action, `#id` for one without; '' when there is none, or when it is not a number."""
    number = lookups.integer(responses.get("customActionId"))
    if responses.get("customAction") != "true" or number is None:
        return ""
    return lookups.in_table(names, "custom_actions", number)


def write_custom_action(deployed: Deployed, names: Names) -> dict[str, str]:
    """Undo `read_custom_action`."""
    name = deployed.get("custom_action")
    if not name:
        return {}
    return {"customAction": "true", "customActionId": str(lookups.number_in(names, "custom_actions", name))}


def _row(element: Element, collection: str, names: Names) -> dict[str, Any] | None:
    """Return a collection's row; `id` only where its name does not lead to it."""
    number = lookups.integer(element.get("id"))
    if number is None or set(element.attributes) - {"id", "name", *_KEYS.values()}:
        return None
    row: dict[str, Any] = {"collection": collection}
    known = lookups.in_table(names, "reference_sets", number) if collection == "set" else ""
    if known and lookups.unnamed(known) is None:
        row["name"] = known
    else:
        row |= {"name": element.get("name"), "id": number}
    keys = {key: element.attributes[name] for key, name in _KEYS.items() if name in element.attributes}
    return row | {key: field_name(raw) for key, raw in keys.items()}


def _element(row: dict[str, Any], names: Names) -> Element:
    number = row["id"] if "id" in row else lookups.number_in(names, "reference_sets", row["name"])
    keys = {name: field_property(row[key]) for key, name in _KEYS.items() if key in row}
    return Element(TAG, {"id": str(number), "name": row["name"]} | keys)
