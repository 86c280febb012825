"""/data_classification/qid_records: made and changed over REST, never deleted."""

from __future__ import annotations

import uuid
from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, got, listed, posted
from dac.emulator.database import next_id
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, numbers, strings

_TABLE = Table(
    "qid_record",
    (
        *strings("description"),
        *numbers("id"),
        Field("log_source_type_id", "number", column="NULL"),  # asked for on create, always null on read
        *numbers("low_level_category_id"),
        *strings("name"),
        *numbers("qid", "severity"),
        *strings("uuid"),
    ),
    indexed=frozenset(("id", "name", "qid", "low_level_category_id")),
)
_UPDATE = (*strings("name", "description"), *numbers("severity", "low_level_category_id"))
_CREATE = (*_UPDATE, *numbers("log_source_type_id"))
DEFAULT_SEVERITY = 0
MAX_SEVERITY = 10
MAX_NAME = 255
MAX_DESCRIPTION = 1024


def list_qid_records(call: Call) -> Answer:
    """All QID records; a real console holds hundreds of thousands."""
    return answer_list(call, _TABLE)


def read_qid_record(call: Call) -> Answer:
    """One record by its record id, which is not its QID."""
    return answer_one(call, _TABLE, _existing(call))


def create_qid_record(call: Call) -> Answer:
    """A custom QID. Names need not be unique: asking twice makes two."""
    body = call.body
    for name in ("log_source_type_id", "name", "low_level_category_id"):
        if body.get(name) in (None, ""):
            raise ApiError(422, 1005, f"{name} is missing")
    _require_valid(call, body)
    _require_row(call, "log_source_type", body["log_source_type_id"])
    cursor = call.db.execute(
        "INSERT INTO qid_record (qid, name, description, severity, low_level_category_id, log_source_type_id, uuid, "
        "custom) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        (
            next_id(call.db, "qid"),
            body["name"],
            body.get("description"),
            body.get("severity", DEFAULT_SEVERITY),
            body["low_level_category_id"],
            body["log_source_type_id"],
            str(uuid.uuid4()),
        ),
    )
    found = find(call, _TABLE, "id = ?", (cursor.lastrowid,))
    return answer_one(call, _TABLE, found or {}, status=201)


def update_qid_record(call: Call) -> Answer:
    """Change a custom QID; system ones are refused."""
    found = _existing(call)
    (custom,) = call.db.execute("SELECT custom FROM qid_record WHERE id = ?", (found["id"],)).fetchone()
    if not custom:
        raise ApiError(409, 1008, f"QID record {found['id']} is a system record and cannot be changed")
    _require_valid(call, call.body)
    for name, value in call.body.items():
        call.db.execute(f"UPDATE qid_record SET {name} = ? WHERE id = ?", (value, found["id"]))  # noqa: S608  # known fields
    return read_qid_record(call)


def _existing(call: Call) -> dict[str, Any]:
    number = call.ids["qid_record_id"]
    if number <= 0:
        raise ApiError(422, 1005, "The id has to be positive")
    found = find(call, _TABLE, "id = ?", (number,))
    if found is None:
        raise ApiError(404, 1002, f"There is no QID record {number}")
    return found


def _require_valid(call: Call, body: dict[str, Any]) -> None:
    if not 1 <= len(body.get("name", "x")) <= MAX_NAME or len(body.get("description", "")) > MAX_DESCRIPTION:
        raise ApiError(422, 1005, f"A name has 1 to {MAX_NAME} characters, a description at most {MAX_DESCRIPTION}")
    if not 0 <= body.get("severity", 0) <= MAX_SEVERITY:
        raise ApiError(422, 1005, f"severity has to be between 0 and {MAX_SEVERITY}")
    if "low_level_category_id" in body:
        _require_row(call, "low_level_category", body["low_level_category_id"])


def _require_row(call: Call, table: str, number: int) -> None:
    if call.db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (number,)).fetchone() is None:  # noqa: S608  # names of ours
        raise ApiError(422, 1005, f"There is no {table} {number}")


ENDPOINTS = (
    listed("/data_classification/qid_records", list_qid_records),
    posted("/data_classification/qid_records", create_qid_record, Body(_CREATE)),
    got("/data_classification/qid_records/<qid_record_id>", read_qid_record),
    posted("/data_classification/qid_records/<qid_record_id>", update_qid_record, Body(_UPDATE)),
)
