"""/ariel/saved_searches: to read, to share and own, to delete. REST cannot make one, nor edit its AQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, Answer, Call, deleted, got, listed, posted
from dac.emulator.callers import owner_exists
from dac.emulator.dependents import blocking, conflict_message, of_search
from dac.emulator.endpoints.task_status import (
    accepted_delete,
    accepted_dependents,
    delete_status,
    dependents_endpoints,
)
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/ariel"
_TABLE = Table(
    "saved_search",
    (
        *strings("aql"),
        *numbers("creation_date"),
        *strings("database", "description"),
        *numbers("id"),
        *booleans("is_aggregate", "is_dashboard", "is_default", "is_quick_search", "is_shared"),
        *numbers("modified_date"),
        *strings("name", "owner", "uid"),
    ),
    indexed=frozenset(("id", "name", "uid")),
)
BAD_VALUE = 2000  # 422: the page does not say for what
_FLAGS = ("is_shared", "is_quick_search", "is_default", "is_dashboard")
_BODY = Body((*strings("owner"), *booleans(*_FLAGS)), code=BAD_VALUE, missing_code=BAD_VALUE)


def list_saved_searches(call: Call) -> Answer:
    """All saved searches; `aql` is null for those built from criteria."""
    return answer_list(call, _TABLE)


def read_saved_search(call: Call) -> Answer:
    """One saved search by id."""
    return answer_one(call, _TABLE, existing(call, call.ids["id"]))


def update_saved_search(call: Call) -> Answer:
    """Owner and four flags; everything else is ignored with 200."""
    found = existing(call, call.ids["id"])
    _require_right(call, found)
    if "owner" in call.body:
        _require_new_owner(call, call.body["owner"])
    if call.body.get("is_dashboard") and not found["is_aggregate"]:
        raise ApiError(422, 1006, "Only aggregate searches can be on a dashboard")
    changed = {name: call.body.get(name, found[name]) for name in ("owner", *_FLAGS)}
    assignments = ", ".join(f"{name} = :{name}" for name in changed)
    call.db.execute(
        f"UPDATE saved_search SET {assignments}, modified_date = :now WHERE id = :id",  # noqa: S608  # names of ours
        {**changed, "now": call.now, "id": found["id"]},
    )
    return read_saved_search(call)


def delete_saved_search(call: Call) -> Answer:
    """Queue a delete; it ends in CONFLICT while something needs the search."""
    found = existing(call, call.ids["id"])
    _require_right(call, found)
    task = tasks.schedule(call, "saved_search_delete", f"Delete saved search {found['name']}", {"id": found["id"]})
    return accepted_delete(task, f"{call.base_url}/api{BASE}/saved_search_delete_tasks")


def find_dependents(call: Call) -> Answer:
    """Queue a search for what needs a saved search."""
    found = existing(call, call.ids["id"])
    name = f"Find dependents of {found['name']}"
    task = tasks.schedule(call, "saved_search_dependents", name, {"id": found["id"]})
    base = f"{BASE}/saved_search_dependent_tasks"
    return accepted_dependents(call, task, base, pitfall=f"{BASE}/saved_search_dependents_tasks")


def existing(call: Call, number: int) -> dict[str, Any]:
    """A saved search by id, or 404/1002."""
    found = find(call, _TABLE, "id = ?", (number,))
    if found is None:
        raise ApiError(404, 1002, f"There is no saved search {number}")
    return found


def _require_right(call: Call, found: dict[str, Any]) -> None:
    if not call.caller.is_admin and found["owner"] != call.caller.name:
        raise ApiError(403, 1009, f"Only {found['owner']} or an administrator may change this search")


def _require_new_owner(call: Call, owner: str) -> None:
    if not call.caller.is_admin:
        raise ApiError(403, 1012, "Only an administrator may change the owner of a search")
    if not owner_exists(call.db, owner):
        raise ApiError(422, 1011, f"There is no user {owner!r}")


def _delete(due: tasks.Due) -> tasks.Outcome:
    number = due.payload["id"]
    blockers = blocking(of_search(due.db, number))
    if blockers:
        return tasks.Outcome("CONFLICT", conflict_message(blockers))
    due.db.execute("DELETE FROM search_group_item WHERE item_id = ?", (number,))
    gone = due.db.execute("DELETE FROM saved_search WHERE id = ?", (number,))
    return tasks.Outcome(message="Deleted") if gone.rowcount else tasks.Outcome("EXCEPTION", "The search is gone")


def _find(due: tasks.Due) -> tasks.Outcome:
    return tasks.Outcome(results=of_search(due.db, due.payload["id"]))


_ONE = f"{BASE}/saved_searches/<id>"

ENDPOINTS = (
    listed(f"{BASE}/saved_searches", list_saved_searches),
    got(_ONE, read_saved_search),
    posted(_ONE, update_saved_search, _BODY, id_code=BAD_VALUE, denied_code=1009),
    deleted(_ONE, delete_saved_search, query=(FIELDS,), denied_code=1009),
    got(f"{_ONE}/dependents", find_dependents, writes=True),
    delete_status(f"{BASE}/saved_search_delete_tasks", "saved_search_delete"),
    *dependents_endpoints(f"{BASE}/saved_search_dependent_tasks", "saved_search_dependents"),
)
EFFECTS: Mapping[str, tasks.Effect] = {"saved_search_delete": _delete, "saved_search_dependents": _find}
