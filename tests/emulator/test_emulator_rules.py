"""Rules and building blocks over REST: two fields to write, twins, dependents, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import Console, code
from rule_packages import aql_test, bodies, group, matches, package, row, rule_xml, text, unpack

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

RULES = "/analytics/rules"
BLOCKS = "/analytics/building_blocks"
GROUPS = "/analytics/rule_groups"


def test_rules_and_building_blocks_are_listed_apart_with_the_same_fields(console: Console) -> None:
    rules, blocks = console.read(RULES), console.read(BLOCKS)
    assert {rule["id"] for rule in rules}.isdisjoint({block["id"] for block in blocks})
    assert all(block["name"].startswith("BB:") for block in blocks)
    fields = {
        "average_capacity", "base_capacity", "base_host_id", "capacity_timestamp", "creation_date", "enabled", "id",
        "identifier", "linked_rule_identifier", "modification_date", "name", "origin", "owner", "type",
    }  # fmt: skip
    assert all(set(row) == fields for row in rules + blocks)
    assert code(console.get(f"{BLOCKS}/{rules[0]['id']}")) == (404, 1002)


def test_a_changed_system_rule_is_there_twice_each_naming_the_other(console: Console) -> None:
    system, override = sorted(
        console.read(RULES, 'name="Multiple Login Failures for Single Username"'), key=lambda rule: rule["id"]
    )
    assert (system["origin"], override["origin"]) == ("SYSTEM", "OVERRIDE")
    assert system["linked_rule_identifier"] == override["identifier"]
    assert override["linked_rule_identifier"] == system["identifier"] == "SYSTEM-1202"


def test_everything_but_enabled_and_owner_is_ignored_with_200(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("Mine"))))
    console.advance()
    before = console.rule("u-1")
    sent = {
        **before,
        "name": "Renamed",
        "identifier": "u-2",
        "origin": "SYSTEM",
        "type": "FLOW",
        "id": 5,
        "rule_xml": "<x/>",
    }
    assert console.made(f"{RULES}/{before['id']}", sent, status=200) == before
    assert console.rule("u-1") == before


def test_enabled_changes_in_the_list_and_in_the_body(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("Mine"))))
    console.advance()
    before = console.rule("u-1")
    after = console.made(f"{RULES}/{before['id']}", {"enabled": False}, status=200)
    assert after["modification_date"] > before["modification_date"] - 1
    assert {**after, "modification_date": 0} == {**before, "enabled": False, "modification_date": 0}
    _, root = unpack(console.export(before["id"]))
    assert bodies(root)["u-1"].get("enabled") == "false"


def test_a_change_that_changes_nothing_leaves_the_modification_date(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("Mine"))))
    console.advance()
    before = console.rule("u-1")
    console.advance(60)
    assert console.made(f"{RULES}/{before['id']}", {"enabled": True}, status=200) == before


def test_an_owner_has_to_exist(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("Mine"))))
    console.advance()
    path = f"{RULES}/{console.rule('u-1')['id']}"
    assert code(console.post(path, {"owner": "nobody"})) == (409, 1004)
    assert console.made(path, {"owner": "API_token: emulator"}, status=200)["owner"] == "API_token: emulator"


@pytest.mark.parametrize("body", [{"enabled": "false"}, {"enabled": 0}, {"owner": 5}, {"name": 5}])
def test_a_known_field_of_another_kind_is_422_1005(console: Console, body: dict[str, object]) -> None:
    assert code(console.post(f"{RULES}/1201", body)) == (422, 1005)


def test_switching_a_system_rule_makes_an_override_once(console: Console) -> None:
    forked = console.made(f"{RULES}/1201", {"enabled": False}, status=200)
    assert (forked["origin"], forked["enabled"], forked["linked_rule_identifier"]) == ("OVERRIDE", False, "SYSTEM-1201")
    assert forked["id"] >= 100_000
    system = console.read(f"{RULES}/1201")
    assert (system["enabled"], system["linked_rule_identifier"]) == (True, forked["identifier"])
    again = console.made(f"{RULES}/1201", {"enabled": True}, status=200)
    assert (again["id"], again["enabled"]) == (forked["id"], True)


def test_or_changes_it_in_place_if_the_settings_say_so(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(system_rule_edit_forks=False))
    assert console.made(f"{RULES}/1201", {"enabled": False}, status=200)["id"] == 1201
    assert len(console.read(RULES, 'name="Multiple Login Failures from the Same Source"')) == 1


def test_a_rule_that_is_not_there_is_404(console: Console) -> None:
    for method, path in (
        ("GET", "/1"),
        ("POST", "/1"),
        ("DELETE", "/1"),
        ("GET", "/1/dependents"),
        ("GET", "/rule_delete_tasks/9"),
    ):
        body: dict[str, object] | None = {} if method == "POST" else None
        assert code(console.http.request(method, RULES + path, json=body)) == (404, 1002)


def test_system_rules_are_not_deleted(console: Console) -> None:
    assert code(console.delete(f"{RULES}/1201")) == (409, 1004)


def test_deleting_an_override_frees_the_system_rule(console: Console) -> None:
    assert console.finished(console.delete(f"{RULES}/100000"))["status"] == "COMPLETED"
    assert console.read(f"{RULES}/1202")["linked_rule_identifier"] is None


def test_a_block_that_a_rule_matches_on_is_not_deleted_before_the_rule(console: Console) -> None:
    block = row("u-b", rule_xml("BB: mine", block=True), number=1)
    reader = row("u-r", rule_xml("Reader", aql_test("qid > 0") + matches("u-b", "SYSTEM-1001")), number=2)
    assert console.install(package(block, reader))["status"] == "INSTALLED"
    console.advance()
    block_path = f"{BLOCKS}/{console.rule('u-b', 'building_blocks')['id']}"
    response = console.get(f"{block_path}/dependents")
    console.advance()
    tasks = f"{BLOCKS}/building_block_dependent_tasks/{response.json()['id']}"
    (found,) = console.read(f"{tasks}/results")
    assert (found["dependent_name"], found["dependent_type"], found["blocking"]) == ("Reader", "CRE_RULE", True)
    refused = console.finished(console.delete(block_path))
    assert (refused["status"], "Reader" in refused["message"]) == ("CONFLICT", True)
    console.finished(console.delete(f"{RULES}/{console.rule('u-r')['id']}"))
    assert console.finished(console.delete(block_path))["status"] == "COMPLETED"


def test_being_in_a_group_does_not_stop_a_delete(console: Console) -> None:
    console.install(package(row("u-1", rule_xml()), group(50, "Mine", 1)))
    console.advance()
    rule = console.rule("u-1")
    response = console.get(f"{RULES}/{rule['id']}/dependents")
    console.advance()
    results = console.read(f"{RULES}/rule_dependent_tasks/{response.json()['id']}/results")
    assert [(r["dependent_type"], r["blocking"]) for r in results] == [("CUSTOM_RULE_GROUP", False)]
    assert console.finished(console.delete(f"{RULES}/{rule['id']}"))["status"] == "COMPLETED"
    (mine,) = console.read(GROUPS, 'name="Mine"')
    assert mine["child_items"] == []


def test_groups_name_their_items_as_strings_and_take_an_owner_only(console: Console) -> None:
    (recon,) = console.read(GROUPS, 'name="Recon"')
    assert "1207" in recon["child_items"]
    changed = console.made(f"{GROUPS}/{recon['id']}", {"name": "X", "owner": "admin", "child_items": []}, status=200)
    assert {**changed, "modified_time": 0} == {**recon, "modified_time": 0}
    assert code(console.post(f"{GROUPS}/{recon['id']}", {"owner": "nobody"})) == (409, 1004)
    assert code(console.get(f"{GROUPS}/999")) == (404, 1002)


def test_only_an_empty_group_is_deleted(console: Console) -> None:
    (recon,) = console.read(GROUPS, 'name="Recon"')
    assert code(console.delete(f"{GROUPS}/{recon['id']}")) == (409, 1004)
    console.install(package(row("u-1", rule_xml()), group(50, "Mine")))
    (mine,) = console.read(GROUPS, 'name="Mine"')
    response = console.delete(f"{GROUPS}/{mine['id']}")
    assert (response.status_code, response.content) == (202, b"")
    console.advance()
    assert console.read(GROUPS, 'name="Mine"') == []


def test_rules_in_a_body_keep_their_text(console: Console) -> None:
    awkward = "a <b> & \"c\" 'd' ünï\n  two lines"
    console.install(package(row("u-1", rule_xml(awkward))))
    console.advance()
    rule = console.rule("u-1")
    _, root = unpack(console.export(rule["id"]))
    assert rule["name"] == text(bodies(root)["u-1"], "name") == awkward


def test_bodies_are_read_behind_a_header_and_written_nowhere(console: Console) -> None:
    path = "/analytics/rules_with_data"
    hidden = {"Allow-Hidden": "true"}
    assert code(console.get(path)) == (404, 1002)
    rows = console.read(path, headers=hidden)
    assert {row["id"] for row in rows} == {row["id"] for area in (RULES, BLOCKS) for row in console.read(area)}
    assert {row["id"] for row in rows if row["is_building_block"]} == {row["id"] for row in console.read(BLOCKS)}
    one = console.read(f"{path}/1201", headers=hidden)
    assert one["rule_xml"].startswith("<rule ")
    assert (one["type_id"], one["cre"]) == (0, True)
    assert set(console.read(RULES)[0]) < set(one)
    blocks = console.read("/analytics/building_blocks_with_data?sort=-name", headers=hidden)
    assert [row["name"] for row in blocks] == sorted((row["name"] for row in blocks), reverse=True)
    assert console.post(path, {"rule_xml": "<rule/>"}).status_code == 405
