"""/config/event_sources/log_source_management: groups of log sources, and log source extensions."""

from __future__ import annotations

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, got, listed, posted
from dac.emulator.endpoints.log_source_types import BASE, SAMPLE_EXTENSION
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, answer_values, find
from dac.emulator.schema import Field, Table, numbers, strings

_CHILDREN = (
    "(SELECT json_group_array(id) FROM "
    "(SELECT c.id FROM log_source_group AS c WHERE c.parent_id = log_source_group.id ORDER BY c.id))"
)
_TABLE = Table(
    "log_source_group",
    (
        Field("assignable", "boolean", column="1"),
        Field("child_group_ids", "array", column=_CHILDREN, item="number"),
        *strings("description"),
        *numbers("id", "modification_date"),
        *strings("name", "owner"),
        *numbers("parent_id"),
    ),
    indexed=frozenset(("id", "name")),
)
_EXTENSION_FIELDS = (*strings("description"), *numbers("id"), *strings("name", "uuid"))
_SAMPLE = {
    "description": "A sample that is applied to nothing",
    "id": SAMPLE_EXTENSION,
    "name": "SampleCustom_ext",
    "uuid": "3f0c2a52-7c1e-4a3f-8a54-6c3d0f6f3f11",
}
MAX_TEXT = 255


def list_groups(call: Call) -> Answer:
    """All groups of log sources."""
    return answer_list(call, _TABLE)


def read_group(call: Call) -> Answer:
    """One group by id."""
    found = find(call, _TABLE, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no log source group {call.ids['id']}")
    return answer_one(call, _TABLE, found)


def create_group(call: Call) -> Answer:
    """A new group. There is no way to change or delete one over REST."""
    name = call.body.get("name", "")
    if not name.strip():
        raise ApiError(422, 1002, "name is missing or empty")
    if len(name) > MAX_TEXT:
        raise ApiError(422, 1003, f"name is longer than {MAX_TEXT} characters")
    if len(call.body.get("description", "")) > MAX_TEXT:
        raise ApiError(422, 1004, f"description is longer than {MAX_TEXT} characters")
    parent = call.body.get("parent_id")
    if parent is not None and find(call, _TABLE, "id = ?", (parent,)) is None:
        raise ApiError(422, 1005, f"There is no log source group {parent}")
    if find(call, _TABLE, "name = ? AND parent_id IS ?", (name, parent)) is not None:
        raise ApiError(409, 1001, f"There is already a log source group {name!r}")
    cursor = call.db.execute(
        "INSERT INTO log_source_group (name, description, owner, parent_id, modification_date) VALUES (?, ?, ?, ?, ?)",
        (name, call.body.get("description"), call.caller.name, parent, call.now),
    )
    return answer_one(call, _TABLE, find(call, _TABLE, "id = ?", (cursor.lastrowid,)) or {}, status=201)


def list_extensions(call: Call) -> Answer:
    """Log source extensions: files for the parser. There is a sample of one, for this console parses nothing."""
    return answer_values(call, [_SAMPLE], _EXTENSION_FIELDS)


def read_extension(call: Call) -> Answer:
    """One extension by id."""
    if call.ids["id"] != _SAMPLE["id"]:
        raise ApiError(404, 1002, f"There is no log source extension {call.ids['id']}")
    return Answer(_SAMPLE, fields=_EXTENSION_FIELDS)


_BODY = Body((*strings("description", "name"), *numbers("parent_id")), code=1002, missing_code=1002)

ENDPOINTS = (
    listed(f"{BASE}/log_source_groups", list_groups),
    posted(f"{BASE}/log_source_groups", create_group, _BODY),
    got(f"{BASE}/log_source_groups/<id>", read_group),
    listed(f"{BASE}/log_source_extensions", list_extensions),
    got(f"{BASE}/log_source_extensions/<id>", read_extension),
)
