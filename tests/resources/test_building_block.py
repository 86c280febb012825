from __future__ import annotations

from typing import Any

import pytest
from kind_forms import BLOCK_UUIDS, compiled

from dac.model.resource import Reference
from dac.resources.building_block import KIND
from dac.resources.shipped_names import shipped_names
from dac.resources.validation import validate

LEGACY = {
    "name": "BB: Entra ID legacy authentication",
    "type": "flow",
    "notes": " Protocols without MFA. ",
    "log_source_types": ["Microsoft Entra ID"],
    "building_blocks": {"none": ["building_block.b2", "building_block.b1"]},
    "filter": """"ClientAppUsed" IMATCHES '.*(imap|pop).*' OR REFERENCESETCONTAINS('DaC: VPN', sourceip)""",
    "groups": ["Cloud"],
    "owner": "soc",
    "enabled": False,
}


def test_every_declared_field_of_a_building_block_is_deployed() -> None:
    found = compiled(KIND, LEGACY, names=shipped_names())
    assert found.findings == ()
    assert found.deployed == {
        "name": "BB: Entra ID legacy authentication",
        "type": "FLOW",
        "enabled": False,
        "notes": "Protocols without MFA.",
        "log_source_types": ["Microsoft Azure Active Directory"],
        "building_blocks": {"none": list(BLOCK_UUIDS.values())[1:]},
        "filter": "\"ClientAppUsed\" IMATCHES '.*(imap|pop).*'\nOR REFERENCESETCONTAINS('DaC: VPN', sourceip)",
        "groups": ["Cloud"],
        "owner": "soc",
    }
    assert found.references == (
        *(Reference("building_block", uuid) for uuid in list(BLOCK_UUIDS.values())[1:]),
        Reference("custom_property", "ClientAppUsed"),
        Reference("reference_set", "DaC: VPN"),
    )


def test_a_building_block_of_log_source_types_alone_is_enough() -> None:
    found = compiled(KIND, {"name": "x", "log_source_types": ["Linux OS", "Linux OS"]})
    assert found.findings == ()
    assert found.deployed == {"name": "x", "type": "EVENT", "enabled": True, "log_source_types": ["Linux OS"]}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, [("no-test", ())]),
        ({"building_blocks": {"any": []}}, [("no-test", ())]),
        ({"filter": "SELECT * FROM events"}, [("AQL070", ("filter",))]),
        ({"filter": "qid = 1 LAST 1 DAYS"}, [("AQL070", ("filter",))]),
        ({"filter": "starttime > NOW() - 1000"}, [("AQL071", ("filter",))]),
        ({"severity": 5, "filter": "qid = 1"}, [("unknown-key", ("severity",))]),
        ({"offense": {"index": "username"}, "filter": "qid = 1"}, [("unknown-key", ("offense",))]),
        ({"log_source_types": "Linux OS"}, [("wrong-type", ("log_source_types",))]),
    ],
)
def test_a_mistake_is_found_where_it_is(change: dict[str, Any], found: list[tuple[str, tuple[str | int, ...]]]) -> None:
    table = {"name": "x"} | change
    declared, problems = validate(KIND, table)
    assert [(p.code, p.path) for p in (compiled(KIND, table).findings if declared else problems)] == found


def test_a_declared_block_may_be_written_by_its_uuid_before_it_is_on_the_console() -> None:
    uuid = BLOCK_UUIDS["cloud/building_block.b0"]
    by_uuid = compiled(KIND, {"name": "x", "building_blocks": {"any": [uuid]}})
    assert by_uuid == compiled(KIND, {"name": "x", "building_blocks": {"any": ["building_block.b0"]}})
    assert by_uuid.findings == ()
