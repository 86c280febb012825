"""Log sources, their groups, and which event of a type is which QID."""

from __future__ import annotations

from typing import Any

import pytest
from console_driver import Console, code

BASE = "/config/event_sources/log_source_management"
SOURCES = f"{BASE}/log_sources"
GROUPS = f"{BASE}/log_source_groups"
MAPPINGS = "/data_classification/dsm_event_mappings"
DEPLOY = "/staged_config/deploy_status"


def source(name: str = "Firewall", identifier: str = "192.0.2.1", **more: Any) -> dict[str, Any]:
    parameters = [{"id": 0, "name": "identifier", "value": identifier}]
    return {"name": name, "type_id": 12, "protocol_type_id": 0, "protocol_parameters": parameters} | more


def test_a_log_source_is_made_with_what_it_is_not_told(console: Console) -> None:
    made = console.made(SOURCES, source())
    assert made["protocol_parameters"] == [{"id": 0, "name": "identifier", "value": "192.0.2.1"}]
    assert (made["enabled"], made["credibility"], made["coalesce_events"], made["group_ids"]) == (True, 5, True, [0])
    assert (made["internal"], made["requires_deploy"], made["auto_discovered"]) == (False, True, False)
    assert console.read(SOURCES, 'name="Firewall"') == [made]


def test_a_deploy_is_what_a_new_log_source_waits_for(console: Console) -> None:
    number = console.made(SOURCES, source())["id"]
    console.made(DEPLOY, {"type": "INCREMENTAL"}, status=200)
    console.advance()
    assert console.read(f"{SOURCES}/{number}")["requires_deploy"] is False
    assert console.made(f"{SOURCES}/{number}", {"description": "x"}, status=200)["requires_deploy"] is True


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": ""}, (422, 1003)),
        ({"name": "x" * 256}, (422, 1004)),
        ({"description": "x" * 256}, (422, 1005)),
        ({"type_id": 99999}, (422, 1007)),
        ({"type_id": 18}, (422, 1008)),
        ({"protocol_type_id": 77}, (422, 1010)),
        ({"protocol_parameters": [{"name": "port", "value": "1"}]}, (422, 1013)),
        ({"protocol_parameters": []}, (422, 1015)),
        ({"credibility": 11}, (422, 1016)),
        ({"group_ids": [99]}, (422, 1025)),
        ({"sending_ip": "nowhere"}, (422, 1031)),
        ({"enabled": "yes"}, (422, 1012)),
        ({"protocol_parameters": [{"name": 5}]}, (422, 1012)),
    ],
)
def test_what_a_log_source_cannot_be(console: Console, change: dict[str, Any], expected: tuple[int, int]) -> None:
    assert code(console.post(SOURCES, source() | change)) == expected
    assert console.read(SOURCES, 'name="Firewall"') == []


def test_name_and_key_of_a_log_source_are_unique(console: Console) -> None:
    console.made(SOURCES, source())
    other = console.made(SOURCES, source("Other", "192.0.2.2"))["id"]
    assert code(console.post(SOURCES, source("Firewall", "192.0.2.3"))) == (409, 1001)
    assert code(console.post(SOURCES, source("Third", "192.0.2.1"))) == (409, 1002)
    assert code(console.post(f"{SOURCES}/{other}", {"name": "Firewall"})) == (409, 1001)
    assert console.made(f"{SOURCES}/{other}", {"name": "Other"}, status=200)["name"] == "Other"


def test_a_change_of_type_is_held_against_the_key_that_stands(console: Console) -> None:
    console.made(SOURCES, source(type_id=11))
    other = console.made(SOURCES, source("Other"))["id"]
    assert code(console.post(f"{SOURCES}/{other}", {"type_id": 11})) == (409, 1002)


def test_what_is_left_out_of_an_update_stays(console: Console) -> None:
    made = console.made(SOURCES, source(description="before"))
    changed = console.made(f"{SOURCES}/{made['id']}", {"enabled": False}, status=200)
    assert changed == {**made, "enabled": False, "modified_date": changed["modified_date"]}


def test_the_consoles_own_log_source_stays(console: Console) -> None:
    assert code(console.delete(f"{SOURCES}/1")) == (422, 1001)
    number = console.made(SOURCES, source())["id"]
    assert console.delete(f"{SOURCES}/{number}").status_code == 204
    assert code(console.delete(f"{SOURCES}/{number}")) == (404, 1010)


def test_many_are_changed_by_a_task_and_the_wrong_ones_left(console: Console) -> None:
    first, second = (console.made(SOURCES, source(f"s{n}", f"192.0.2.{n}"))["id"] for n in (1, 2))
    rows = [{"id": first, "enabled": False}, {"id": second, "name": "s1"}, {"id": 9999, "enabled": False}]
    response = console.http.patch(SOURCES, json=rows)
    assert (response.status_code, response.content) == (202, b"")
    console.advance()
    assert console.read(f"{SOURCES}/{first}")["enabled"] is False
    assert console.read(f"{SOURCES}/{second}")["name"] == "s2"


def test_log_sources_are_sorted_and_only_by_what_can_be(console: Console) -> None:
    console.made(SOURCES, source())
    names = [row["name"] for row in console.read(f"{SOURCES}?sort=-name")]
    assert names == sorted(names, reverse=True)
    assert code(console.get(f"{SOURCES}?sort=%2Bprotocol_parameters")) == (422, 1000)
    assert code(console.get(SOURCES, params={"filter": "x"})) == (422, 1001)


def test_groups_of_log_sources_nest(console: Console) -> None:
    made = console.made(GROUPS, {"name": "Branch", "parent_id": 0})
    assert console.read(f"{GROUPS}/0")["child_group_ids"] == [made["id"]]
    assert code(console.post(GROUPS, {"name": "Branch", "parent_id": 0})) == (409, 1001)
    assert code(console.post(GROUPS, {})) == (422, 1002)
    assert code(console.post(GROUPS, {"name": "x", "parent_id": 99})) == (422, 1005)
    assert console.http.delete(f"{GROUPS}/{made['id']}").status_code == 405


def test_an_event_is_mapped_once(console: Console) -> None:
    body = {
        "log_source_type_id": 12, "log_source_event_id": "4625", "log_source_event_category": "Audit",
        "qid_record_id": 1,
    }  # fmt: skip
    made = console.made(MAPPINGS, body)
    assert code(console.post(MAPPINGS, body)) == (409, 1008)
    assert console.made(f"{MAPPINGS}/{made['id']}", {"qid_record_id": 2}, status=200) == {**made, "qid_record_id": 2}
    assert code(console.post(f"{MAPPINGS}/{made['id']}", {"qid_record_id": 99_999_999})) == (422, 1005)
    assert code(console.post(MAPPINGS, body | {"log_source_type_id": None})) == (422, 1005)
    assert console.http.delete(f"{MAPPINGS}/{made['id']}").status_code == 405
