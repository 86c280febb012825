"""/reference_data_collections/sets: made atomically, deleted by a task unless something leans on them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, SORT, Answer, Call, deleted, got, listed, posted
from dac.emulator.dependents import blocking, conflict_message, of_set
from dac.emulator.endpoints.task_status import (
    accepted_delete,
    accepted_dependents,
    delete_status,
    dependents_endpoints,
)
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/reference_data_collections"
DESCRIPTIONS_SINCE = 22
CIDR_SINCE = 22
ENTRY_TYPES = ("ALN", "ALNIC", "NUM", "IP", "PORT", "DATE", "CIDR")
NAMESPACES = ("PRIVATE", "SHARED", "TENANT")
EXPIRY_TYPES = ("FIRST_SEEN", "LAST_SEEN", "NO_EXPIRY")
LOG_OPTIONS = ("LOG_NONE", "LOG_EACH", "LOG_BATCH")
MAX_NAME = 255
_COUNT = "(SELECT count(*) FROM set_entry WHERE collection_id = reference_set.id)"
_TABLE = Table(
    "reference_set",
    (
        *numbers("creation_time"),
        Field("delete_entries", "boolean", column="NULL"),
        Field("description", since=DESCRIPTIONS_SINCE),
        *strings("entry_type", "expired_log_option", "expiry_type", "global_id"),
        *numbers("id"),
        *strings("name", "namespace"),
        Field("number_of_entries", "number", column=_COUNT),
        *numbers("tenant_id", "time_to_live"),
    ),
    filter_code=14001,
    indexed=frozenset(("id", "name", "entry_type", "namespace")),
    sorting=Sorting(frozenset(("id", "name", "entry_type", "creation_time", "number_of_entries")), 14000, 14000),
)
_READ_ONLY = (*numbers("creation_time", "id", "number_of_entries"), *strings("global_id"))
_BODY_FIELDS = (
    *strings("name", "entry_type", "namespace", "expiry_type", "expired_log_option", "description"),
    *numbers("tenant_id", "time_to_live"),
    *booleans("delete_entries"),
)


def list_sets(call: Call) -> Answer:
    """All reference sets."""
    return answer_list(call, _TABLE)


def read_set(call: Call) -> Answer:
    """One reference set by id."""
    return answer_one(call, _TABLE, existing(call, call.ids["id"], 15000))


def create_set(call: Call) -> Answer:
    """A new set: 409/10006 when the name is taken, however close two requests come. Unknown fields are ignored."""
    body = _checked(call)
    if _is_taken(call, body):
        raise ApiError(409, 10006, f"There is already a reference set {body['name']!r}")
    cursor = call.db.execute(
        "INSERT INTO reference_set (name, entry_type, namespace, tenant_id, expiry_type, time_to_live, "
        "expired_log_option, description, creation_time, global_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            body["name"],
            body["entry_type"],
            body["namespace"],
            body.get("tenant_id"),
            body["expiry_type"],
            body.get("time_to_live"),
            body.get("expired_log_option", "LOG_NONE"),
            body.get("description") if call.api >= DESCRIPTIONS_SINCE else None,
            call.now,
            str(uuid.uuid4()),
        ),
    )
    return answer_one(call, _TABLE, existing(call, int(cursor.lastrowid or 0), 15000), status=201)


def update_set(call: Call) -> Answer:
    """Expiry, log option and description change; name, type and namespace are ignored with 200."""
    found = existing(call, call.ids["id"], 11001)
    body = call.body
    expiry = body.get("expiry_type", found["expiry_type"])
    _require_one_of(expiry, EXPIRY_TYPES, 11002, "expiry_type")
    _require_one_of(body.get("expired_log_option", "LOG_NONE"), LOG_OPTIONS, 11002, "expired_log_option")
    time_to_live = body.get("time_to_live", found["time_to_live"] if expiry != "NO_EXPIRY" else None)
    if time_to_live is not None and time_to_live < 0:
        raise ApiError(422, 11003, "time_to_live cannot be negative")
    if (expiry == "NO_EXPIRY") == bool(time_to_live):
        raise ApiError(422, 11004, f"expiry_type {expiry} does not go with time_to_live {time_to_live}")
    description = body.get("description", found.get("description"))
    call.db.execute(
        "UPDATE reference_set SET expiry_type = ?, time_to_live = ?, expired_log_option = ?, "
        "description = CASE WHEN ? THEN ? ELSE description END WHERE id = ?",
        (
            expiry,
            time_to_live,
            body.get("expired_log_option", found["expired_log_option"]),
            call.api >= DESCRIPTIONS_SINCE,
            description,
            found["id"],
        ),
    )
    if body.get("delete_entries"):
        call.db.execute("DELETE FROM set_entry WHERE collection_id = ?", (found["id"],))
    return answer_one(call, _TABLE, existing(call, found["id"], 11001))


def delete_set(call: Call) -> Answer:
    """Queue a delete; it ends in CONFLICT while rules or searches lean on the set."""
    found = existing(call, call.ids["id"], 12000)
    task = tasks.schedule(call, "set_delete", f"Delete reference set {found['name']}", {"id": found["id"]})
    return accepted_delete(task, f"{call.base_url}/api{BASE}/set_delete_tasks")


def find_dependents(call: Call) -> Answer:
    """Queue a search for what leans on a set."""
    found = existing(call, call.ids["id"], 13000)
    payload = {"id": found["id"], "name": found["name"]}
    task = tasks.schedule(call, "set_dependents", f"Find dependents of {found['name']}", payload)
    return accepted_dependents(call, task, f"{BASE}/set_dependents_tasks")


def existing(call: Call, number: int, code: int) -> dict[str, Any]:
    """The set with this id, or 404 with the endpoint's code."""
    found = find(call, _TABLE, "id = ?", (number,))
    if found is None:
        raise ApiError(404, code, f"There is no reference set {number}")
    return found


