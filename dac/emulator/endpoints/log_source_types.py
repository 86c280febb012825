"""/config/event_sources/log_source_management/log_source_types: custom ones can be made, stock ones stay."""

from __future__ import annotations

import uuid
from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, deleted, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, booleans, numbers, strings
from dac.emulator.stock import CUSTOM_TYPES_FROM, SYSLOG

BASE = "/config/event_sources/log_source_management"
_PROTOCOL_FIELDS = (*booleans("documented"), *numbers("protocol_id"))
_TYPES = Table(
    "log_source_type",
    (
        *booleans("custom"),
        *numbers("default_protocol_id", "id"),
        *booleans("internal"),
        *strings("latest_version"),
        *numbers("log_source_extension_id"),
        *strings("name"),
        Field("protocol_types", "array", fields=_PROTOCOL_FIELDS),
        Field("supported_language_ids", "array", item="number"),
        *strings("uuid", "version"),
    ),
    indexed=frozenset(("id", "name")),
)
_BODY = Body(
    (
        *numbers("default_protocol_id", "log_source_extension_id"),
        *strings("name", "uuid"),
        Field("protocol_types", "array", fields=numbers("protocol_id")),
    ),
    code=1004,
    missing_code=1002,
)
MAX_NAME = 241
SAMPLE_EXTENSION = 1
PROTOCOLS = frozenset((0,))
"""Syslog. A console knows dozens more, each with parameters of its own."""


_CHANGED = Table("log_source_type", tuple(field for field in _TYPES.fields if field.name != "latest_version"))
"""What answers a POST."""


def list_types(call: Call) -> Answer:
    """All log source types; custom ones have ids from 4000 up, which differ from console to console."""
    return answer_list(call, _TYPES)


def read_type(call: Call) -> Answer:
    """One log source type by id."""
    return answer_one(call, _TYPES, _existing(call, 1002))


def create_type(call: Call) -> Answer:
    """A custom log source type with a unique name."""
    name = _checked_name(call, call.body.get("name"), own=-1)
    _require_known(call)
    (highest,) = call.db.execute("SELECT max(id) FROM log_source_type").fetchone()
    number = max(highest + 1, CUSTOM_TYPES_FROM)
    call.db.execute(
        "INSERT INTO log_source_type VALUES (?, ?, 1, 0, ?, ?, ?, '[1]', ?, NULL, NULL)",
        (
            number,
            name,
            call.body.get("default_protocol_id", 0),
            call.body.get("log_source_extension_id"),
            SYSLOG,
            call.body.get("uuid", str(uuid.uuid4())),
        ),
    )
    return answer_one(call, _CHANGED, find(call, _CHANGED, "id = ?", (number,)) or {}, status=201)


def update_type(call: Call) -> Answer:
    """Rename a custom type; of a stock one the name is left as it is, silently."""
    found = _existing(call, 1010)
    _require_known(call)
    if "name" in call.body and found["custom"]:
        name = _checked_name(call, call.body["name"], own=found["id"])
        call.db.execute("UPDATE log_source_type SET name = ? WHERE id = ?", (name, found["id"]))
    for column in ("default_protocol_id", "log_source_extension_id"):
        if column in call.body:
            call.db.execute(
                f"UPDATE log_source_type SET {column} = ? WHERE id = ?",  # noqa: S608  # names of ours
                (call.body[column], found["id"]),
            )
    return answer_one(call, _CHANGED, find(call, _CHANGED, "id = ?", (found["id"],)) or {})


def delete_type(call: Call) -> Answer:
    """Delete a custom type; stock ones are refused."""
    found = _existing(call, 1010)
    if not found["custom"]:
        raise ApiError(409, 1015, f"{found['name']} is a built-in log source type and cannot be deleted")
    call.db.execute("DELETE FROM log_source_type WHERE id = ?", (found["id"],))
    return Answer(status=204, content_type="text/plain")


def _existing(call: Call, code: int) -> dict[str, Any]:
    found = find(call, _TYPES, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, code, f"There is no log source type {call.ids['id']}")
    return found


def _require_known(call: Call) -> None:
    if call.body.get("log_source_extension_id", SAMPLE_EXTENSION) != SAMPLE_EXTENSION:
        raise ApiError(422, 1005, f"There is no log source extension {call.body['log_source_extension_id']}")
    if call.body.get("default_protocol_id", 0) not in PROTOCOLS:
        raise ApiError(422, 1006, f"There is no protocol {call.body['default_protocol_id']}")


def _checked_name(call: Call, name: str | None, *, own: int) -> str:
    if not name or not name.strip():
        raise ApiError(422, 1002, "The name is missing")
    if len(name) > MAX_NAME:
        raise ApiError(422, 1003, f"The name is longer than {MAX_NAME} characters")
    row = call.db.execute("SELECT id FROM log_source_type WHERE name = ?", (name,)).fetchone()
    if row is not None and row[0] != own:
        raise ApiError(422, 1001, f"There is already a log source type {name!r}")
    return name


ENDPOINTS = (
    listed(f"{BASE}/log_source_types", list_types),
    posted(f"{BASE}/log_source_types", create_type, _BODY, capability="admin"),
    got(f"{BASE}/log_source_types/<id>", read_type),
    posted(f"{BASE}/log_source_types/<id>", update_type, _BODY, capability="admin"),
    deleted(f"{BASE}/log_source_types/<id>", delete_type, capability="admin", produces="text/plain"),
)
