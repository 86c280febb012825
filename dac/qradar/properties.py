"""Calls on /config/event_sources/custom_properties: properties and their expressions, one function a call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dac.errors import BadContent
from dac.qradar import tasks
from dac.qradar.filters import in_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.qradar.client import Client
    from dac.qradar.paging import Rows

_BASE = "/config/event_sources/custom_properties"
PROPERTIES = f"{_BASE}/regex_properties"
DELETE_TASKS = f"{_BASE}/regex_property_delete_tasks"
LOG_SOURCES = "/config/event_sources/log_source_management/log_sources"

KINDS: Mapping[str, str] = {"regex": f"{_BASE}/property_expressions"} | {
    kind: f"{_BASE}/property_{kind}_expressions"
    for kind in ("json", "leef", "cef", "nvp", "genericlist", "xml", "aql", "calculated")
}
"""Where expressions of each kind live, by the kind's word in deployed forms. All nine are there from API 16.0 on."""

PROPERTY_FIELDS = (
    "identifier,name,property_type,description,use_for_rule_engine,datetime_format,locale,"
    "auto_discovered,modification_date"
)
_SCOPE = "log_source_type_id,log_source_id,qid,low_level_category_id"
_OWN = dict.fromkeys(KINDS, "expression") | {
    "regex": "regex,capture_group",
    "nvp": "expression,delimiter_pair,delimiter_name_value",
    "genericlist": "expression,delimiter",
    "calculated": "first_operand,second_operand,operator",
}
_FORMAT_STRING = (26, 0)
AT_ONCE = 4
"""How many lists are asked for at the same time."""


def list_properties(client: Client) -> Rows:
    """List all custom event properties, whatever extracts them."""
    return client.list(PROPERTIES, fields=PROPERTY_FIELDS)


def list_expressions(client: Client, kind: str) -> Rows:
    """List all expressions of a kind."""
    return client.list(KINDS[kind], fields=expression_fields(client, kind))


def expression_fields(client: Client, kind: str) -> str:
    """Return the columns that an expression of a kind has on this console."""
    fields = f"id,regex_property_identifier,enabled,payload,{_OWN[kind]},{_SCOPE}"
    known = kind == "regex" and client.capabilities.api_version >= _FORMAT_STRING
    return f"{fields},format_string" if known else fields


def list_scopes(client: Client, identifiers: Iterable[str]) -> Rows:
    """List the expressions of these properties in all nine kinds: whose they are, for which type, and if enabled."""
    fields = "regex_property_identifier,log_source_type_id,enabled"
    chosen = list(in_filter("regex_property_identifier", sorted(identifiers)))
    paths = [(path, one) for path in KINDS.values() for one in chosen]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        listed = pool.map(lambda each: client.list(each[0], fields=fields, filter=each[1]), paths)
        return [row for rows in listed for row in rows]


def log_sources(client: Client, field: str, values: Iterable[str | int]) -> dict[int, str]:
    """Return the names of log sources by id, looked up by `id` or by `name`."""
    found: dict[int, str] = {}
    for chosen in in_filter(field, sorted(values, key=str)):
        found |= {int(row["id"]): str(row["name"]) for row in client.list(LOG_SOURCES, fields="id,name", filter=chosen)}
    return found


def create_property(client: Client, body: Mapping[str, Any]) -> str:
    """Create a property and return its identifier. Refused (code 1005) when the name is taken."""
    identifier = client.post(PROPERTIES, json=dict(body), fields="identifier").object().get("identifier")
    if not isinstance(identifier, str):
        raise BadContent(f"POST {PROPERTIES} gave no identifier", request=f"POST {PROPERTIES}")
    return identifier


def update_property(client: Client, identifier: str, body: Mapping[str, Any]) -> None:
    """Change the fields in `body`; a property keeps what is not named, and its name for ever."""
    client.post(_path(identifier), json=dict(body), fields="identifier")


def create_expression(client: Client, kind: str, body: Mapping[str, Any]) -> None:
    """Create an expression; QRadar refuses no duplicates."""
    client.post(KINDS[kind], json=dict(body), fields="id")


def update_expression(client: Client, kind: str, number: int, body: Mapping[str, Any]) -> None:
    """Change an expression in place."""
    client.post(f"{KINDS[kind]}/{number}", json=dict(body), fields="id")


def delete_expression(client: Client, kind: str, number: int) -> None:
    """Delete an expression; one that is gone is fine."""
    tasks.delete(client, f"{KINDS[kind]}/{number}")


def start_delete(client: Client, identifier: str) -> str | None:
    """Start to delete a property: the path of the task, or None when there is no such property."""
    return tasks.start_delete(client, _path(identifier), DELETE_TASKS)


def _path(identifier: str) -> str:
    return f"{PROPERTIES}/{quote(identifier, safe='')}"
