"""What still reads a thing on the console, and so keeps it from being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from dac.qradar.filters import in_filter
from dac.qradar.properties import KINDS
from dac.qradar.tasks import task_id, wait_for_task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.qradar.client import Client

_PROPERTIES = "/config/event_sources/custom_properties"

_PATHS: Mapping[str, tuple[str, str]] = {
    # Kind: where the thing is, where the task is. QRadar's own Location headers name paths that do not exist.
    "reference_set": ("/reference_data_collections/sets", "/reference_data_collections/set_dependents_tasks"),
    "custom_property": (f"{_PROPERTIES}/regex_properties", f"{_PROPERTIES}/regex_property_dependent_tasks"),
    "detection": ("/analytics/rules", "/analytics/rules/rule_dependent_tasks"),
    "building_block": ("/analytics/building_blocks", "/analytics/building_blocks/building_block_dependent_tasks"),
}


_OWN_EXPRESSIONS = frozenset(
    f"{kind}_EXPRESSION" for kind in ("CEF", "GENERICLIST", "JSON", "LEEF", "NAMEVALUEPAIR", "REGEX", "XML")
)
"""Dependents of a property that can only be its own expressions: they are part of it."""

_READING_EXPRESSIONS: Mapping[str, str] = {"AQL_EXPRESSION": "aql", "CALCULATED_EXPRESSION": "calculated"}
"""Dependents that are its own expressions or read it from another property, and of which kind."""


class Dependent(NamedTuple):
    """One reader: QRadar's `dependent_type`, its name (its id where it has none), and its id."""

    type: str
    name: str
    id: str = ""

    def __str__(self) -> str:
        return f'{self.type} "{self.name}"'


def blocking_dependents(client: Client, kind: str, remote_id: str, *, timeout: float = 120.0) -> list[str]:
    """Return what blocks the deletion of one thing, as texts such as `CRE_RULE "name"`; see `find_blockers`."""
    return [str(one) for one in find_blockers(client, kind, remote_id, timeout=timeout)]


def find_blockers(
    client: Client, kind: str, remote_id: str, *, question: str = "", timeout: float = 120.0
) -> list[Dependent]:
    """Return what blocks the deletion of one thing, sorted; of a property, not its own expressions.

    `remote_id` is the numeric id, or the identifier of a custom property. `question` names another search than the
    one before a delete, such as `change_field_type`. ConsoleError when the search fails.
    """
    task = start_search(client, kind, remote_id, question=question)
    return found_by(client, kind, remote_id, task, timeout=timeout)


def start_search(client: Client, kind: str, remote_id: str, *, question: str = "") -> str:
    """Begin what `find_blockers` does and return the path of its task: many searches can go on at a time."""
    things, tasks = _PATHS[kind]
    suffix = f"/{question}" if question else ""
    path = f"{things}/{quote(remote_id, safe='')}/dependents{suffix}"
    return f"{tasks}{suffix}/{task_id(client.get(path), f'GET {path}')}"


def found_by(client: Client, kind: str, remote_id: str, task: str, *, timeout: float = 120.0) -> list[Dependent]:
    """Wait for a search that was begun and return what it has found."""
    wait_for_task(client, task, timeout=timeout)
    rows = client.list(f"{task}/results", fields="blocking,dependent_type,dependent_name,dependent_id")
    found = {_dependent(row) for row in rows if row.get("blocking")}
    return sorted(_without_own(client, remote_id, found) if kind == "custom_property" else found)


def _without_own(client: Client, identifier: str, found: set[Dependent]) -> set[Dependent]:
    """Leave out the property's own expressions; those that may be another's are looked up."""
    own = {
        (word, str(row.get("id")))
        for word in {one.type for one in found} & _READING_EXPRESSIONS.keys()
        for chosen in in_filter("regex_property_identifier", [identifier])
        for row in client.list(KINDS[_READING_EXPRESSIONS[word]], fields="id", filter=chosen)
    }
    return {one for one in found if one.type not in _OWN_EXPRESSIONS and (one.type, one.id) not in own}


def _dependent(row: Mapping[str, object]) -> Dependent:
    number = str(row.get("dependent_id") or "")
    return Dependent(str(row.get("dependent_type")), str(row.get("dependent_name") or number), number)