def _delete(due: tasks.Due) -> tasks.Outcome:
    row = due.db.execute("SELECT name FROM reference_set WHERE id = ?", (due.payload["id"],)).fetchone()
    if row is None:
        return tasks.Outcome("EXCEPTION", "The reference set is gone")
    blockers = blocking(of_set(due.db, due.payload["id"], row[0]))
    if blockers:
        return tasks.Outcome("CONFLICT", conflict_message(blockers))
    due.db.execute("DELETE FROM reference_set WHERE id = ?", (due.payload["id"],))
    return tasks.Outcome(message="Deleted")


def _find(due: tasks.Due) -> tasks.Outcome:
    return tasks.Outcome(results=of_set(due.db, due.payload["id"], due.payload["name"]))


def _checked(call: Call) -> dict[str, Any]:
    body = {"namespace": "SHARED", "expiry_type": "NO_EXPIRY", **call.body}
    if not body.get("name", "").strip() or len(body["name"]) > MAX_NAME:
        raise ApiError(422, 10002, f"name is missing, empty, or longer than {MAX_NAME} characters")
    types = [kind for kind in ENTRY_TYPES if kind != "CIDR" or call.api >= CIDR_SINCE]
    _require_one_of(body.get("entry_type"), types, 10001, "entry_type")
    _require_one_of(body["namespace"], NAMESPACES, 10005, "namespace")
    _require_one_of(body["expiry_type"], EXPIRY_TYPES, 10007, "expiry_type")
    _require_one_of(body.get("expired_log_option", "LOG_NONE"), LOG_OPTIONS, 1021, "expired_log_option")
    if body["namespace"] == "TENANT" and "tenant_id" not in body:
        raise ApiError(422, 10003, "namespace TENANT needs a tenant_id")
    if body["namespace"] != "TENANT" and "tenant_id" in body:
        raise ApiError(422, 10004, f"namespace {body['namespace']} takes no tenant_id")
    time_to_live = body.get("time_to_live")
    if (body["expiry_type"] == "NO_EXPIRY") == bool(time_to_live) or (time_to_live or 0) < 0:
        raise ApiError(422, 10007, f"expiry_type {body['expiry_type']} does not go with time_to_live {time_to_live}")
    return body


def _is_taken(call: Call, body: dict[str, Any]) -> bool:
    sql, parameters = "SELECT 1 FROM reference_set WHERE name = ?", [body["name"]]
    if call.settings.set_names_unique == "namespace":
        sql += " AND namespace = ? AND coalesce(tenant_id, -1) = coalesce(?, -1)"
        parameters += [body["namespace"], body.get("tenant_id")]
    return call.db.execute(sql, parameters).fetchone() is not None


def _body(missing_code: int) -> Body:
    return Body(_BODY_FIELDS, code=1021, missing_code=missing_code, read_only=_READ_ONLY)


def _require_one_of(value: Any, allowed: tuple[str, ...] | list[str], code: int, name: str) -> None:
    if value not in allowed:
        raise ApiError(422, code, f"{name} has to be one of {list(allowed)}, not {value!r}")


_DEPENDENTS_CODES = (13007, 13003, 13004, 13005, 13009)

ENDPOINTS = (
    listed(f"{BASE}/sets", list_sets, SORT),
    posted(f"{BASE}/sets", create_set, _body(missing_code=10002)),
    got(f"{BASE}/sets/<id>", read_set),
    posted(f"{BASE}/sets/<id>", update_set, _body(missing_code=11002), id_code=11002),
    deleted(f"{BASE}/sets/<id>", delete_set, query=(FIELDS,), denied_code=12001),
    got(f"{BASE}/sets/<id>/dependents", find_dependents, writes=True),
    delete_status(f"{BASE}/set_delete_tasks", "set_delete", code=12003, name="task_status_id"),
    *dependents_endpoints(
        f"{BASE}/set_dependents_tasks",
        "set_dependents",
        codes=_DEPENDENTS_CODES,
        name="task_status_id",
        listed_results=True,
    ),
)
EFFECTS: Mapping[str, tasks.Effect] = {"set_delete": _delete, "set_dependents": _find}
