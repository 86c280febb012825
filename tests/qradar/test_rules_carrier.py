from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from carrier_bench import owned, results
from rule_bench import NOW, QUICK, RuleBench, building_block, derived, detection, patient

from dac.model.change import Action, Change, Channel, Edit
from dac.model.reads import Absent, Found, Unreadable
from dac.model.resource import Wanted
from dac.model.run import Result
from dac.qradar.carriers.rules import RulesCarrier
from dac.qradar.names import read_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

APPLIED, FAILED = Result.APPLIED, Result.FAILED


@pytest.fixture
def rules(make_bench: Callable[..., Bench]) -> RuleBench:
    return RuleBench(make_bench(**QUICK))


def test_a_new_detection_reads_back_as_it_was_written(rules: RuleBench) -> None:
    one = detection("root", annotation="seen", email=["soc@acme.example"], log=True, notify=True,
                    limiter={"count": 1, "within": "30m", "by": "sourceip"}, groups=["Cloud accounts"])  # fmt: skip
    assert results(rules.apply(one)) == [APPLIED]
    live = rules.live(one)
    assert live.deployed == one.deployed | {"owner": live.deployed["owner"]}
    assert live.ours
    assert live.uuid == one.uuid


def test_a_second_apply_of_the_same_writes_nothing(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    assert rules.apply(one) == []


def test_rules_on_a_building_block_of_the_same_package(rules: RuleBench) -> None:
    block = building_block("root")
    one = detection("root", building_blocks={"any": [block.uuid]}, filter=None)
    two = detection("not_root", building_blocks={"none": [block.uuid]}, filter=None)
    assert results(rules.apply(block, one, two)) == [APPLIED, APPLIED, APPLIED]
    assert rules.live(two).deployed["building_blocks"] == {"none": [block.uuid]}


def test_an_update_keeps_id_and_group_and_takes_the_new_body(rules: RuleBench) -> None:
    rules.apply(detection("root", groups=["Cloud accounts"]))
    before = rules.listed(detection("root"))
    changed = detection("root", severity=3, filter="username = 'toor'", groups=["Cloud accounts"])
    assert results(rules.apply(changed)) == [APPLIED]
    assert rules.listed(changed)["id"] == before["id"]
    assert rules.live(changed).deployed["severity"] == 3
    assert rules.live(changed).deployed["groups"] == ["Cloud accounts"]


def test_a_rule_switched_off_by_hand_stays_off_through_an_update(rules: RuleBench) -> None:
    rules.apply(detection("root"))
    changed = detection("root", severity=3)
    carrier = rules.carrier()
    changes = rules.changes(rules.read(changed, carrier=carrier), [changed])
    rules.by_hand(changed, enabled=False)  # after the plan, before the apply
    assert results(carrier.write(changes)) == [APPLIED]
    assert rules.listed(changed)["enabled"] is False
    assert rules.live(changed).deployed["severity"] == 3


def test_a_rule_made_disabled_is_disabled(rules: RuleBench) -> None:
    one = detection("root", enabled=False)
    assert results(rules.apply(one)) == [APPLIED]
    assert rules.listed(one)["enabled"] is False


def test_a_switch_sends_only_what_was_edited(rules: RuleBench) -> None:
    one = detection("root", enabled=False)
    rules.apply(detection("root"))
    outcome = rules.switch(one, enabled=False)
    assert outcome.result is APPLIED
    assert rules.listed(one)["enabled"] is False
    assert outcome.recorded is not None
    assert outcome.recorded.fingerprint == str(rules.listed(one)["modification_date"])


def test_a_body_edited_around_a_switch_is_read_by_the_next_plan(rules: RuleBench) -> None:
    one, off = detection("root"), detection("root", enabled=False)
    rules.apply(one)
    live = rules.live(one)
    edits = (Edit("enabled", True, False, Channel.REST),)
    change = Change(one.address, Action.UPDATE, "", edits, off, rules.recorded[one.address], live)
    RuleBench(rules.bench).apply(detection("root", severity=2))  # an analyst, after the plan and before the switch
    (outcome,) = rules.carrier().switch([change])
    assert (outcome.result, outcome.recorded and outcome.recorded.fingerprint) == (APPLIED, "")


def test_a_body_and_its_switch_in_one_run_leave_a_fingerprint(rules: RuleBench) -> None:
    rules.apply(detection("root"))
    later = detection("root", severity=2, enabled=False)
    carrier = rules.carrier()
    (change,) = rules.changes(rules.read(later, carrier=carrier), [later])
    carrier.write([change])
    switch = replace(change, edits=(Edit("enabled", True, False, Channel.REST),))
    (outcome,) = carrier.switch([switch])
    assert outcome.recorded is not None
    assert outcome.recorded.fingerprint == str(rules.listed(later)["modification_date"])


def test_an_owner_who_may_not_own_rules_is_a_failure(rules: RuleBench) -> None:
    rules.apply(detection("root"))
    assert rules.switch(detection("root", owner="nobody"), owner="nobody").result is FAILED


def test_what_an_analyst_edits_shows_up_in_the_next_read(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    other = detection("root", severity=2)
    other_state = RuleBench(rules.bench)
    other_state.apply(other)
    found = rules.read(one)[one.address]
    assert isinstance(found, Found)
    assert found.live.deployed["severity"] == 2


def test_an_unchanged_rule_is_read_from_the_lists_alone(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    carrier = rules.carrier()
    rules.bench.forget()
    rules.read(one, carrier=carrier)
    lists = ["GET /analytics/rules", "GET /analytics/building_blocks", "GET /analytics/rule_groups"]
    assert rules.bench.requests() == lists


def test_the_number_of_requests_does_not_depend_on_the_number_of_rules(rules: RuleBench) -> None:
    many = [detection(f"d{number}", event=None) for number in range(60)]
    carrier = rules.carrier()
    rules.bench.forget()
    assert set(results(rules.apply(*many, carrier=carrier))) == {APPLIED}
    sixty = len([line for line in rules.bench.requests() if "task_status" not in line])
    assert sixty <= 30
    rules.bench.forget()
    assert rules.apply(*many, carrier=carrier) == []
    assert len(rules.bench.requests()) == 3
    assert len(rules.read(*many, deep=True, carrier=carrier)) == 60


def test_what_is_nowhere_is_absent(rules: RuleBench) -> None:
    one = detection("root")
    assert rules.read(one)[one.address] == Absent()


def test_a_rule_of_the_same_name_is_found_and_not_ours(rules: RuleBench) -> None:
    one = detection("x", name="Local L2R Scanner Detected")
    found = rules.read(one)[one.address]
    assert isinstance(found, Found)
    assert not found.live.ours
    assert found.live.deployed == {"name": "Local L2R Scanner Detected", "enabled": True}


def test_a_rule_with_the_marker_of_another_project_is_not_ours_though_the_uuid_is(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    carrier = RulesCarrier(
        rules.client, read_names(rules.client, {}), lambda address: f"[dac other/{address}]", owned,
        derived=derived, hub_id="dac:other", hub_name="dac other", clock=lambda: NOW, sleep=patient,
    )  # fmt: skip
    read = carrier.read([Wanted(one.address, one.uuid, one.name)])[one.address]
    assert isinstance(read, Found)
    assert not read.live.ours


@pytest.mark.parametrize(
    ("uuid", "notes", "ours"),
    [
        ("derived", "no marker", True),
        ("derived", "[dac other/cloud/detection.root]", False),
        ("written", "no marker", False),
        ("written", "[dac acme/cloud/detection.root]", True),
        ("written", "[dac acme/cloud/detection.elsewhere]", True),
        ("written", "[dac other/cloud/detection.root]", False),
    ],
)
def test_whose_a_rule_without_a_record_is(rules: RuleBench, uuid: str, notes: str, *, ours: bool) -> None:
    """Its marker says so, or a uuid that nobody else can have derived; a uuid in a file was only written down."""
    one = detection("root")
    if uuid == "written":
        one = replace(one, uuid="0f9c1a52-1111-4222-8333-444455556666")
    rules.apply(one, carrier=rules.carrier(mark=lambda _: notes))
    read = rules.carrier().read([Wanted(one.address, one.uuid, one.name)])[one.address]
    assert isinstance(read, Found)
    assert read.live.ours is ours
    assert read.live.deployed["filter"]  # all of it, so that adopt = true can show what changes


def test_what_is_recorded_is_found_though_the_stack_says_another_uuid_and_name(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    carrier = rules.carrier()
    other = Wanted(one.address, "0f9c1a52-1111-4222-8333-444455556666", "Renamed", rules.recorded[one.address])
    found = carrier.read([other])[one.address]
    assert isinstance(found, Found)
    assert (found.live.uuid, found.live.ours) == (one.uuid, True)
    assert carrier.unmanaged()["detection"] == 0


def test_what_was_recorded_and_is_gone_is_looked_for_by_the_uuid_that_is_written_now(rules: RuleBench) -> None:
    gone, there = detection("gone"), detection("root")
    rules.apply(gone, there)
    rules.delete(gone)
    read = rules.carrier().read([Wanted(gone.address, there.uuid, "x", rules.recorded[gone.address])])[gone.address]
    assert isinstance(read, Found)
    assert read.live.uuid == there.uuid


def test_of_an_edited_stock_rule_and_its_original_the_edited_one_is_found(rules: RuleBench) -> None:
    one = detection("x", name="Multiple Login Failures for Single Username")
    found = rules.read(one)[one.address]
    assert isinstance(found, Found)
    assert found.live.origin == "OVERRIDE"


def test_without_the_right_to_export_a_body_is_unreadable_and_not_absent(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    rules.bench.fault(action="status", code=403, path="extension_export_tasks", times=9)
    found = rules.read(one, deep=True)[one.address]
    assert isinstance(found, Unreadable)
    assert "System Administrator" in found.reason
    assert isinstance(rules.read(one)[one.address], Found)  # nothing changed: the lists are enough


def test_a_stock_rule_that_asks_a_reference_set_is_read_in_full(rules: RuleBench) -> None:
    row = next(row for row in rules.client.list("/analytics/rules") if row["identifier"] == "SYSTEM-1206")
    one = detection("x", name=row["name"])
    stock = type(one)(one.address, "SYSTEM-1206", row["name"], one.deployed, "")
    live = rules.live(stock)
    assert live.origin == "SYSTEM"
    assert live.deployed["reference_set_tests"] == [{"any_of": ["username"], "in_any": ["Terminated Employees"]}]


def test_everything_on_a_fresh_console_has_a_deployed_form(rules: RuleBench) -> None:
    rows = [*rules.client.list("/analytics/rules"), *rules.client.list("/analytics/building_blocks")]
    kinds = ["detection" if row in rules.client.list("/analytics/rules") else "building_block" for row in rows]
    wanted = []
    for kind, row in zip(kinds, rows, strict=True):
        make = detection if kind == "detection" else building_block
        template = make(f"n{row['id']}")
        wanted.append(type(template)(template.address, row["identifier"], row["name"], template.deployed, ""))
    assert {type(found) for found in rules.read(*wanted).values()} == {Found}


def test_delete_takes_rules_away_and_what_is_gone_counts_as_deleted(rules: RuleBench) -> None:
    one = detection("root")
    rules.apply(one)
    assert results(rules.delete(one)) == [APPLIED]
    assert rules.read(one)[one.address] == Absent()
    assert results(rules.delete(one)) == [APPLIED]


def test_a_block_that_a_rule_asks_is_not_deleted_and_the_rule_is_named(rules: RuleBench) -> None:
    block = building_block("root")
    one = detection("root", building_blocks={"any": [block.uuid]}, filter=None)
    rules.apply(block, one)
    outcome = rules.delete(block)[0]
    assert outcome.result is FAILED
    assert "Cloud: root" in outcome.message
    assert results(rules.delete(one)) == [APPLIED]
    assert results(rules.delete(block)) == [APPLIED]


def test_groups_are_made_extended_and_shared(rules: RuleBench) -> None:
    rules.apply(detection("one", groups=["Cloud accounts"]))
    rules.apply(detection("two", groups=["Cloud accounts", "Other"]))
    groups = [row["name"] for row in rules.client.list("/analytics/rule_groups")]
    assert groups.count("Cloud accounts") == 1
    assert rules.live(detection("two")).deployed["groups"] == ["Cloud accounts", "Other"]
    assert rules.live(detection("one")).deployed["groups"] == ["Cloud accounts"]


def test_a_rule_that_leans_on_nothing_fails_alone_and_says_why(rules: RuleBench) -> None:
    good = detection("good")
    bad = detection("bad", building_blocks={"any": ["7d5b9f1e-0000-4000-8000-000000000000"]})
    outcomes = rules.apply(bad, good)
    assert results(outcomes) == [FAILED, APPLIED]
    assert "7d5b9f1e" in outcomes[0].message


def test_a_name_the_console_does_not_have_fails_one_rule_before_anything_is_sent(rules: RuleBench) -> None:
    bad = detection("bad", log_source_types=["Acme Firewall"])
    outcomes = rules.apply(bad, detection("good"))
    assert results(outcomes) == [FAILED, APPLIED]
    assert "Acme Firewall" in outcomes[0].message


def test_the_counts_of_what_nobody_asked_for(rules: RuleBench) -> None:
    rules.apply(detection("mine"), detection("theirs"), building_block("theirs"))
    carrier = rules.carrier()
    rules.read(detection("mine"), carrier=carrier)
    assert carrier.unmanaged() == {"detection": 1, "building_block": 1}


@pytest.mark.parametrize(
    "switches",
    [
        {"export_prolog": True},
        {"export_attributes": "sorted"},
        {"import_mod_date": "file"},
        {"import_owner": "installer"},
        {"match_groups_by": "id"},
        {"results_list_groups": False},
        {"rules_visible_after": 0.1},
        {"api_version": "22.0"},
        {"action_new": "CREATE", "action_replace": "UPDATE"},
    ],
)
def test_on_consoles_of_other_habits_too(make_bench: Callable[..., Bench], switches: dict[str, object]) -> None:
    rules = RuleBench(make_bench(**QUICK | switches))
    one, block = detection("root", groups=["Cloud accounts"]), building_block("root")
    assert results(rules.apply(one, block)) == [APPLIED, APPLIED]
    assert rules.apply(one, block) == []
    changed = detection("root", severity=1, groups=["Cloud accounts"])
    assert results(rules.apply(changed, block)) == [APPLIED]
    assert rules.apply(changed, block) == []
