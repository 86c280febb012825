"""/analytics/custom_actions/actions: scripts that rules run. This console runs none; rules refer to them by number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, deleted, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/analytics/custom_actions/actions"
INTERPRETERS = {1: "Bash", 2: "Perl", 3: "Python"}
_INVALID = 1005
_PARAMETERS = Field("parameters", "array", fields=(*booleans("encrypted"), *strings("name", "parameter_type", "value")))
_FIELDS = (*strings("description"), *numbers("id", "interpreter"), *strings("name"), _PARAMETERS, *numbers("script"))
_TABLE = Table("custom_action", _FIELDS, indexed=frozenset(("id", "name")))
_WRITTEN = tuple(field for field in _FIELDS if field.name != "id")
_COLUMNS = ("name", "description", "interpreter", "script", "parameters")
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
    _check(call, call.body, number=None)
    cursor = call.db.execute(
        "INSERT INTO custom_action (name, description, interpreter, script, parameters) VALUES (?, ?, ?, ?, ?)",
        _row(call.body),
    )
    return answer_one(call, _TABLE, find(call, _TABLE, "id = ?", (cursor.lastrowid,)) or {}, status=201)


def update_action(call: Call) -> Answer:
    """Change what the body names; the rest stays."""
    found = _found(call)
    changed = found | {name: value for name, value in call.body.items() if name in _COLUMNS}
    _check(call, changed, number=found["id"])
    call.db.execute(
        "UPDATE custom_action SET name = ?, description = ?, interpreter = ?, script = ?, parameters = ? WHERE id = ?",
        (*_row(changed), found["id"]),
    )
    return answer_one(call, _TABLE, _found(call))


def _check(call: Call, action: Mapping[str, Any], *, number: int | None) -> None:
    if not action["name"].strip() or action["interpreter"] not in INTERPRETERS:
        raise ApiError(422, _INVALID, "name or interpreter is not valid")
    namesake = find(call, _TABLE, "name = ?", (action["name"],))
    if namesake is not None and namesake["id"] != number:
        raise ApiError(422, _INVALID, f"There is already a custom action {action['name']!r}")


def _row(action: Mapping[str, Any]) -> tuple[Any, ...]:
    values = {**action, "parameters": json.dumps(action["parameters"])}
    return tuple(values.get(name) for name in _COLUMNS)


def delete_action(call: Call) -> Answer:
    """Delete at once; rules that ask for it keep its number."""
    call.db.execute("DELETE FROM custom_action WHERE id = ?", (_found(call)["id"],))
    return Answer(status=204, content_type="text/plain")


def _found(call: Call) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["action_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no custom action {call.ids['action_id']}")
    return found


ENDPOINTS = (
    listed(BASE, list_actions),
    posted(BASE, create_action, Body(_WRITTEN, code=_INVALID)),
    got(f"{BASE}/<action_id>", read_action),
    posted(f"{BASE}/<action_id>", update_action, Body(_FIELDS, code=_INVALID)),
    deleted(f"{BASE}/<action_id>", delete_action, produces="text/plain"),
)
