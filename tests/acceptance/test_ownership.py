"""Whose a thing is, and what a stack may say about it: adopt, protect, forget, ignore, and who owns the entries."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import PROPERTIES, SETS, Analyst, looking_at
from consoles import DATABASE, put
from project import DAC_TOML, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADMIN = "Lab: sign-in of an administrator"
ADMIN_FILE = "stacks/lab/admin.toml"
ALLOWLIST = "stacks/lab/allowlist.toml"
FOREIGN = "Lab: sign-in from a flagged country"
VPN = "Lab: VPN egress"


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


def _severity(analyst: Analyst, name: str) -> str | None:
    metrics = {metric.get("metric"): metric.get("value") for metric in analyst.rule_xml(name).iter("alterMetric")}
    return metrics["setSeverity"]


# --- adopt


def test_a_set_whose_name_is_taken_is_refused_until_the_stack_says_adopt(new_lab: Project) -> None:
    with looking_at(new_lab) as analyst:
        made = analyst.post(f"{SETS}/sets", {"name": VPN, "entry_type": "IP"})
        analyst.post(f"{SETS}/set_entries", {"collection_id": made["id"], "value": "192.0.2.1", "source": "curl"})
        before = analyst.everything()
        refused = new_lab.dac("apply", "--auto-approve")
        assert refused.code == 1
        assert 'a reference set named "Lab: VPN egress" is on the console and is not this project\'s' in refused.text
        assert "adopt = true in reference_set.vpn takes it over" in refused.text
        assert analyst.everything() == before
        new_lab.edit(ALLOWLIST, f'name = "{VPN}"', f'name = "{VPN}"\nadopt = true')
        ran = new_lab.apply()
        assert "Plan: 1 to adopt, 4 to add, 1 to change, 0 to destroy.\n" in ran.stdout
        assert analyst.reference_set(VPN)["id"] == made["id"]
        assert sorted(analyst.entries(VPN)) == ["192.0.2.1", "203.0.113.7", "203.0.113.8"]
    assert new_lab.dac("plan", "--detailed-exitcode").code == 0


def test_what_another_project_manages_is_said_to_be_its_until_the_stack_says_adopt(new_lab: Project) -> None:
    other = Project(new_lab.root.parent / "other")
    other.write("dac.toml", DAC_TOML.replace('"lab"', '"other"').replace("6f1c2a52", "7f1c2a52"))
    for path in (ADMIN_FILE, ALLOWLIST):
        other.write(path, new_lab.read(path))
    put(new_lab.root / DATABASE, other.root / DATABASE)
    other.apply()
    put(other.root / DATABASE, new_lab.root / DATABASE)
    refused = new_lab.dac("plan")
    assert refused.code == 1
    assert refused.stdout.count("it carries the marker of dac project other") == 2  # the rule and the set
    assert "adopt = true" not in refused.stdout
    new_lab.edit(ALLOWLIST, f'name = "{VPN}"', f'name = "{VPN}"\nadopt = true')
    new_lab.edit(ADMIN_FILE, 'severity = "low"', 'severity = "medium"\nadopt = true')
    with looking_at(new_lab) as analyst:
        before = analyst.rule(ADMIN)
        new_lab.apply()
        after = analyst.rule(ADMIN)
        assert (after["id"], after["identifier"]) == (before["id"], before["identifier"])
        assert _severity(analyst, ADMIN) == "5"
    assert new_lab.dac("plan", "--detailed-exitcode").code == 0


# --- protect, [removed], emptied stacks


def test_what_is_protected_is_not_deleted_unless_that_is_named(lab: Project, analyst: Analyst) -> None:
    lab.edit(ADMIN_FILE, 'severity = "low"', 'severity = "low"\nprotect = true')
    lab.apply()
    lab.remove(ADMIN_FILE)
    refused = lab.dac("apply", "--auto-approve")
    assert refused.code == 1
    assert "detection.admin is protected and would be deleted" in refused.text
    assert analyst.rule(ADMIN)
    ran = lab.apply("--allow", "protected")
    assert "Apply complete! Resources: 0 added, 0 changed, 1 destroyed." in ran.stdout
    assert ADMIN not in [row["name"] for row in analyst.get("/api/analytics/rules")]


def test_what_is_removed_with_a_reason_is_forgotten_and_stays_on_the_console(lab: Project, analyst: Analyst) -> None:
    lab.remove(ADMIN_FILE)
    lab.write(
        "stacks/lab/stack.toml", lab.read("stacks/lab/stack.toml") + '\n[removed]\n"detection.admin" = "theirs"\n'
    )
    before = analyst.everything()
    ran = lab.apply()
    assert "Plan: 1 to forget, 0 to add, 0 to change, 0 to destroy.\n" in ran.stdout
    assert analyst.everything() == before
    assert "detection.admin" not in lab.recorded()["resources"]
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_an_emptied_stack_deletes_nothing_unless_that_is_named(lab: Project, analyst: Analyst) -> None:
    for file in (lab.root / "stacks/lab").glob("*.toml"):
        if file.name != "stack.toml":
            file.unlink()
    before = analyst.everything()
    refused = lab.dac("apply", "--auto-approve")
    assert refused.code == 1
    assert "stack lab declares nothing, so all 5 of its resources would be destroyed" in refused.text
    assert analyst.everything() == before


def test_a_set_that_holds_entries_of_others_is_not_deleted_unless_that_is_named(lab: Project, analyst: Analyst) -> None:
    number = analyst.reference_set(VPN)["id"]
    analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": "192.0.2.1", "source": "curl"})
    lab.remove(ALLOWLIST)
    lab.remove("stacks/lab/foreign.toml")
    refused = lab.dac("plan")
    assert refused.code == 1
    assert "reference_set.vpn holds 1 entry that dac did not make; it would be lost" in refused.stdout


# --- fields and entries


def test_a_field_under_ignore_changes_may_differ(lab: Project, analyst: Analyst) -> None:
    text = lab.read("stacks/lab/properties.toml")
    ignoring = text.replace('type = "string"', 'type = "string"\nignore_changes = ["description"]')
    lab.write("stacks/lab/properties.toml", ignoring)
    number = analyst.property("LabCountry")["id"]
    analyst.post(f"{PROPERTIES}/regex_properties/{number}", {"description": "written by hand"})
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 0, plan.text
    assert "(ignored" in plan.stdout
    assert "No changes." in plan.stdout
    lab.apply()
    assert analyst.property("LabCountry")["description"] == "written by hand"
    assert lab.dac("drift").code == 0


def test_an_authoritative_set_loses_the_entries_of_others(lab: Project, analyst: Analyst) -> None:
    number = analyst.reference_set(VPN)["id"]
    analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": "192.0.2.1", "source": "curl"})
    lab.edit(ALLOWLIST, 'entry_type = "IP"', 'entry_type = "IP"\nownership = "authoritative"')
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2, plan.text
    assert '- "192.0.2.1"' in plan.stdout
    lab.apply()
    assert sorted(analyst.entries(VPN)) == ["203.0.113.7", "203.0.113.8"]
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_an_entry_that_has_expired_leaves_and_one_that_has_not_stays(lab: Project, analyst: Analyst) -> None:
    lab.edit(ALLOWLIST, 'reason = "Exit node Minsk"', 'reason = "Exit node Minsk"\nexpires = 2020-01-31')
    lab.edit(ALLOWLIST, 'reason = "Exit node Tehran"', 'reason = "Exit node Tehran"\nexpires = 2199-12-31')
    plan = lab.dac("plan")
    assert '- "203.0.113.7"' in plan.stdout
    assert '- "203.0.113.8"' not in plan.stdout
    lab.apply()
    assert sorted(analyst.entries(VPN)) == ["203.0.113.8"]
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_removed_entry_leaves_and_the_set_is_the_same(lab: Project, analyst: Analyst) -> None:
    before = analyst.reference_set(VPN)
    lab.edit(ALLOWLIST, '\n[[reference_set.vpn.entry]]\nvalue = "203.0.113.8"\nreason = "Exit node Tehran"\n', "")
    lab.apply()
    assert sorted(analyst.entries(VPN)) == ["203.0.113.7"]
    assert analyst.reference_set(VPN)["id"] == before["id"]


# --- options


def test_target_changes_one_resource_and_says_that_it_left_others_out(lab: Project, analyst: Analyst) -> None:
    lab.edit(ADMIN_FILE, 'severity = "low"', 'severity = "medium"')
    lab.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "medium"')
    ran = lab.apply("--target", "detection.admin")
    assert "Warning: Resource targeting is in effect" in ran.stdout
    assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in ran.stdout
    assert (_severity(analyst, ADMIN), _severity(analyst, FOREIGN)) == ("5", "8")
    plan = lab.dac("plan", "--detailed-exitcode")
    assert plan.code == 2
    assert "# detection.foreign will be updated in-place" in plan.stdout


def test_a_target_that_is_no_address_is_refused(lab: Project) -> None:
    ran = lab.dac("plan", "--target", "detection.amdin")
    assert ran.code == 1
    assert "--target detection.amdin: no resource has that address" in ran.stderr


def test_a_variable_on_the_command_line_is_read_by_its_type(lab: Project) -> None:
    plan = lab.dac("plan", "--var", 'countries=["RU"]', "--detailed-exitcode")
    assert plan.code == 2, plan.text
    assert "+ \"LabCountry\" IN ('RU')" in [line.strip() for line in plan.stdout.splitlines()]
    for wrong, said in (
        ("countries=[7]", "--var countries=[7]: "),
        ("contries=[]", 'did you mean "countries"?'),
        ("countries", "="),
    ):
        ran = lab.dac("plan", "--var", wrong)
        assert ran.code == 1
        assert said in ran.stderr


# --- consoles


@pytest.fixture
def two_consoles(lab: Project, stock: Path) -> Project:
    put(stock, lab.root / "state/emulator/dev.db")
    lab.write("dac.toml", DAC_TOML + '\n[console.dev]\nurl = "emulator:state/emulator/dev.db"\n')
    return lab


def test_a_field_may_differ_on_one_console(two_consoles: Project) -> None:
    project = two_consoles
    project.write(ADMIN_FILE, project.read(ADMIN_FILE) + '\n[detection.admin.console.dev]\nseverity = "critical"\n')
    assert project.dac("plan", "--detailed-exitcode").code == 0
    project.apply("--console", "dev")
    with looking_at(project, "dev") as dev, looking_at(project) as local:
        assert (_severity(dev, ADMIN), _severity(local, ADMIN)) == ("10", "3")
        assert dev.rule(ADMIN)["identifier"] == local.rule(ADMIN)["identifier"]
    assert project.dac("plan", "--detailed-exitcode", "--console", "dev").code == 0


def test_a_detection_below_a_consoles_min_status_is_not_created_there(two_consoles: Project) -> None:
    project = two_consoles
    project.write("dac.toml", project.read("dac.toml") + 'min_status = "stable"\n')
    project.edit(ADMIN_FILE, 'severity = "low"', 'severity = "low"\nstatus = "experimental"')
    ran = project.apply("--console", "dev")
    assert "Apply complete! Resources: 4 added, 0 changed, 0 destroyed." in ran.stdout
    assert project.dac("plan", "--detailed-exitcode", "--console", "dev").code == 0


def test_states_are_kept_by_console(two_consoles: Project) -> None:
    assert two_consoles.dac("state", "list", "--console", "dev").stdout.strip() == ""
    assert two_consoles.dac("state", "list").stdout.split() == [
        "lab/building_block.succeeded",
        "lab/custom_property.LabCountry",
        "lab/detection.admin",
        "lab/detection.foreign",
        "lab/reference_set.vpn",
    ]


def test_a_copied_project_folder_works_as_the_original(lab: Project) -> None:
    shutil.copytree(lab.root, lab.root.parent / "copy")
    assert Project(lab.root.parent / "copy").dac("plan", "--detailed-exitcode").code == 0
