"""/ariel/saved_searches: to read; REST cannot make them."""

from __future__ import annotations

from dac.emulator.call import Answer, Call, got, listed
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Table, booleans, numbers, strings

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


def list_saved_searches(call: Call) -> Answer:
    """All saved searches; `aql` is null for those built from criteria."""
    return answer_list(call, _TABLE)


def read_saved_search(call: Call) -> Answer:
    """One saved search by id."""
    found = find(call, _TABLE, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no saved search {call.ids['id']}")
    return answer_one(call, _TABLE, found)


ENDPOINTS = (listed("/ariel/saved_searches", list_saved_searches), got("/ariel/saved_searches/<id>", read_saved_search))
