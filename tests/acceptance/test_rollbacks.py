"""What an apply overwrites is kept, shown, and brought back by a plan like any other."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from analyst import RULES, SECONDS, looking_at
from consoles import DATABASE, HURRIED

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyst import Analyst
    from project import Project

CONSOLE = ("--console", "local")
FOREIGN = "Lab: sign-in from a flagged country"
ADMIN = "Lab: sign-in of an administrator"
VPN = "Lab: VPN egress"
CREATED = """\
[reference_set.new]
name = "Lab: new"
entry_type = "ALN"
"""


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


def _applies(project: Project) -> list[dict[str, Any]]:
    ran = project.dac("history", "--json")
    assert ran.code == 0, ran.text
    found: list[dict[str, Any]] = ran.json["applies"]
    return found


def _edited(lab: Project) -> str:
    """Change, delete and create something of each sort in one apply, and return its id."""
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    lab.edit("stacks/lab/allowlist.toml", "203.0.113.8", "203.0.113.9")
    lab.remove("stacks/lab/foreign.toml")
    lab.write("stacks/lab/new.toml", CREATED)
    lab.apply()
    return str(_applies(lab)[0]["id"])


def test_an_apply_is_taken_back_and_git_stays_in_charge(lab: Project, analyst: Analyst, tmp_path: Path) -> None:
    shutil.copytree(lab.root / "stacks", tmp_path / "as-it-was")
    uuid, tests = analyst.rule(FOREIGN)["identifier"], analyst.rule_xml(FOREIGN).find("testDefinitions")
    apply_id = _edited(lab)
    assert _applies(lab)[0]["counts"] == {"create": 1, "delete": 1, "update": 2}
    lab.write("stacks/lab/broken.toml", "[detection.oops\n")  # a rollback does not need the files

    ran = lab.dac("rollback", apply_id[:8], "--auto-approve")
    assert ran.code == 0, ran.text
    assert "Git still has the other version" in ran.stdout
    assert "Rollback complete! Resources: 1 added, 2 changed, 1 destroyed." in ran.stdout
    again = analyst.rule_xml(FOREIGN).find("testDefinitions")
    assert analyst.rule(FOREIGN)["identifier"] == uuid
    assert again is not None
    assert tests is not None
    assert [test.get("name") for test in again] == [test.get("name") for test in tests]
    assert sorted(analyst.entries(VPN)) == ["203.0.113.7", "203.0.113.8"]
    assert "Lab: new" not in {row["name"] for row in analyst.get("/api/reference_data_collections/sets")}

    lab.remove("stacks/lab/broken.toml")
    plan = lab.dac("plan", "--detailed-exitcode")
    assert (plan.code, "Plan: 1 to add, 2 to change, 1 to destroy." in plan.stdout) == (2, True), plan.text
    shutil.rmtree(lab.root / "stacks")
    shutil.copytree(tmp_path / "as-it-was", lab.root / "stacks")  # reverted in Git, too
    plan = lab.dac("plan", "--detailed-exitcode", "--deep")
    assert plan.code == 0, plan.text
    back, first, *_ = _applies(lab)
    assert (back["rollback"], back["result"], first["id"]) == (apply_id, "complete", apply_id)
    assert lab.dac("history").stdout.count(f"(took back {apply_id})") == 1


def test_history_shows_what_an_apply_found_and_made(lab: Project) -> None:
    apply_id = _edited(lab)
    shown = lab.dac("history", apply_id).stdout
    assert "# detection.admin was updated in-place" in shown
    assert "~ severity = 3 -> 8 (extension)" in shown
    assert "# detection.foreign was destroyed" in shown
    assert "# reference_set.new was created" in shown
    told = {change["address"]: change for change in lab.dac("history", apply_id, "--json").json["changes"]}
    assert told["lab/detection.foreign"]["before"]["filter"].startswith('"LabCountry" IN')
    assert told["lab/reference_set.new"]["before"] is None
    assert (told["lab/reference_set.vpn"]["has_xml"], told["lab/detection.admin"]["has_xml"]) == (False, True)
    xml = lab.dac("history", apply_id, "--xml", "detection.foreign").stdout
    assert xml.startswith("<rule ")
    assert FOREIGN in xml
    refused = lab.dac("history", apply_id, "--xml", "reference_set.vpn")
    assert (refused.code, "no XML of it is kept" in refused.stderr) == (1, True)


def test_what_was_changed_by_hand_since_is_not_overwritten_unasked(lab: Project, analyst: Analyst) -> None:
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    lab.edit("stacks/lab/allowlist.toml", "203.0.113.8", "203.0.113.9")
    lab.apply()
    apply_id = _applies(lab)[0]["id"]
    number = analyst.entries(VPN)["203.0.113.7"]["id"]
    analyst.delete(f"/api/reference_data_collections/set_entries/{number}")
    analyst.post(f"{RULES}/{analyst.rule(ADMIN)['id']}", {"enabled": False})
    analyst.forget_requests()
    ran = lab.dac("rollback", apply_id, "--auto-approve")
    assert ran.code == 1
    assert "changed-since" in ran.text
    assert "reference_set.vpn was changed on the console (entries" in ran.text
    ran = lab.dac("rollback", apply_id, "detection.admin", "--out", "back.dacplan")
    assert ran.code == 0, ran.text
    assert analyst.writes() == [row for row in analyst.writes() if "export" in row]
    ran = lab.dac("apply", "back.dacplan")
    assert ran.code == 0, ran.text
    assert sorted(analyst.entries(VPN)) == ["203.0.113.9"]
    assert analyst.rule(ADMIN)["enabled"] is False  # switched off by hand: held, as ever
    ran = lab.dac("rollback", apply_id, "reference_set.vpn", "--allow", "changed-since", "--auto-approve")
    assert ran.code == 0, ran.text
    assert sorted(analyst.entries(VPN)) == ["203.0.113.7", "203.0.113.8"]
    overrides = [line for line in map(json.loads, lab.read("state/audit.jsonl").splitlines()) if "override" in line]
    assert [line["override"] for line in overrides] == ["--allow changed-since"]


def test_an_apply_that_cannot_keep_what_it_overwrites_overwrites_nothing(lab: Project, analyst: Analyst) -> None:
    lab.write("dac.toml", lab.read("dac.toml") + '\n[history]\npath = "dac.toml"\n')
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    analyst.forget_requests()
    ran = lab.dac("apply", "--auto-approve")
    assert (ran.code, "cannot write" in ran.stderr) == (1, True), ran.text
    assert [row for row in analyst.writes() if "/sets" not in row and "export" not in row] == []
    assert lab.dac("history").code == 0


def test_only_as_many_applies_are_kept_as_the_project_says(lab: Project) -> None:
    lab.write("dac.toml", lab.read("dac.toml") + "\n[history]\nkeep = 1\n")
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    lab.apply()
    assert [apply["counts"] for apply in _applies(lab)] == [{"update": 1}]


def test_an_apply_that_is_not_kept_or_changed_nothing_of_what_is_named_is_said_so(lab: Project) -> None:
    apply_id = _applies(lab)[0]["id"]
    for words, said in (
        (("nowhere",), "no apply of that id is kept for console local"),
        ((apply_id, "detection.nothing"), "it changed nothing of that address"),
    ):
        ran = lab.dac("rollback", *words)
        assert (ran.code, said in ran.stderr) == (1, True), ran.text


def test_an_apply_that_was_killed_is_unfinished_and_can_be_taken_back(remote_lab: tuple[Project, Analyst]) -> None:
    project, analyst = remote_lab
    project.apply(*CONSOLE)
    project.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    with Emulator(project.root / DATABASE, settings=replace(HURRIED, install_seconds=1)):  # its servers agree
        pass
    analyst.forget_requests()
    process = project.start("apply", "--auto-approve", *CONSOLE)
    deadline = time.monotonic() + SECONDS
    while not any("action_type=INSTALL" in row["query"] for row in analyst.requests() if row["method"] == "POST"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=SECONDS)
    with Emulator(project.root / DATABASE, settings=HURRIED):
        pass

    killed = project.dac("history", "--json", *CONSOLE).json["applies"][0]
    assert (killed["result"], killed["ended"], killed["counts"]) == ("unfinished", None, {"update": 1})
    shown = project.dac("history", killed["id"], *CONSOLE).stdout
    assert "detection.admin may or may not have happened (update was planned)" in shown
    ran = project.dac("rollback", killed["id"], "--auto-approve", *CONSOLE)
    assert ran.code == 0, ran.text
    metrics = {metric.get("metric"): metric.get("value") for metric in analyst.rule_xml(ADMIN).iter("alterMetric")}
    assert metrics["setSeverity"] == "3"
    project.edit("stacks/lab/admin.toml", 'severity = "high"', 'severity = "low"')
    plan = project.dac("plan", "--detailed-exitcode", *CONSOLE)
    assert plan.code == 0, plan.text
