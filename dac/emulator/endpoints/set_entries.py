"""/reference_data_collections/set_entries: one list over all sets; single upserts, and bulk updates by task."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import SORT, Answer, Call, Endpoint, Parameter, deleted, got, listed, posted
from dac.emulator.endpoints.reference_sets import BASE, ENTRY_TYPES
from dac.emulator.entries import EntryRefused, remove, upsert
from dac.emulator.entry_values import order_key
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NOTES = 1024
BAD_REQUEST = 400
_DOMAIN = {"null": "nullif(domain_id, 2147483647)", "number": "domain_id"}
_SORTED = frozenset(("id", "collection_id", "value", "first_seen", "last_seen", "notes", "source", "domain_id"))
_BODY_FIELDS = (
    *numbers("collection_id", "domain_id", "id"),
    *strings("notes", "source", "value"),
    *booleans("delete_entry"),
)
_READ_ONLY = numbers("first_seen", "last_seen")
_BULK_FIELDS = (
    *numbers("completed", "created"),
    *strings("created_by"),
    *numbers("error_code"),
    *strings("error_message"),
    *numbers("id", "modified"),
    *strings("name"),
    *numbers("started"),
    *strings("status"),
)
_RESULT_FIELDS = (
    *numbers("id"),
    Field("responses", "array", fields=(*numbers("http_status"), *strings("message"), *numbers("unique_code"))),
    *strings("status"),
    *numbers("successful_responses", "total_responses"),
)


def list_entries(call: Call) -> Answer:
    """Entries of all sets. `entry_type` keeps those of sets of one type and orders values by it."""
    kind = call.query.get("entry_type")
    if kind is None:
        return answer_list(call, _table(call))
    if kind not in ENTRY_TYPES:
        raise ApiError(422, 24003, f"entry_type has to be one of {list(ENTRY_TYPES)}, not {kind!r}")
    where = "collection_id IN (SELECT id FROM reference_set WHERE entry_type = ?)"
    return answer_list(call, _table(call, kind), where, (kind,))


def read_entry(call: Call) -> Answer:
    """One entry by id."""
    return answer_one(call, _table(call), _existing(call, 25000))


def create_entry(call: Call) -> Answer:
    """Add a value, or touch the entry that holds it: 201 or 200."""
    if not call.body:
        raise ApiError(422, 20001, "The request has no body")
    try:
        done = upsert(call.db, call.body, call.settings, now=call.now)
    except EntryRefused as error:
        raise ApiError(422, error.code, str(error)) from None
    found = find(call, _table(call), "id = ?", (done.id,))
    return answer_one(call, _table(call), found or {}, status=201 if done.created else 200)


def update_entry(call: Call) -> Answer:
    """Change the notes; a value cannot be edited."""
    found = _existing(call, 21000)
    if len(call.body.get("notes", "")) > MAX_NOTES:
        raise ApiError(422, 21003, f"notes are longer than {MAX_NOTES} characters")
    call.db.execute(
        "UPDATE set_entry SET notes = coalesce(?, notes), last_seen = ? WHERE id = ?",
        (call.body.get("notes"), call.now, found["id"]),
    )
    return answer_one(call, _table(call), _existing(call, 21000))


def delete_entry(call: Call) -> Answer:
    """Delete one entry at once."""
    found = _existing(call, 22001)
    call.db.execute("DELETE FROM set_entry WHERE id = ?", (found["id"],))
    return Answer(status=204, content_type="text/plain")


def patch_entries(call: Call) -> Answer:
    """Queue a bulk update. Rows fail one by one, in the task's results; only an unknown set is refused at once."""
    limit = call.settings.max_patch_rows
    if limit and len(call.body) > limit:
        raise ApiError(422, 23002, f"One request may hold {limit} entries, not {len(call.body)}")
    known = {number for (number,) in call.db.execute("SELECT id FROM reference_set")}
    for row in call.body:
        if "collection_id" in row and row["collection_id"] not in known:
            raise ApiError(422, 23000, f"There is no reference set {row['collection_id']}")
    task = tasks.schedule(call, "set_bulk_update", "Bulk update of reference set entries", call.body)
    headers = {"Location": f"{call.base_url}/api{BASE}/set_bulk_update_tasks/{task.id}"}
    return Answer(_shown(task), status=202, headers=headers, fields=_BULK_FIELDS)


