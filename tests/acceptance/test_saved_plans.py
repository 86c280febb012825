"""`dac plan --out`, `dac show FILE`, `dac apply FILE`: what was approved is what is done, or nothing is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from analyst import RULES, SETS, looking_at

if TYPE_CHECKING:
    from conftest import Golden
    from project import Project

ADMIN = "Lab: sign-in of an administrator"
FOREIGN = "Lab: sign-in from a flagged country"
FILE = "lab.dacplan"


@pytest.fixture
def planned(lab: Project) -> Project:
    """The small project with a saved plan that raises a severity from 3 to 5."""
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "medium"')
    ran = lab.dac("plan", "--out", FILE, "--detailed-exitcode")
    assert ran.code == 2, ran.text
    return lab


def _severity(project: Project) -> str | None:
    with looking_at(project) as analyst:
        metrics = {metric.get("metric"): metric.get("value") for metric in analyst.rule_xml(ADMIN).iter("alterMetric")}
    return metrics["setSeverity"]


def _refused(project: Project, *words: str) -> str:
    before = project.recorded()
    ran = project.dac("apply", *(words or (FILE,)))
    assert ran.code == 1, ran.text
    assert project.recorded()["resources"] == before["resources"]
    return ran.stderr


def test_a_plan_says_that_it_was_saved_and_what_to_type(lab: Project) -> None:
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "medium"')
    ran = lab.dac("plan", "--out", FILE)
    assert ran.code == 0
    assert "Saved the plan to: lab.dacplan\n" in ran.stdout
    assert '    dac apply "lab.dacplan"\n' in ran.stdout
    assert (lab.root / FILE).stat().st_mode & 0o777 == 0o600
    assert lab.dac("show", FILE).stdout == ran.stdout


def test_a_saved_plan_is_applied_without_asking_whatever_the_files_say_now(planned: Project) -> None:
    planned.edit("stacks/lab/admin.toml", 'severity = "medium"', 'severity = "critical"')
    planned.edit("stacks/lab/foreign.toml", 'severity = "high"', "this is no TOML")
    ran = planned.dac("apply", FILE)
    assert ran.code == 0, ran.text
    assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in ran.stdout
    assert _severity(planned) == "5"


def test_after_a_saved_plan_was_applied_the_plan_is_empty_and_the_file_is_spent(planned: Project) -> None:
    assert planned.dac("apply", FILE).code == 0
    assert planned.dac("plan", "--detailed-exitcode").code == 0
    assert "this plan has been applied already" in _refused(planned)


def test_a_saved_plan_is_refused_when_what_it_changes_has_changed_meanwhile(planned: Project) -> None:
    with looking_at(planned) as analyst:
        number = analyst.rule(ADMIN)["id"]
        analyst.delete(f"{RULES}/{number}")
        analyst.wait_gone(RULES, number)
        before = analyst.everything()
        said = _refused(planned)
        assert "the plan is stale: since it was made, lab/detection.admin changed; nothing was written" in said
        assert analyst.everything() == before


def test_a_saved_plan_is_refused_when_something_else_of_ours_needs_changing_meanwhile(planned: Project) -> None:
    with looking_at(planned) as analyst:
        analyst.delete(f"{SETS}/set_entries/{analyst.entries('Lab: VPN egress')['203.0.113.8']['id']}")
    said = _refused(planned)
    assert "since it was made, lab/reference_set.vpn changed" in said
    line = 'entry "203.0.113.8" of set "Lab: VPN egress" was there with the notes "Exit node Tehran", and is no longer'
    assert f"  lab/reference_set.vpn: {line}\n" in said
    assert _severity(planned) == "3"


def test_a_saved_plan_is_refused_after_another_apply(planned: Project) -> None:
    planned.edit("stacks/lab/admin.toml", 'severity = "medium"', 'severity = "critical"')
    planned.apply()
    said = _refused(planned)
    assert "lab/detection.admin changed" in said
    assert "  lab/detection.admin: severity was 3, and is 10\n" in said
    assert _severity(planned) == "10"


def test_a_saved_plan_stays_spent_when_the_console_is_again_as_it_was_before(planned: Project) -> None:
    assert planned.dac("apply", FILE).code == 0
    planned.edit("stacks/lab/admin.toml", 'severity = "medium"', 'severity = "low"')
    planned.apply()
    assert "this plan has been applied already" in _refused(planned)
    assert _severity(planned) == "3"


def test_a_plan_is_applied_where_it_was_made_and_nowhere_else(planned: Project) -> None:
    state = planned.root / "state/local/lab.json"
    kept = state.read_bytes()
    dac_toml = planned.read("dac.toml")
    planned.write("dac.toml", dac_toml.replace("6f1c2a52", "7f1c2a52"))
    assert "this plan was made in another project than lab" in _refused(planned)
    planned.write("dac.toml", dac_toml.replace("local.db", "other.db"))
    assert "emulator:state/emulator/local.db, which is now emulator:state/emulator/other.db" in _refused(planned)
    planned.write("dac.toml", dac_toml + '[console.other]\nurl = "emulator:state/emulator/other.db"\n')
    assert "this plan was made for console local, not for other" in _refused(planned, FILE, "--console", "other")
    planned.write("dac.toml", dac_toml)
    state.unlink()
    ran = planned.dac("apply", FILE)
    assert (ran.code, "was made from another state of stack lab" in ran.stderr) == (1, True)
    state.write_bytes(kept)
    assert planned.dac("apply", FILE).code == 0


def test_a_change_ticket_names_a_plan_by_its_digest(planned: Project) -> None:
    shown = planned.dac("show", "--digest", FILE).stdout
    assert re.fullmatch("[0-9a-f]{64}\n", shown)
    assert json.loads(planned.read(FILE))["digest"] == shown.strip()
    wrong = _refused(planned, FILE, "--digest", "0123456789ab")
    assert f"lab.dacplan is not the plan that was approved: its digest is {shown.strip()}" in wrong
    assert "at least the first 12 digits are needed" in _refused(planned, FILE, "--digest", shown[:11])
    assert "--digest is of a saved plan, and none was named" in planned.dac("apply", "--digest", shown[:12]).stderr
    assert planned.dac("apply", FILE, "--digest", shown[:12]).code == 0


def test_what_is_not_ours_may_change_as_it_likes(planned: Project) -> None:
    with looking_at(planned) as analyst:
        analyst.post(f"{SETS}/sets", {"name": "Somebody's", "entry_type": "ALN"})
        analyst.post(f"{SETS}/set_entries", {"collection_id": 7, "value": "192.0.2.1", "source": "curl"})
    assert planned.dac("apply", FILE).code == 0
    assert _severity(planned) == "5"


def test_a_rule_disabled_by_hand_after_planning_stays_disabled(planned: Project) -> None:
    with looking_at(planned) as analyst:
        analyst.post(f"{RULES}/{analyst.rule(FOREIGN)['id']}", {"enabled": False})
        assert planned.dac("apply", FILE).code == 0
        assert analyst.rule(FOREIGN)["enabled"] is False


def test_an_edited_plan_file_is_refused(planned: Project) -> None:
    text = planned.read(FILE)
    content = json.loads(text)
    content["situation"]["desired"]["lab/detection.admin"]["deployed"]["severity"] = 9
    planned.write(FILE, json.dumps(content))
    assert "was changed after it was written: its digest does not match" in _refused(planned)
    planned.write(FILE, text[: len(text) // 2])
    assert "is not a saved plan" in _refused(planned)
    assert _severity(planned) == "3"


def test_a_saved_plan_takes_no_options_that_shape_a_plan(planned: Project) -> None:
    assert "a saved plan is applied as it was made" in _refused(planned, FILE, "--var", "countries=[]")


def test_a_plan_file_that_is_not_there(lab: Project) -> None:
    assert "missing.dacplan cannot be read: No such file or directory" in _refused(lab, "missing.dacplan")


def test_a_plan_without_changes_can_be_saved_and_applied(lab: Project) -> None:
    assert lab.dac("plan", "--out", FILE).code == 0
    ran = lab.dac("apply", FILE)
    assert ran.code == 0, ran.text
    assert "Apply complete! Resources: 0 added, 0 changed, 0 destroyed." in ran.stdout


def test_the_json_of_a_plan_has_the_shape_that_policies_read(new_lab: Project, golden: Golden) -> None:
    new_lab.dac("plan", "--out", FILE)
    text = new_lab.dac("show", FILE, "--json").stdout
    plan = json.loads(text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", plan["timestamp"])
    plan |= {"timestamp": "2026-01-01T00:00:00Z", "dac_version": "any"}
    golden("acceptance/plan.json", json.dumps(plan, indent=2) + "\n")


def test_the_json_of_a_change_names_field_values_and_channel(planned: Project, golden: Golden) -> None:
    plan = planned.dac("show", FILE, "--json").json
    (change,) = [row for row in plan["resource_changes"] if row["change"]["actions"] != ["no-op"]]
    golden("acceptance/change.json", json.dumps(change, indent=2) + "\n")
    assert planned.dac("plan", "--json").json["resource_changes"] == plan["resource_changes"]


def test_a_plan_that_is_refused_or_fails_leaves_no_older_one_to_be_applied(lab: Project) -> None:
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    assert lab.dac("plan", "--out", "x.dacplan").code == 0
    lab.write("stacks/lab/broken.toml", "[detection.broken")
    assert lab.dac("plan", "--out", "x.dacplan").code == 1
    assert not (lab.root / "x.dacplan").exists()


def test_a_plan_is_not_saved_over_anything_but_a_plan(lab: Project) -> None:
    before = lab.read("stacks/lab/admin.toml")
    ran = lab.dac("plan", "--out", "stacks/lab/admin.toml")
    assert ran.code == 1
    assert "stacks/lab/admin.toml is there and is no saved plan" in ran.stderr
    assert lab.read("stacks/lab/admin.toml") == before
    lab.write("made-by-mktemp", "")
    assert lab.dac("plan", "--out", "made-by-mktemp").code == 0
    assert lab.dac("show", "made-by-mktemp").code == 0


def test_a_destroy_can_be_planned_saved_and_approved(lab: Project) -> None:
    shown = lab.dac("plan", "--destroy", "--out", "gone.dacplan")
    assert shown.code == 0
    assert "Plan: 0 to add, 0 to change, 5 to destroy." in shown.stdout
    refused = lab.dac("plan", "lab", "--snapshot", "gone.dacplan", "--destroy")
    assert "is no snapshot of a console" in refused.stderr
    assert lab.dac("apply", "gone.dacplan").code == 0
    assert lab.dac("list").stdout.count("Lab") == 0
    again = lab.dac("plan", "--destroy", "--detailed-exitcode")
    assert again.code == 0


def test_the_json_names_what_lowers_security(planned: Project) -> None:
    planned.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "low"')
    changes = planned.dac("plan", "--json").json["resource_changes"]
    told = {change["address"]: change["lowers_security"] for change in changes if change["lowers_security"]}
    assert told == {"lab/detection.foreign": ["severity 8 -> 3"]}


def test_a_plan_that_cannot_be_made_says_why_in_every_form(lab: Project) -> None:
    lab.write("stacks/lab/broken.toml", "[detection.broken")
    lab.write("plan.json", '{"dac_version": "0.1.0", "applyable": true}')
    ran = lab.dac("plan", "--format", "markdown", "--json-out", "plan.json")
    assert ran.code == 1
    form = json.loads(lab.read("plan.json"))
    assert (form["applyable"], form["errored"]) == (False, True)
    assert form["diagnostics"][0]["range"]["filename"] == "stacks/lab/broken.toml"
    assert lab.dac("plan", "--json").json["errored"] is True
    assert ran.stdout.startswith("### dac: there is no plan\n\n```\nstacks/lab/broken.toml:1: error")
    assert "stacks/lab/broken.toml:1: error" in ran.stderr
