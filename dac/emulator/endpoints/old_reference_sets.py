"""/reference_data/sets: the old API, everything in the query. Deprecated from API 18 on, and still there."""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, FILTER, Answer, Call, Endpoint, Parameter, got, listed
from dac.emulator.dependents import blocking, conflict_message, of_set
from dac.emulator.endpoints.reference_sets import CIDR_SINCE, ENTRY_TYPES, MAX_NAME
from dac.emulator.endpoints.task_status import DELETE_FIELDS, shown_delete
from dac.emulator.entries import DEFAULT_SOURCE, SHARED_DOMAIN, EntryRefused, remove, upsert
from dac.emulator.errors import ApiError
from dac.emulator.intervals import IntervalRefused, read_interval
from dac.emulator.listing import answer_list, answer_one, answer_values, find
from dac.emulator.schema import Field, Table, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/reference_data/sets"
TASKS = "/system/task_management/tasks"
DEPRECATED_SINCE = 18
NO_DOMAIN_ERROR = 20005
TIMEOUT_TYPES = ("UNKNOWN", "FIRST_SEEN", "LAST_SEEN")
PAGE = 20
"""Entries that are shown to a caller who sends no Range."""

_SECONDS_WRITTEN = (
    "'0 years 0 mons ' || (time_to_live / 86400) || ' days ' || (time_to_live % 86400 / 3600) || ' hours ' || "
    "(time_to_live % 3600 / 60) || ' mins ' || (time_to_live % 60) || '.00 secs'"
)
_COUNT = "(SELECT count(*) FROM set_entry WHERE collection_id = reference_set.id)"
_TABLE = Table(
    "reference_set",
    (
        Field("collection_id", "number", column="id"),
        *numbers("creation_time"),
        Field("element_type", column="entry_type"),
        *strings("name", "namespace"),
        Field("number_of_elements", "number", column=_COUNT),
        Field("time_to_live", column=f"coalesce(time_to_live_text, {_SECONDS_WRITTEN})"),
        Field("timeout_type", column="CASE expiry_type WHEN 'NO_EXPIRY' THEN 'UNKNOWN' ELSE expiry_type END"),
    ),
    filter_code=1005,
    indexed=frozenset(("name",)),
)
_ENTRY_FIELDS = (*numbers("domain_id", "first_seen", "last_seen"), *strings("source", "value"))
_WHOLE_FIELDS = (*_TABLE.fields, Field("data", "array", fields=_ENTRY_FIELDS))


def list_sets(call: Call) -> Answer:
    """All reference sets, without their values."""
    return answer_list(call, _TABLE)


def create_set(call: Call) -> Answer:
    """A new set from query parameters; 409/1004 when the name is taken."""
    query = call.query
    name = query["name"]
    if not name.strip() or len(name) > MAX_NAME:
        raise ApiError(422, 1005, f"name is empty or longer than {MAX_NAME} characters")
    kinds = [kind for kind in ENTRY_TYPES if kind != "CIDR" or call.api >= CIDR_SINCE]
    _require_one_of(query["element_type"], kinds, "element_type")
    timeout = query.get("timeout_type", "UNKNOWN")
    _require_one_of(timeout, TIMEOUT_TYPES, "timeout_type")
    seconds, text = _time_to_live(query.get("time_to_live"))
    if call.db.execute("SELECT 1 FROM reference_set WHERE name = ?", (name,)).fetchone() is not None:
        raise ApiError(409, 1004, f"There is already a reference set {name!r}")
    call.db.execute(
        "INSERT INTO reference_set (name, entry_type, namespace, expiry_type, time_to_live, time_to_live_text, "
        "expired_log_option, creation_time, global_id) VALUES (?, ?, 'SHARED', ?, ?, ?, 'LOG_NONE', ?, ?)",
        (
            name,
            query["element_type"],
            "NO_EXPIRY" if timeout == "UNKNOWN" else timeout,
            seconds,
            text,
            call.now,
            str(uuid.uuid4()),
        ),
    )
    return _answer_set(call, name, status=201)


