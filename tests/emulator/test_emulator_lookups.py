"""What a client looks names up in: categories, QIDs, log source types, offense types, AQL, and the stock content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import Console, code

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = "/config/event_sources/log_source_management/log_source_types"
QIDS = "/data_classification/qid_records"
LOW = "/data_classification/low_level_categories"


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(), "Microsoft Entra ID"),
        (Settings(api_version="22.0"), "Microsoft Azure Active Directory"),
        (Settings(entra_id_name="Mine"), "Mine"),
    ],
)
def test_log_source_type_445_has_the_name_of_its_time(
    started: Callable[[Settings | None], Console], tmp_path: object, settings: Settings, name: str
) -> None:
    from pathlib import Path

    from dac.emulator.server import Emulator

    with Emulator(Path(str(tmp_path)) / "new.db", settings=settings) as emulator, Console(emulator.url) as console:
        assert [row["id"] for row in console.read(TYPES, f'name="{name}"')] == [445]


def test_every_log_source_type_has_a_name_and_no_two_the_same(console: Console) -> None:
    names = [row["name"] for row in console.read(TYPES)]
    assert all(names)
    assert len(set(names)) == len(names) > 390
    assert {"Custom Rule Engine", "Microsoft Office 365", "Microsoft Windows Security Event Log"} <= set(names)


def test_custom_log_source_types_can_be_made_renamed_and_deleted(console: Console) -> None:
    made = console.made(TYPES, {"name": "Own DSM"})
    assert (made["custom"], made["id"] >= 4000) == (True, True)
    assert code(console.post(TYPES, {"name": "Own DSM"})) == (422, 1001)
    assert code(console.post(TYPES, {"name": ""})) == (422, 1002)
    assert code(console.post(TYPES, {"name": "x" * 242})) == (422, 1003)
    assert console.made(f"{TYPES}/{made['id']}", {"name": "Renamed"}, status=200)["name"] == "Renamed"
    assert console.delete(f"{TYPES}/{made['id']}").status_code == 204
    assert code(console.get(f"{TYPES}/{made['id']}")) == (404, 1002)


def test_stock_log_source_types_keep_their_name_and_stay(console: Console) -> None:
    before = console.read(f"{TYPES}/12")
    answered = console.made(f"{TYPES}/12", {"name": "x"}, status=200)
    assert {**answered, "latest_version": None} == before
    assert code(console.delete(f"{TYPES}/12")) == (409, 1015)
    assert code(console.delete(f"{TYPES}/999999")) == (404, 1010)


def test_a_qid_record_has_an_id_and_a_qid_which_differ(console: Console) -> None:
    body = {"log_source_type_id": 18, "name": "Risky sign-in", "low_level_category_id": 7006, "severity": 8}
    made = console.made(QIDS, body)
    assert made["id"] != made["qid"]
    assert made["qid"] > 2_000_000
    assert made["log_source_type_id"] is None
    assert console.read(f"{QIDS}/{made['id']}") == made
    assert console.read(QIDS, f"qid={made['qid']}") == [made]
    assert code(console.get(f"{QIDS}/{made['qid']}")) == (404, 1002)


def test_two_qid_records_may_have_one_name(console: Console) -> None:
    body = {"log_source_type_id": 18, "name": "Twin", "low_level_category_id": 7006}
    assert console.made(QIDS, body)["qid"] + 1 == console.made(QIDS, body)["qid"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": None},
        {"name": "x" * 256},
        {"log_source_type_id": None},
        {"log_source_type_id": 99999},
        {"low_level_category_id": None},
        {"low_level_category_id": 5},
        {"severity": 11},
        {"severity": -1},
        {"severity": "8"},
    ],
)
def test_what_a_qid_record_cannot_be_is_422_1005(console: Console, wrong: dict[str, object]) -> None:
    body = {"log_source_type_id": 18, "name": "x", "low_level_category_id": 7006, **wrong}
    assert code(console.post(QIDS, body)) == (422, 1005)


def test_custom_qid_records_change_and_system_ones_do_not(console: Console) -> None:
    made = console.made(QIDS, {"log_source_type_id": 18, "name": "x", "low_level_category_id": 7006})
    changed = console.made(f"{QIDS}/{made['id']}", {"name": "y", "severity": 3, "qid": 1}, status=200)
    assert changed == {**made, "name": "y", "severity": 3}
    assert code(console.post(f"{QIDS}/1", {"name": "y"})) == (409, 1008)
    assert code(console.http.delete(f"{QIDS}/{made['id']}"))[0] == 405


def test_categories_are_ibms(console: Console) -> None:
    (suspicious,) = console.read(LOW, 'name="Suspicious Activity"')
    assert (suspicious["id"], suspicious["high_level_category_id"], suspicious["severity"]) == (7006, 7000, 3)
    high = {row["id"]: row["name"] for row in console.read("/data_classification/high_level_categories")}
    assert (high[3000], high[12000], high[16000]) == ("Authentication", "CRE", "SIM Audit")
    assert {row["high_level_category_id"] for row in console.read(LOW)} <= set(high)
    assert code(console.get(f"{LOW}/0")) == (422, 1005)
    assert code(console.get(f"{LOW}/99999")) == (404, 1002)


def test_there_are_twenty_stock_offense_types(console: Console) -> None:
    types = {row["id"]: row for row in console.read("/siem/offense_types", "custom=false")}
    assert sorted(types) == list(range(-1, 19))
    assert (types[0]["name"], types[0]["property_name"]) == ("Source IP", "sourceIP")
    assert (types[3]["name"], types[3]["property_name"]) == ("Username", "userName")
    assert console.read("/siem/offense_types/3") == types[3]


@pytest.mark.parametrize(
    ("query", "fine"),
    [
        ("SELECT sourceip FROM events WHERE qid = 1 LAST 5 MINUTES", True),
        ("SELECT sourceip FROM", False),
        ("DROP TABLE events", False),
        ("SELECT NOSUCH(qid) FROM events", False),
    ],
)
def test_the_validator_answers_200_and_says_what_is_wrong(console: Console, query: str, fine: bool) -> None:
    response = console.http.post("/ariel/validators/aql", params={"query_expression": query})
    assert response.status_code == 200
    messages = response.json()["error_messages"]
    assert messages is None if fine else messages[0]["severity"] == "ERROR"


def test_the_query_of_the_validator_is_a_query_parameter(console: Console) -> None:
    assert console.post("/ariel/validators/aql", {"query_expression": "SELECT * FROM events"}).status_code == 422


def test_ariel_lists_what_it_knows(console: Console) -> None:
    functions = {row["name"] for row in console.read("/ariel/functions?database=events")}
    assert {"REFERENCESETCONTAINS", "QIDNAME", "LOWER"} <= functions
    assert console.get("/ariel/functions").status_code == 422
    assert console.read("/ariel/functions/lower?database=events")["name"] == "LOWER"
    assert "SELECT" in console.read("/ariel/parser_keywords")["keywords"]
    assert code(console.get("/ariel/databases/assets")) == (404, 1002)
    paged = console.get("/ariel/databases/events", headers={"Range": "items=0-1"})
    assert len(paged.json()["columns"]) == 2


def test_saved_searches_can_be_read_only(console: Console) -> None:
    searches = console.read("/ariel/saved_searches")
    assert {search["aql"] is None for search in searches} == {True, False}
    assert code(console.post("/ariel/saved_searches", {}))[0] == 405
    assert code(console.get("/ariel/saved_searches/99")) == (404, 1002)


def test_the_default_domain_and_the_first_user_are_there(console: Console) -> None:
    (domain,) = console.read("/config/domain_management/domains")
    assert (domain["id"], domain["deleted"]) == (0, False)
    assert code(console.get("/config/domain_management/domains/5")) == (404, 1002)
    assert [user["username"] for user in console.read("/config/access/users")] == ["admin"]
    (service,) = console.read("/config/access/authorized_services?current_authorized_service=true")
    assert service["label"] == "emulator"


def test_stock_rules_come_with_what_they_lean_on(console: Console) -> None:
    blocks = console.read("/analytics/building_blocks")
    rules = console.read("/analytics/rules")
    assert len(blocks) + len(rules) > 30
    assert {row["origin"] for row in blocks + rules} == {"SYSTEM", "OVERRIDE"}
    assert all(row["identifier"].startswith("SYSTEM-") for row in blocks)
    assert any(
        row["auto_discovered"] for row in console.read("/config/event_sources/custom_properties/regex_properties")
    )