def read_bulk_task(call: Call) -> Answer:
    """Where a bulk update stands. COMPLETED does not say that every row went in."""
    return Answer(_shown(_bulk_task(call)), fields=_BULK_FIELDS)


def read_bulk_results(call: Call) -> Answer:
    """One response for each row, in the order of the request."""
    task = _bulk_task(call)
    if task.results is None:
        raise ApiError(404, 23003, f"Task {task.id} has no results (yet)")
    return Answer({"id": task.id, **task.results}, fields=_RESULT_FIELDS)


def _bulk_task(call: Call) -> tasks.Task:
    number = call.ids["task_status_id"]
    return tasks.read(call, "set_bulk_update", number, ApiError(404, 23001, f"There is no task {number}"))


def _shown(task: tasks.Task) -> dict[str, Any]:
    extra = {"error_code": None, "error_message": None}
    return {field.name: extra.get(field.name, getattr(task, field.name, None)) for field in _BULK_FIELDS}


def _bulk_update(due: tasks.Due) -> tasks.Outcome:
    responses = [_apply(due, row) for row in due.payload]
    good = sum(response["http_status"] < BAD_REQUEST for response in responses)  # HTTP's own line
    status = "COMPLETE_UPDATE_PERFORMED" if good == len(responses) else "PARTIAL_UPDATE_PERFORMED"
    if responses and not good:
        status = "UPDATE_ABORTED"
    return tasks.Outcome(
        results={
            "responses": responses,
            "status": status,
            "successful_responses": good,
            "total_responses": len(responses),
        }
    )


def _apply(due: tasks.Due, row: dict[str, Any]) -> dict[str, Any]:
    try:
        if row.get("delete_entry"):
            remove(due.db, row, due.settings)
            status = 200
        else:
            status = 201 if upsert(due.db, row, due.settings, now=due.now).created else 200
    except EntryRefused as error:
        return {"http_status": error.status, "message": str(error), "unique_code": error.code}
    return {"http_status": status, "message": None, "unique_code": None}


def _existing(call: Call, code: int) -> dict[str, Any]:
    found = find(call, _table(call), "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, code, f"There is no entry {call.ids['id']}")
    return found


def _table(call: Call, entry_type: str = "") -> Table:
    """The list, with domains echoed as the settings say, and values ordered as their type wants it."""
    domain = _DOMAIN[call.settings.shared_domain_echo]
    return Table(
        "set_entry",
        (
            *numbers("collection_id"),
            Field("delete_entry", "boolean", column="NULL"),
            Field("domain_id", "number", column=domain),
            *numbers("first_seen", "id", "last_seen"),
            *strings("notes", "source"),
            _value_field(entry_type),
        ),
        filter_code=24001,
        misfit_code=24004,
        indexed=frozenset(("id", "collection_id") if entry_type else ("id", "collection_id", "value")),
        sorting=Sorting(_SORTED, 24002, 24002),
    )


def _value_field(entry_type: str) -> Field:
    if not entry_type:
        return Field("value")
    sort = "CAST(value AS REAL)" if entry_type in ("NUM", "PORT", "DATE") else "value"
    return Field("value", order=partial(order_key, entry_type), sort=sort)


ENDPOINTS = (
    listed(f"{BASE}/set_entries", list_entries, SORT, Parameter("entry_type", code=24003)),
    posted(
        f"{BASE}/set_entries", create_entry, Body(_BODY_FIELDS, code=20006, missing_code=20001, read_only=_READ_ONLY)
    ),
    Endpoint(
        "PATCH",
        f"{BASE}/set_entries",
        patch_entries,
        body=Body(_BODY_FIELDS, code=23002, many=True, missing_code=23002, read_only=_READ_ONLY),
        writes=True,
        denied_code=23004,
    ),
    got(f"{BASE}/set_entries/<id>", read_entry),
    posted(
        f"{BASE}/set_entries/<id>",
        update_entry,
        Body(_BODY_FIELDS, code=21001, missing_code=21001, read_only=_READ_ONLY),
        id_code=21001,
        denied_code=21002,
    ),
    deleted(f"{BASE}/set_entries/<id>", delete_entry, produces="text/plain", denied_code=22002),
    got(f"{BASE}/set_bulk_update_tasks/<task_status_id>", read_bulk_task),
    got(f"{BASE}/set_bulk_update_tasks/<task_status_id>/results", read_bulk_results),
)
EFFECTS: Mapping[str, tasks.Effect] = {"set_bulk_update": _bulk_update}