def read_set(call: Call) -> Answer:
    """One set and, in `data`, its values. Range and filter are about these; without Range the first 20 are shown."""
    _require_shared(call.query.get("namespace", "SHARED"))
    found = _existing(call)
    rows = call.db.execute(
        "SELECT domain_id, first_seen, last_seen, source, value FROM set_entry WHERE collection_id = ? ORDER BY id",
        (found["collection_id"],),
    )
    shared = None if call.settings.shared_domain_echo == "null" else SHARED_DOMAIN
    data = [dict(zip((field.name for field in _ENTRY_FIELDS), row, strict=True)) for row in rows]
    for entry in data:
        entry["domain_id"] = shared if entry["domain_id"] == SHARED_DOMAIN else entry["domain_id"]
    listed_data = answer_values(call, data, _ENTRY_FIELDS, filter_code=1005)
    shown = listed_data.body if call.range_header is not None else listed_data.body[:PAGE]
    return replace(listed_data, body={**found, "data": shown}, fields=_WHOLE_FIELDS)


def add_value(call: Call) -> Answer:
    """Add a value, or touch it; answers with the set."""
    query = call.query
    _require_shared(query.get("namespace", "SHARED"))
    found = _existing(call)
    row = {
        "collection_id": found["collection_id"],
        "value": query["value"],
        "source": query.get("source", DEFAULT_SOURCE),
        "domain_id": query.get("domain_id", SHARED_DOMAIN),
    }
    _upsert(call, row)
    return _answer_set(call, found["name"])


def delete_value(call: Call) -> Answer:
    """Take one value out at once; answers with the set, 404/1003 when it is not in there."""
    _require_shared(call.query.get("namespace", "SHARED"))
    found = _existing(call)
    row = {
        "collection_id": found["collection_id"],
        "value": call.ids["value"],
        "domain_id": call.query.get("domain_id", SHARED_DOMAIN),
    }
    try:
        remove(call.db, row, call.settings)
    except EntryRefused as error:
        if error.code == NO_DOMAIN_ERROR:
            raise ApiError(404, 1011, str(error)) from None
        raise ApiError(404, 1003, f"{call.ids['value']!r} is not in {found['name']!r}") from None
    return _answer_set(call, found["name"])


def delete_set(call: Call) -> Answer:
    """Queue a delete, or with `purge_only=true` the emptying. The Location leads to the task management."""
    _require_namespace(call.query.get("namespace", "SHARED"))
    found = _existing(call)
    purge = call.query.get("purge_only", "false").lower()
    _require_one_of(purge, ("true", "false"), "purge_only")
    payload = {"id": found["collection_id"], "purge": purge == "true"}
    task = tasks.schedule(call, "old_set_delete", f"Delete reference set {found['name']}", payload)
    location = f"{call.base_url}/api{TASKS}/{task.id}"
    return Answer(shown_delete(task), status=202, headers={"Location": location}, fields=DELETE_FIELDS)


def bulk_load(call: Call) -> Answer:
    """Add every value of a JSON array of strings, or none of them."""
    _require_namespace(call.ids["namespace"])
    found = _existing(call)
    domain = _domain(call.ids["domain_id"])
    for value in call.body:
        _upsert(call, {"collection_id": found["collection_id"], "value": value, "domain_id": domain})
    return _answer_set(call, found["name"])


def read_task(call: Call) -> Answer:
    """A delete or purge of the old API."""
    number = call.ids["task_id"]
    task = tasks.read(call, "old_set_delete", number, ApiError(404, 1002, f"There is no task {number}"))
    return Answer(shown_delete(task), fields=DELETE_FIELDS)


def _answer_set(call: Call, name: str, status: int = 200) -> Answer:
    return answer_one(call, _TABLE, _existing(call, name), status)


def _existing(call: Call, name: str | None = None) -> dict[str, Any]:
    wanted = call.ids["name"] if name is None else name
    found = find(call, _TABLE, "name = ? AND namespace = 'SHARED'", (wanted,))
    if found is None:
        raise ApiError(404, 1002, f"{wanted} does not exist")
    return found


