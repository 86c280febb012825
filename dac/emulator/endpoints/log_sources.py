"""/config/event_sources/log_source_management/log_sources: made, changed, deleted, and changed many at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import SORT, Answer, Call, Endpoint, deleted, got, listed, posted
from dac.emulator.endpoints.log_source_checks import CREATE, UPDATE, checked
from dac.emulator.endpoints.log_source_types import BASE
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETERS = Field("protocol_parameters", "array", fields=(*numbers("id"), *strings("name", "value")))
_GROUPS = Field("group_ids", "array", item="number")
_DESTINATIONS = Field("wincollect_external_destination_ids", "array", item="number")
_WRITABLE = (
    *booleans("coalesce_events", "enabled", "gateway", "store_event_payload"),
    *numbers("credibility", "disconnected_log_collector_id", "language_id", "log_source_extension_id"),
    *numbers("parsing_order", "protocol_type_id", "target_event_collector_id", "type_id"),
    *numbers("wincollect_internal_destination_id"),
    *strings("description", "name", "sending_ip"),
    _PARAMETERS,
    _GROUPS,
    _DESTINATIONS,
)
_MESSAGE = (*strings("severity", "text"), *numbers("timestamp"))
_STATUS = Field(
    "status",
    "object",
    column="json_object('last_updated', 0, 'messages', json('[]'), 'status', 'NA')",
    fields=(*numbers("last_updated"), Field("messages", "array", fields=_MESSAGE), *strings("status")),
)
_TABLE = Table(
    "log_source",
    (
        *_WRITABLE,
        *booleans("auto_discovered", "internal", "requires_deploy"),
        Field("average_eps", "number", column="0"),
        *numbers("creation_date", "id", "last_event_time", "modified_date"),
        *strings("legacy_bulk_group_name"),
        _STATUS,
    ),
    filter_code=1001,
    indexed=frozenset(("id", "name", "type_id")),
    sorting=Sorting(frozenset(("id", "name", "type_id", "creation_date", "modified_date", "enabled")), 1000, 1000),
)
_READ_ONLY = (*booleans("deleted", "requires_deploy"), *strings("legacy_bulk_group_name"))
_ID = numbers("id")


def list_sources(call: Call) -> Answer:
    """All log sources."""
    _require_no_encryption(call, 1002)
    return answer_list(call, _TABLE)


def read_source(call: Call) -> Answer:
    """One log source by id."""
    _require_no_encryption(call, 1003)
    return answer_one(call, _TABLE, _existing(call, 1002))


def create_source(call: Call) -> Answer:
    """A new log source: a name, a type and a protocol; 409 when name or type, protocol and identifier are taken."""
    row = checked(call.db, call.body, CREATE)
    number = _insert(call, row)
    return answer_one(call, _TABLE, find(call, _TABLE, "id = ?", (number,)) or {}, status=201)


def update_source(call: Call) -> Answer:
    """Change what was given."""
    found = _existing(call, 1050)
    _change(call.db, found, checked(call.db, call.body, UPDATE, found), call.now)
    return answer_one(call, _TABLE, _existing(call, 1050))


def delete_source(call: Call) -> Answer:
    """Delete a log source at once; the console's own ones stay."""
    found = _existing(call, 1010)
    if found["internal"]:
        raise ApiError(422, 1001, f"{found['name']!r} is internal and cannot be deleted")
    call.db.execute("DELETE FROM log_source WHERE id = ?", (found["id"],))
    return Answer(status=204, content_type="text/plain")


def patch_sources(call: Call) -> Answer:
    """Queue changes to many. The answer is empty: what became of them shows on the log sources."""
    tasks.schedule(call, "log_source_bulk", "Bulk update of log sources", call.body)
    return Answer(status=202, content_type="text/plain")


def _require_no_encryption(call: Call, code: int) -> None:
    """Passwords would come back encrypted; this console keeps none."""
    if call.headers.get("x-qrd-encryption-algorithm", "AES128") not in ("AES128", "AES256"):
        raise ApiError(422, code, "x-qrd-encryption-algorithm has to be AES128 or AES256")


def _existing(call: Call, code: int) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, code, f"There is no log source {call.ids['id']}")
    return found


def _insert(call: Call, row: dict[str, Any]) -> int:
    kept = _kept(row) | {"creation_date": call.now, "modified_date": call.now, "requires_deploy": 1}
    names, marks = ", ".join(kept), ", ".join(f":{name}" for name in kept)
    cursor = call.db.execute(f"INSERT INTO log_source ({names}) VALUES ({marks})", kept)  # noqa: S608  # known fields
    return int(cursor.lastrowid or 0)


def _change(db: Any, found: Mapping[str, Any], row: dict[str, Any], now: int) -> None:
    kept = _kept(row) | {"modified_date": now, "requires_deploy": 1}
    assignments = ", ".join(f"{name} = :{name}" for name in kept)
    db.execute(f"UPDATE log_source SET {assignments} WHERE id = :key", kept | {"key": found["id"]})  # noqa: S608  # known fields


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if isinstance(value, list) else value for name, value in row.items()}


def _bulk_update(due: tasks.Due) -> tasks.Outcome:
    """Rows that cannot be done are left out, as the single update would refuse them."""
    done = 0
    for row in due.payload:
        columns = "id, name, type_id, protocol_type_id, identifier, internal"
        found = due.db.execute(f"SELECT {columns} FROM log_source WHERE id = ?", (row.get("id"),)).fetchone()  # noqa: S608  # names of ours
        if found is None:
            continue
        standing = dict(zip(columns.split(", "), found, strict=True))
        try:
            changes = checked(due.db, {name: row[name] for name in row if name != "id"}, UPDATE, standing)
        except ApiError:
            continue
        _change(due.db, standing, changes, due.now)
        done += 1
    return tasks.Outcome(message=f"{done} of {len(due.payload)} log sources updated")


_ONE = f"{BASE}/log_sources/<id>"
_BODY = Body(_WRITABLE, code=1012, missing_code=1003, read_only=(*_READ_ONLY, *_ID))

ENDPOINTS = (
    listed(f"{BASE}/log_sources", list_sources, SORT),
    posted(f"{BASE}/log_sources", create_source, _BODY),
    Endpoint(
        "PATCH",
        f"{BASE}/log_sources",
        patch_sources,
        body=Body((*_ID, *_WRITABLE), many=True, read_only=_READ_ONLY),
        writes=True,
        produces="text/plain",
    ),
    got(_ONE, read_source),
    posted(_ONE, update_source, Body(_WRITABLE, code=1012, missing_code=1004, read_only=(*_READ_ONLY, *_ID))),
    deleted(_ONE, delete_source, produces="text/plain", id_code=1001),
)
EFFECTS: Mapping[str, tasks.Effect] = {"log_source_bulk": _bulk_update}
