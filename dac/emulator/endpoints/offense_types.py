"""/siem/offense_types: what an offense can be indexed by."""

from __future__ import annotations

from dac.emulator.call import SORT, Answer, Call, got, listed
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Sorting, Table, booleans, numbers, strings

_FIELDS = (*booleans("custom"), *strings("database_type"), *numbers("id"), *strings("name", "property_name"))
_TABLE = Table(
    "offense_type",
    _FIELDS,
    indexed=frozenset(("id", "name")),
    sorting=Sorting(frozenset(field.name for field in _FIELDS), 1012, 1012),
)


def list_offense_types(call: Call) -> Answer:
    """Stock types, and one for each custom property that rules may index by."""
    return answer_list(call, _TABLE)


def read_offense_type(call: Call) -> Answer:
    """One offense type by id."""
    found = find(call, _TABLE, "id = ?", (call.ids["offense_type_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no offense type {call.ids['offense_type_id']}")
    return answer_one(call, _TABLE, found)


ENDPOINTS = (
    listed("/siem/offense_types", list_offense_types, SORT),
    got("/siem/offense_types/<offense_type_id>", read_offense_type),
)