def _upsert(call: Call, row: dict[str, Any]) -> None:
    try:
        upsert(call.db, row, call.settings, now=call.now)
    except EntryRefused as error:
        status, code = (404, 1011) if error.code == NO_DOMAIN_ERROR else (422, 1005)
        raise ApiError(status, code, str(error)) from None


def _time_to_live(text: str | None) -> tuple[int | None, str | None]:
    if text is None:
        return None, None
    try:
        interval = read_interval(text)
    except IntervalRefused as error:
        raise ApiError(422, 1005, f"time_to_live: {error}") from None
    return interval.seconds, str(interval)


def _domain(text: str) -> int:
    if text == "SHARED":
        return SHARED_DOMAIN
    if text.isascii() and text.isdigit():
        return int(text[:18])
    raise ApiError(422, 1005, f"domain_id has to be a number or SHARED, not {text!r}")


def _require_namespace(namespace: str) -> None:
    if namespace not in ("SHARED", "TENANT"):
        raise ApiError(422, 1015, f"namespace has to be SHARED or TENANT, not {namespace!r}")
    _require_shared(namespace)


def _require_shared(namespace: str) -> None:
    """Who belongs to no tenant has no other namespace."""
    if namespace == "TENANT":
        raise ApiError(422, 1012, "namespace has to be SHARED for a caller without a tenant")
    if namespace != "SHARED":
        raise ApiError(422, 1005, f"namespace has to be SHARED or TENANT, not {namespace!r}")


def _require_one_of(value: str, allowed: tuple[str, ...] | list[str], name: str) -> None:
    if value not in allowed:
        raise ApiError(422, 1005, f"{name} has to be one of {list(allowed)}, not {value!r}")


def _delete(due: tasks.Due) -> tasks.Outcome:
    number = due.payload["id"]
    row = due.db.execute("SELECT name FROM reference_set WHERE id = ?", (number,)).fetchone()
    if row is None:
        return tasks.Outcome("EXCEPTION", "The reference set is gone")
    if due.payload["purge"]:
        due.db.execute("DELETE FROM set_entry WHERE collection_id = ?", (number,))
        return tasks.Outcome(message="Purged")
    blockers = blocking(of_set(due.db, number, row[0]))
    if blockers:
        return tasks.Outcome("CONFLICT", conflict_message(blockers))
    due.db.execute("DELETE FROM reference_set WHERE id = ?", (number,))
    return tasks.Outcome(message="Deleted")


_NAMESPACE = Parameter("namespace")
_DOMAIN = Parameter("domain_id", "integer")
_ONE = f"{BASE}/<name>"
_old = partial(Endpoint, deprecated_since=DEPRECATED_SINCE)

ENDPOINTS = (
    listed(BASE, list_sets, deprecated_since=DEPRECATED_SINCE),
    _old(
        "POST",
        BASE,
        create_set,
        query=(
            FIELDS,
            Parameter("name", required=True),
            Parameter("element_type", required=True),
            Parameter("timeout_type"),
            Parameter("time_to_live"),
        ),
        writes=True,
    ),
    _old("GET", _ONE, read_set, query=(FIELDS, FILTER, _NAMESPACE), ranged=True),
    _old(
        "POST",
        _ONE,
        add_value,
        query=(FIELDS, _NAMESPACE, Parameter("value", required=True), Parameter("source"), _DOMAIN),
        writes=True,
    ),
    _old("DELETE", _ONE, delete_set, query=(FIELDS, _NAMESPACE, Parameter("purge_only")), writes=True),
    _old("DELETE", f"{_ONE}/<value>", delete_value, query=(FIELDS, _NAMESPACE, _DOMAIN), writes=True),
    _old(
        "POST",
        f"{BASE}/bulk_load/<namespace>/<name>/<domain_id>",
        bulk_load,
        body=Body(many=True, item="string", strict_end=True),
        writes=True,
        text_ids=frozenset(("domain_id",)),
    ),
    got(f"{TASKS}/<task_id>", read_task),
)
EFFECTS: Mapping[str, tasks.Effect] = {"old_set_delete": _delete}
