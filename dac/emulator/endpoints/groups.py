"""What groups of rules and of saved searches have in common: to read, to own, to delete when empty.

Nothing can be put into a group over REST; membership comes with extensions only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, Endpoint, deleted, got, listed, posted
from dac.emulator.callers import owner_exists
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Callable

_LISTS = (Field("child_groups", "array", item="number"), Field("child_items", "array"))
_BODY = Body(
    (*strings("description", "name", "owner", "type"), *numbers("id", "level", "parent_id")),
    read_only=_LISTS,
)


def group_table(source: str) -> Table:
    """The groups in `source`, with their items in `source`_item. Ids of items are strings."""
    children = (
        f"(SELECT json_group_array(id) FROM (SELECT c.id FROM {source} AS c "  # noqa: S608  # names of ours
        f"WHERE c.parent_id = {source}.id ORDER BY c.id))"
    )
    items = (
        f"(SELECT json_group_array(CAST(item_id AS TEXT)) FROM (SELECT i.item_id FROM {source}_item AS i "  # noqa: S608  # names of ours
        f"WHERE i.group_id = {source}.id ORDER BY i.id))"
    )
    fields = (
        Field("child_groups", "array", column=children, item="number"),
        Field("child_items", "array", column=items),
        *strings("description"),
        *numbers("id", "level", "modified_time"),
        *strings("name", "owner"),
        *numbers("parent_id"),
        *strings("type"),
    )
    return Table(source, fields, indexed=frozenset(("id", "name")))


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups at one path; `delete` makes away with an empty one."""

    path: str
    table: Table
    delete: Callable[[Call, dict[str, Any]], Answer]

    def endpoints(self) -> tuple[Endpoint, ...]:
        one = f"{self.path}/<group_id>"
        return (
            listed(self.path, self.list_groups),
            got(one, self.read_group),
            posted(one, self.update_group, _BODY),
            deleted(one, self.delete_group, produces="text/plain"),
        )

    def list_groups(self, call: Call) -> Answer:
        """All groups."""
        return answer_list(call, self.table)

    def read_group(self, call: Call) -> Answer:
        """One group by id."""
        return answer_one(call, self.table, self._existing(call))

    def update_group(self, call: Call) -> Answer:
        """Change the owner; everything else is ignored with 200."""
        found = self._existing(call)
        owner = call.body.get("owner", found["owner"])
        if not owner_exists(call.db, owner):
            raise ApiError(409, 1004, f"{owner!r} cannot own this")
        call.db.execute(
            f"UPDATE {self.table.source} SET owner = ?, modified_time = ? WHERE id = ?",  # noqa: S608  # names of ours
            (owner, call.now, found["id"]),
        )
        return self.read_group(call)

    def delete_group(self, call: Call) -> Answer:
        """Delete an empty group."""
        found = self._existing(call)
        if found["child_groups"] or found["child_items"] or found["parent_id"] is None:
            raise ApiError(409, 1004, f"Group {found['name']!r} is not empty")
        return self.delete(call, found)

    def _existing(self, call: Call) -> dict[str, Any]:
        found = find(call, self.table, "id = ?", (call.ids["group_id"],))
        if found is None:
            raise ApiError(404, 1002, f"There is no group {call.ids['group_id']}")
        return found
