"""Calls on /reference_data_collections: reference sets and their entries, one function a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, TaskFailed
from dac.qradar import tasks
from dac.qradar.filters import equals, in_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.qradar.client import Client
    from dac.qradar.paging import Rows

SETS = "/reference_data_collections/sets"
ENTRIES = "/reference_data_collections/set_entries"
DELETE_TASKS = "/reference_data_collections/set_delete_tasks"
BULK_TASKS = "/reference_data_collections/set_bulk_update_tasks"

IDENTITY_SET = "dac console"
LOCK_SET = "dac lock"
OWN_SETS = frozenset({IDENTITY_SET, LOCK_SET})
"""The two sets that dac keeps for itself."""

ENTRY_FIELDS = "id,collection_id,value,notes,domain_id"
_HALF = 3_000  # characters of one of two conditions in a URL
BY_ID = {"sort": "+id"}  # pages of a list without an order may overlap
_SHARED = (None, 2147483647)  # `domain_id` of an entry that counts in every domain; which one is echoed: undocumented
_DEFAULT_DOMAIN = 0


def list_sets(client: Client, *, name: str | None = None) -> Rows:
    """List all sets, or those of one name."""
    chosen = None if name is None else equals("name", name)
    return client.list(SETS, fields=set_fields(client), filter=chosen, params=BY_ID)


def set_fields(client: Client) -> str:
    """Return the columns that a set has on this console."""
    fields = "id,name,entry_type,namespace,expiry_type,time_to_live,creation_time"
    return f"{fields},description" if client.capabilities.set_descriptions else fields


def find_set(client: Client, name: str) -> dict[str, Any] | None:
    """Return the shared set of this name, or None."""
    rows = [row for row in list_sets(client, name=name) if row.get("namespace", "SHARED") == "SHARED"]
    return rows[0] if rows else None


def list_entries(client: Client, set_ids: Iterable[int]) -> Rows:
    """List the entries of these sets, of all domains, by ascending id."""
    rows: Rows = []
    for chosen in in_filter("collection_id", sorted(set_ids)):
        rows += _list_entries(client, chosen)
    return rows


def find_entries(client: Client, set_ids: Iterable[int], values: Iterable[str]) -> Rows | None:
    """List the entries with one of these values (as the console spells them) in one request; None if it takes more."""
    asked = list(in_filter("value", sorted(values), longest=_HALF))
    sets = list(in_filter("collection_id", sorted(set_ids), longest=_HALF))
    if not asked or not sets:
        return []
    return _list_entries(client, f"{sets[0]} and {asked[0]}") if len(asked) == len(sets) == 1 else None


def _list_entries(client: Client, chosen: str) -> Rows:
    return client.list(ENTRIES, fields=ENTRY_FIELDS, filter=chosen, params=BY_ID)


def has_domains(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an entry belongs to a domain that somebody made."""
    return any(row.get("domain_id") not in (*_SHARED, _DEFAULT_DOMAIN) for row in rows)


def is_shared(row: Mapping[str, Any], *, domains: bool) -> bool:
    """Whether an entry counts in every domain; one of the default domain does where there are no other `domains`."""
    domain = row.get("domain_id")
    return domain in _SHARED or (domain == _DEFAULT_DOMAIN and not domains)


def create_set(client: Client, body: Mapping[str, Any]) -> int:
    """Create a set and return its id. Conflict (code 10006) when the name is taken."""
    return tasks.task_id(client.post(SETS, json=dict(body), fields="id").body, f"POST {SETS}")


def update_set(client: Client, set_id: int, body: Mapping[str, Any]) -> None:
    """Change expiry, time to live or description; QRadar ignores everything else without a word."""
    client.post(f"{SETS}/{set_id}", json=dict(body), fields="id")


def put_entry(client: Client, set_id: int, value: str) -> None:
    """Add one entry. Adding it again changes nothing, so a lost answer is asked for once more."""
    row = {"collection_id": set_id, "value": value}
    try:
        client.post(ENTRIES, json=row)
    except AmbiguousAnswer:
        client.post(ENTRIES, json=row)


def start_bulk(client: Client, rows: Sequence[Mapping[str, Any]]) -> str:
    """Send many entries at once; return the path of the task."""
    answer = client.patch(ENTRIES, json=list(rows))
    return f"{BULK_TASKS}/{tasks.task_id(answer.body, f'PATCH {ENTRIES}')}"


def start_delete(client: Client, set_id: int) -> str | None:
    """Start to delete a set: the path of the task, or None when there is no such set."""
    return tasks.start_delete(client, f"{SETS}/{set_id}", DELETE_TASKS)


def delete_set(client: Client, set_id: int, *, timeout: float) -> None:
    """Delete a set and wait until it is gone; one that is gone already is fine. TaskFailed when it stays."""
    task = start_delete(client, set_id)
    if task is None:
        return
    try:
        tasks.wait_for_task(client, task, timeout=timeout)
    except TaskFailed:
        if client.list(SETS, fields="id", filter=equals("id", set_id)):
            raise
