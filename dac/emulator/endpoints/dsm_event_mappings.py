"""/data_classification/dsm_event_mappings: which event of a log source type is which QID. Never deleted."""

from __future__ import annotations

import uuid
from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Table, booleans, numbers, strings

_TABLE = Table(
    "dsm_event_mapping",
    (
        *booleans("custom_event"),
        *numbers("id"),
        *strings("log_source_event_category", "log_source_event_id"),
        *numbers("log_source_type_id", "qid_record_id"),
        *strings("uuid"),
    ),
    indexed=frozenset(("id", "log_source_type_id", "qid_record_id")),
)
_KEY = ("log_source_type_id", "log_source_event_id", "log_source_event_category")
_CREATE = Body((*numbers("log_source_type_id", "qid_record_id"), *strings(*_KEY[1:])))
MAX_TEXT = 255


def list_mappings(call: Call) -> Answer:
    """All mappings that were made here; stock ones are not kept."""
    return answer_list(call, _TABLE)


def read_mapping(call: Call) -> Answer:
    """One mapping by id."""
    return answer_one(call, _TABLE, _existing(call))


def create_mapping(call: Call) -> Answer:
    """A new mapping; 409/1008 when the type has one for this event id and category."""
    body = call.body
    for name in (*_KEY, "qid_record_id"):
        if body.get(name) in (None, ""):
            raise ApiError(422, 1005, f"{name} is missing")
    if max(len(body[name]) for name in _KEY[1:]) > MAX_TEXT:
        raise ApiError(422, 1005, f"Event id and category have at most {MAX_TEXT} characters")
    _require_row(call, "log_source_type", body["log_source_type_id"])
    _require_row(call, "qid_record", body["qid_record_id"])
    condition = " AND ".join(f"{name} = ?" for name in _KEY)
    if find(call, _TABLE, condition, [body[name] for name in _KEY]) is not None:
        raise ApiError(409, 1008, "This event id and category of the log source type are mapped already")
    cursor = call.db.execute(
        "INSERT INTO dsm_event_mapping (log_source_type_id, log_source_event_id, log_source_event_category, "
        "qid_record_id, custom_event, uuid) VALUES (?, ?, ?, ?, 1, ?)",
        (*(body[name] for name in _KEY), body["qid_record_id"], str(uuid.uuid4())),
    )
    return answer_one(call, _TABLE, find(call, _TABLE, "id = ?", (cursor.lastrowid,)) or {}, status=201)


def update_mapping(call: Call) -> Answer:
    """Another QID for the same event."""
    found = _existing(call)
    number = call.body.get("qid_record_id")
    if number is None:
        raise ApiError(422, 1005, "qid_record_id is missing")
    _require_row(call, "qid_record", number)
    call.db.execute("UPDATE dsm_event_mapping SET qid_record_id = ? WHERE id = ?", (number, found["id"]))
    return read_mapping(call)


def _existing(call: Call) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["dsm_event_mapping_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no mapping {call.ids['dsm_event_mapping_id']}")
    return found


def _require_row(call: Call, table: str, number: int) -> None:
    if call.db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (number,)).fetchone() is None:  # noqa: S608  # names of ours
        raise ApiError(422, 1005, f"There is no {table} {number}")


BASE = "/data_classification/dsm_event_mappings"
ENDPOINTS = (
    listed(BASE, list_mappings),
    posted(BASE, create_mapping, _CREATE),
    got(f"{BASE}/<dsm_event_mapping_id>", read_mapping),
    posted(f"{BASE}/<dsm_event_mapping_id>", update_mapping, Body(numbers("qid_record_id"))),
)
