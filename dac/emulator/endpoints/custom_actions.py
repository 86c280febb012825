"""/analytics/custom_actions/actions: scripts that rules run. This console runs none; rules refer to them by number."""

from __future__ import annotations

import json
from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, deleted, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, booleans, numbers, strings

BASE = "/analytics/custom_actions/actions"
INTERPRETERS = {1: "Bash", 2: "Perl", 3: "Python"}
_INVALID = 1005
_PARAMETERS = Field("parameters", "array", fields=(*booleans("encrypted"), *strings("name", "parameter_type", "value")))
_FIELDS = (*strings("description"), *numbers("id", "interpreter"), *strings("name"), _PARAMETERS, *numbers("script"))
_TABLE = Table("custom_action", _FIELDS, indexed=frozenset(("id", "name")))
_WRITTEN = tuple(field for field in _FIELDS if field.name != "id")
_REQUIRED = ("name", "interpreter", "script", "parameters")


def list_actions(call: Call) -> Answer:
    """All custom actions."""
    return answer_list(call, _TABLE)


def read_action(call: Call) -> Answer:
    """One custom action by id."""
    return answer_one(call, _TABLE, _found(call))


def create_action(call: Call) -> Answer:
    """A new custom action. Its script is taken at its word: this console keeps no files."""
    missing = [name for name in _REQUIRED if name not in call.body]
    if missing:
        raise ApiError(422, _INVALID, f"{', '.join(missing)} missing")
    name = call.body["name"]
    if not name.strip() or call.body["interpreter"] not in INTERPRETERS:
        raise ApiError(422, _INVALID, "name or interpreter is not valid")
    if find(call, _TABLE, "name = ?", (name,)) is not None:
        raise ApiError(422, _INVALID, f"There is already a custom action {name!r}")
    cursor = call.db.execute(
        "INSERT INTO custom_action (name, description, interpreter, script, parameters) VALUES (?, ?, ?, ?, ?)",
        (
            name,
            call.body.get("description"),
            call.body["interpreter"],
            call.body["script"],
            json.dumps(call.body["parameters"]),
        ),
    )
    return answer_one(call, _TABLE, find(call, _TABLE, "id = ?", (cursor.lastrowid,)) or {}, status=201)


def delete_action(call: Call) -> Answer:
    """Delete at once; rules that ask for it keep its number."""
    call.db.execute("DELETE FROM custom_action WHERE id = ?", (_found(call)["id"],))
    return Answer(204)


def _found(call: Call) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["action_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no custom action {call.ids['action_id']}")
    return found


ENDPOINTS = (
    listed(BASE, list_actions),
    posted(BASE, create_action, Body(_WRITTEN, code=_INVALID)),
    got(f"{BASE}/<action_id>", read_action),
    deleted(f"{BASE}/<action_id>", delete_action),
)
