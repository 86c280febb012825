"""What an analyst changes on the console with plain HTTP, and what plan, apply and drift make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from analyst import PROPERTIES, RULES, SETS, Analyst, looking_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project

FOREIGN = "Lab: sign-in from a flagged country"
ADMIN = "Lab: sign-in of an administrator"
VPN = "Lab: VPN egress"


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


def _disable(analyst: Analyst, name: str) -> None:
    analyst.post(f"{RULES}/{analyst.rule(name)['id']}", {"enabled": False})


def test_a_rule_that_was_disabled_by_hand_is_held_until_it_is_named(lab: Project, analyst: Analyst) -> None:
    _disable(analyst, FOREIGN)
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2, plan.text
    assert "Held: 1 difference on the console that dac leaves alone" in plan.stdout
    assert "enabled = true -> false" in plan.stdout
    assert "To revert it: dac apply --re-enable lab/detection.foreign --console local\n" in plan.stdout
    assert "No changes." not in plan.stdout
    lab.apply()
    assert analyst.rule(FOREIGN)["enabled"] is False
    applied = lab.apply("--re-enable", "lab/detection.foreign", "--console", "local")
    assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in applied.stdout
    assert analyst.rule(FOREIGN)["enabled"] is True
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_package_for_another_rule_does_not_switch_on_what_was_disabled_by_hand(
    lab: Project, analyst: Analyst
) -> None:
    _disable(analyst, FOREIGN)
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "critical"')
    lab.apply()
    assert analyst.rule(FOREIGN)["enabled"] is False
    assert analyst.rule(ADMIN)["enabled"] is True


def test_a_package_for_the_very_rule_keeps_it_disabled(lab: Project, analyst: Analyst) -> None:
    _disable(analyst, FOREIGN)
    lab.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "medium"')
    lab.apply()
    assert analyst.rule(FOREIGN)["enabled"] is False
    metrics = {metric.get("metric"): metric.get("value") for metric in analyst.rule_xml(FOREIGN).iter("alterMetric")}
    assert metrics["setSeverity"] == "5"
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert "Held: 1 difference on the console" in plan.stdout


def test_a_deleted_allowlist_entry_is_put_back_and_one_added_by_hand_stays(lab: Project, analyst: Analyst) -> None:
    number = analyst.reference_set(VPN)["id"]
    analyst.delete(f"{SETS}/set_entries/{analyst.entries(VPN)['203.0.113.8']['id']}")
    analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": "192.0.2.1", "source": "curl"})
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2, plan.text
    assert "# reference_set.vpn has changed\n" in plan.stdout
    assert "Plan: 0 to add, 1 to change, 0 to destroy.\n" in plan.stdout
    assert "203.0.113.8" in plan.stdout
    assert "192.0.2.1" not in plan.stdout
    lab.apply()
    assert sorted(analyst.entries(VPN)) == ["192.0.2.1", "203.0.113.7", "203.0.113.8"]
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_an_edited_property_description_is_put_back(lab: Project, analyst: Analyst) -> None:
    number = analyst.property("LabCountry")["id"]
    before = analyst.property("LabCountry")["description"]
    analyst.post(f"{PROPERTIES}/regex_properties/{number}", {"description": "whatever"})
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2, plan.text
    assert '~ description = "whatever" -> "Country of a sign-in" (rest)' in plan.stdout
    lab.apply()
    assert (
        analyst.property("LabCountry")["description"]
        == before
        == ("Country of a sign-in\n[dac lab/lab/custom_property.LabCountry]")
    )
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_deleted_rule_is_reported_as_drift_and_made_again_with_its_uuid(lab: Project, analyst: Analyst) -> None:
    gone = analyst.rule(ADMIN)
    analyst.delete(f"{RULES}/{gone['id']}")
    analyst.wait_gone(RULES, gone["id"])
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2, plan.text
    assert "# detection.admin has been deleted\n" in plan.stdout
    assert "Plan: 1 to add, 0 to change, 0 to destroy.\n" in plan.stdout
    lab.apply()
    assert analyst.rule(ADMIN)["identifier"] == gone["identifier"] == "ed5cb4a0-e791-54e4-85a9-e5c433a2c352"
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_drift_exits_0_without_2_with_and_1_when_it_cannot_say(lab: Project, analyst: Analyst) -> None:
    assert lab.dac("drift").code == 0
    _disable(analyst, FOREIGN)
    found = lab.dac("drift")
    assert found.code == 2
    assert "# detection.foreign has changed\n" in found.stdout
    assert "Drift: 1 difference (1 held): 1 disabled." in found.stdout
    (item,) = lab.dac("drift", "--json").json["resource_drift"]
    assert item["address"] == "lab/detection.foreign"
    lab.write("dac.toml", lab.read("dac.toml").replace("[project]", "[projekt]"))
    assert lab.dac("drift").code == 1


def test_drift_says_of_what_has_left_git_that_it_will_be_destroyed(lab: Project, analyst: Analyst) -> None:
    _disable(analyst, FOREIGN)
    (lab.root / "stacks/lab/foreign.toml").unlink()
    found = lab.dac("drift")
    assert "(will be destroyed)" in found.stdout
    assert "Drift: 1 difference (1 would be destroyed): 1 disabled." in found.stdout


def test_drift_does_not_speak_of_what_only_the_stack_has_changed(lab: Project) -> None:
    lab.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "medium"')
    ran = lab.dac("drift")
    assert ran.code == 0, ran.text
    assert "No drift." in ran.stdout


def test_a_rule_whose_body_was_edited_in_the_wizard_is_put_back(lab: Project, analyst: Analyst) -> None:
    """Here a second project plays the wizard: it installs the same uuid with another filter."""
    lab.write("stacks/lab/admin.toml", lab.read("stacks/lab/admin.toml").replace(".*admin.*", ".*root.*"))
    state = lab.read("state/local/lab.json")
    lab.apply()
    lab.write("state/local/lab.json", state)
    lab.write("stacks/lab/admin.toml", lab.read("stacks/lab/admin.toml").replace(".*root.*", ".*admin.*"))
    ran = lab.apply()
    assert "# detection.admin has changed\n" in ran.stdout
    assert "Plan: 0 to add, 1 to change, 0 to destroy.\n" in ran.stdout
    assert lab.dac("plan", "--deep", "--detailed-exitcode").code == 0


def test_what_nobody_manages_is_counted_and_left_alone(lab: Project, analyst: Analyst) -> None:
    analyst.post(f"{SETS}/sets", {"name": "Somebody's", "entry_type": "ALN"})
    before = analyst.reference_set("Somebody's")
    ran = lab.apply()
    assert "5 unmanaged reference sets on the console; dac leaves what it does not manage alone." in ran.stdout
    assert analyst.reference_set("Somebody's") == before
