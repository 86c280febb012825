"""What still reads a thing on the console, and so keeps it from being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

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


class Dependent(NamedTuple):
    """One reader: QRadar's `dependent_type`, and its name (its id where it has none)."""

    type: str
    name: str

    def __str__(self) -> str:
        return f'{self.type} "{self.name}"'


def blocking_dependents(client: Client, kind: str, remote_id: str, *, timeout: float = 120.0) -> list[str]:
    """Return what blocks the deletion of one thing, as texts such as `CRE_RULE "name"`; see `find_blockers`."""
    return [str(one) for one in find_blockers(client, kind, remote_id, timeout=timeout)]


def find_blockers(client: Client, kind: str, remote_id: str, *, timeout: float = 120.0) -> list[Dependent]:
    """Return what blocks the deletion of one thing, sorted.

    `remote_id` is the numeric id, or the identifier of a custom property. ConsoleError when the search fails.
    """
    things, tasks = _PATHS[kind]
    path = f"{things}/{quote(remote_id, safe='')}/dependents"
    task = f"{tasks}/{task_id(client.get(path), f'GET {path}')}"
    wait_for_task(client, task, timeout=timeout)
    rows = client.list(f"{task}/results", fields="blocking,dependent_type,dependent_name,dependent_id")
    return sorted({_dependent(row) for row in rows if row.get("blocking")})


def _dependent(row: Mapping[str, object]) -> Dependent:
    return Dependent(str(row.get("dependent_type")), str(row.get("dependent_name") or row.get("dependent_id")))
