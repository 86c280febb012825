"""/data_classification: high and low level categories."""

from __future__ import annotations

from dac.emulator.call import SORT, Answer, Call, got, listed
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Sorting, Table, numbers, strings

_SORTED = frozenset(("id", "name"))
_HIGH = Table(
    "high_level_category",
    (*numbers("id"), *strings("name", "description")),
    indexed=_SORTED,
    sorting=Sorting(_SORTED, 23003, 23004, single=True),
)
_LOW = Table(
    "low_level_category",
    (*numbers("id"), *strings("name", "description"), *numbers("severity", "high_level_category_id")),
    indexed=_SORTED,
    sorting=Sorting(_SORTED, 23053, 23054, single=True),
)


def list_high_level_categories(call: Call) -> Answer:
    """All high level categories."""
    return answer_list(call, _HIGH)


def list_low_level_categories(call: Call) -> Answer:
    """All low level categories."""
    return answer_list(call, _LOW)


def read_high_level_category(call: Call) -> Answer:
    """One high level category by id."""
    return _one(call, _HIGH, call.ids["high_level_category_id"])


def read_low_level_category(call: Call) -> Answer:
    """One low level category by id."""
    return _one(call, _LOW, call.ids["low_level_category_id"])


def _one(call: Call, table: Table, number: int) -> Answer:
    if number <= 0:
        raise ApiError(422, 1005, "The id has to be positive")
    found = find(call, table, "id = ?", (number,))
    if found is None:
        raise ApiError(404, 1002, f"There is no category {number}")
    return answer_one(call, table, found)


ENDPOINTS = (
    listed("/data_classification/high_level_categories", list_high_level_categories, SORT),
    listed("/data_classification/low_level_categories", list_low_level_categories, SORT),
    got("/data_classification/high_level_categories/<high_level_category_id>", read_high_level_category),
    got("/data_classification/low_level_categories/<low_level_category_id>", read_low_level_category),
)
