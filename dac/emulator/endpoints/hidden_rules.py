"""/analytics/rules_with_data and building_blocks_with_data: undocumented, read by many clients, behind a header.

Writing there is known from function names alone, so that it is not answered.
"""

from __future__ import annotations

from typing import Any

from dac.emulator.call import SORT, Answer, Call, got, listed
from dac.emulator.endpoints.rule_endpoints import LISTED_FIELDS
from dac.emulator.errors import NO_SUCH_PATH, ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table

HEADER = "Allow-Hidden"
_TYPE = "CASE type WHEN 'EVENT' THEN 0 WHEN 'OFFENSE' THEN 1 WHEN 'FLOW' THEN 4 ELSE 5 END"
_RULES = Table(
    "rule JOIN rule_body ON rule_body.rule_id = rule.id",
    (
        *LISTED_FIELDS,
        Field("cre", "boolean", column="1"),
        Field("is_building_block", "boolean", column="building_block"),
        Field("rule_xml", column="xml"),
        Field("type_id", "number", column=_TYPE),
    ),
    indexed=frozenset(("id", "name", "identifier")),
    sorting=Sorting(frozenset(("id", "name", "creation_date", "modification_date")), 1010, 1010),
)
_BLOCKS = Table(
    _RULES.source,
    (*LISTED_FIELDS, *(field for field in _RULES.fields if field.name == "rule_xml")),
    indexed=_RULES.indexed,
    where="building_block = 1",
    sorting=_RULES.sorting,
)


def list_rules(call: Call) -> Answer:
    """All rules and building blocks with their bodies, told apart by `is_building_block`."""
    return _list(call, _RULES)


def read_rule(call: Call) -> Answer:
    """One rule or building block with its body."""
    return _one(call, _RULES)


def list_blocks(call: Call) -> Answer:
    """All building blocks with their bodies."""
    return _list(call, _BLOCKS)


def read_block(call: Call) -> Answer:
    """One building block with its body."""
    return _one(call, _BLOCKS)


def _list(call: Call, table: Table) -> Answer:
    _require_header(call)
    return answer_list(call, table, "visible_from <= ?", (call.now,))


def _one(call: Call, table: Table) -> Answer:
    _require_header(call)
    found: dict[str, Any] | None = find(call, table, "id = ? AND visible_from <= ?", (call.ids["id"], call.now))
    if found is None:
        raise ApiError(404, 1002, f"There is no rule {call.ids['id']}")
    return answer_one(call, table, found)


def _require_header(call: Call) -> None:
    if call.headers.get(HEADER, "").lower() != "true":
        raise ApiError(404, NO_SUCH_PATH, f"The resource does not exist (without {HEADER}: true)")


ENDPOINTS = (
    listed("/analytics/rules_with_data", list_rules, SORT),
    got("/analytics/rules_with_data/<id>", read_rule),
    listed("/analytics/building_blocks_with_data", list_blocks, SORT),
    got("/analytics/building_blocks_with_data/<id>", read_block),
)
