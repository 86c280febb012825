"""/ariel/event_saved_search_groups."""

from __future__ import annotations

from typing import Any

from dac.emulator.call import Answer, Call
from dac.emulator.endpoints.groups import Groups, group_table


def _delete_now(call: Call, found: dict[str, Any]) -> Answer:
    call.db.execute("DELETE FROM search_group WHERE id = ?", (found["id"],))
    return Answer(status=204, content_type="text/plain")


ENDPOINTS = Groups("/ariel/event_saved_search_groups", group_table("search_group"), _delete_now).endpoints()
