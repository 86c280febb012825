"""/analytics/rule_groups: to read, to own, to delete when empty. Membership comes with extensions only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, deleted, got, listed, posted
from dac.emulator.callers import owner_exists
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHILDREN = (
    "(SELECT json_group_array(id) FROM "
    "(SELECT c.id FROM rule_group AS c WHERE c.parent_id = rule_group.id ORDER BY c.id))"
)
_ITEMS = (
    "(SELECT json_group_array(CAST(item_id AS TEXT)) FROM "
    "(SELECT i.item_id FROM rule_group_item AS i WHERE i.group_id = rule_group.id ORDER BY i.id))"
)
_TABLE = Table(
    "rule_group",
    (
        Field("child_groups", "array", column=_CHILDREN, item="number"),
        Field("child_items", "array", column=_ITEMS),  # ids as strings, rules and building blocks mixed
        *strings("description"),
        *numbers("id", "level", "modified_time"),
        *strings("name", "owner"),
        *numbers("parent_id"),
        *strings("type"),
    ),
    indexed=frozenset(("id", "name")),
)
_BODY = Body((*strings("description", "name", "owner", "type"), *numbers("id", "level", "parent_id")))


def list_groups(call: Call) -> Answer:
    """All rule groups."""
    return answer_list(call, _TABLE)


def read_group(call: Call) -> Answer:
    """One rule group by id."""
    return answer_one(call, _TABLE, _existing(call))


def update_group(call: Call) -> Answer:
    """Change the owner; everything else is ignored with 200."""
    found = _existing(call)
    owner = call.body.get("owner", found["owner"])
    if not owner_exists(call.db, owner):
        raise ApiError(409, 1004, f"{owner!r} cannot own this")
    call.db.execute("UPDATE rule_group SET owner = ?, modified_time = ? WHERE id = ?", (owner, call.now, found["id"]))
    return read_group(call)


def delete_group(call: Call) -> Answer:
    """Queue the delete of an empty group. The page declares text/plain, and the Location of a rule's delete task."""
    found = _existing(call)
    if found["child_groups"] or found["child_items"] or found["parent_id"] is None:
        raise ApiError(409, 1004, f"Group {found['name']!r} is not empty")
    task = tasks.schedule(call, "rule_group_delete", f"Delete group {found['name']}", {"id": found["id"]})
    location = f"{call.base_url}/api/analytics/rules/rule_delete_tasks/{task.id}"
    return Answer(status=202, headers={"Location": location}, content_type="text/plain")


def _existing(call: Call) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["group_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no rule group {call.ids['group_id']}")
    return found


def _delete(due: tasks.Due) -> tasks.Outcome:
    due.db.execute("DELETE FROM rule_group WHERE id = ?", (due.payload["id"],))
    return tasks.Outcome(message="Deleted")


ENDPOINTS = (
    listed("/analytics/rule_groups", list_groups),
    got("/analytics/rule_groups/<group_id>", read_group),
    posted("/analytics/rule_groups/<group_id>", update_group, _BODY),
    deleted("/analytics/rule_groups/<group_id>", delete_group, produces="text/plain"),
)
EFFECTS: Mapping[str, tasks.Effect] = {"rule_group_delete": _delete}
