"""/analytics/rule_groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.call import Answer, Call
from dac.emulator.endpoints.groups import Groups, group_table

if TYPE_CHECKING:
    from collections.abc import Mapping


def _queue_delete(call: Call, found: dict[str, Any]) -> Answer:
    """The page declares text/plain, and the Location of a rule's delete task."""
    task = tasks.schedule(call, "rule_group_delete", f"Delete group {found['name']}", {"id": found["id"]})
    location = f"{call.base_url}/api/analytics/rules/rule_delete_tasks/{task.id}"
    return Answer(status=202, headers={"Location": location}, content_type="text/plain")


def _delete(due: tasks.Due) -> tasks.Outcome:
    due.db.execute("DELETE FROM rule_group WHERE id = ?", (due.payload["id"],))
    return tasks.Outcome(message="Deleted")


ENDPOINTS = Groups("/analytics/rule_groups", group_table("rule_group"), _queue_delete).endpoints()
EFFECTS: Mapping[str, tasks.Effect] = {"rule_group_delete": _delete}
