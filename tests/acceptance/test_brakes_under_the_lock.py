"""Between a plan and its apply a console goes on living: what the plan could not know stops it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from analyst import SETS, looking_at, served

if TYPE_CHECKING:
    from project import Project

EXCEPTION = """[[detection.foreign.exception]]
field = "sourceip"
not_in = "reference_set.vpn"
whole_detection = true
"""
ENTRY = '[[reference_set.vpn.entry]]\nvalue = "203.0.113.8"'
FILE = "lab.dacplan"
BROKEN_UPLOADS = [{"action": "status", "method": "POST", "path": "extensions$", "times": 9, "code": 500}]


def test_an_entry_that_an_analyst_adds_after_planning_keeps_its_set(lab: Project) -> None:
    lab.edit("stacks/lab/foreign.toml", EXCEPTION, "")
    lab.apply()
    lab.remove("stacks/lab/allowlist.toml")
    assert lab.dac("plan", "--out", FILE).code == 0
    with looking_at(lab) as analyst:
        number = analyst.reference_set("Lab: VPN egress")["id"]
        analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": "198.51.100.9", "notes": "analyst"})
    ran = lab.dac("apply", FILE)
    assert ran.code == 1
    assert "refused by what has changed since the plan was made (foreign-parts)" in ran.stderr
    with looking_at(lab) as analyst:
        assert "198.51.100.9" in analyst.entries("Lab: VPN egress")


def test_what_deep_finds_deep_mends(lab: Project) -> None:
    with sqlite3.connect(lab.root / "state/emulator/local.db") as database:  # a body edited, its date as it was
        query = "select id, xml from rule join rule_body on id = rule_id where name = ?"
        number, xml = database.execute(query, ("Lab: sign-in of an administrator",)).fetchone()
        text = xml if isinstance(xml, str) else xml.decode()
        assert text.count('value="3"') == 1
        database.execute(
            "update rule_body set xml = ? where rule_id = ?", (text.replace('value="3"', 'value="9"'), number)
        )
    assert lab.dac("plan", "--detailed-exitcode").code == 0
    deep = lab.dac("plan", "--deep", "--out", FILE, "--detailed-exitcode")
    assert deep.code == 2
    assert "severity = 9 -> 3 (extension)" in deep.stdout
    assert lab.dac("apply", FILE).code == 0
    assert lab.dac("plan", "--deep", "--detailed-exitcode").code == 0


def test_a_rule_that_could_not_be_changed_keeps_the_allowlist_it_asks(lab: Project) -> None:
    with served(lab) as analyst:
        there = lab.on(analyst.url)
        there.apply("--console", "local", "--accept-console")
        there.edit("stacks/lab/foreign.toml", EXCEPTION, "")
        there.remove("stacks/lab/allowlist.toml")
        analyst.post("/emulator/faults", BROKEN_UPLOADS)
        analyst.forget_requests()
        ran = there.dac("apply", "--console", "local", "--auto-approve")
        assert ran.code == 1
        assert "skipped reference_set.vpn: detection.foreign failed" in ran.stdout
        assert [w for w in analyst.writes() if w.startswith("DELETE") and "/sets/" in w][:-1] == []  # the lock's alone


def test_a_saved_plan_goes_on_after_its_own_failure_and_is_spent_after_success(lab: Project) -> None:
    with served(lab) as analyst:
        there = lab.on(analyst.url)
        there.apply("--console", "local", "--accept-console")
        there.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "low"')
        there.edit(
            "stacks/lab/allowlist.toml", ENTRY, '[[reference_set.vpn.entry]]\nvalue = "203.0.113.99"\n\n' + ENTRY
        )
        assert there.dac("plan", "--out", FILE, "--console", "local").code == 0
        analyst.post("/emulator/faults", BROKEN_UPLOADS)
        assert "1 applied, 1 failed, 0 skipped" in there.dac("apply", FILE, "--console", "local").stdout
        analyst.delete("/emulator/faults")
        resumed = there.dac("apply", FILE, "--console", "local")
        assert resumed.code == 0, resumed.text
        assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in resumed.stdout
        assert there.dac("plan", "--detailed-exitcode", "--console", "local").code == 0
        spent = there.dac("apply", FILE, "--console", "local")
        assert (spent.code, "this plan has been applied already" in spent.stderr) == (1, True)


def test_destroy_needs_no_files_that_can_be_read(lab: Project) -> None:
    lab.write("stacks/lab/broken.toml", "this is no TOML")
    ran = lab.dac("destroy", "--auto-approve")
    assert ran.code == 0, ran.text
    assert "Destroy complete! Resources: 5 destroyed." in ran.stdout


def test_a_plan_that_cannot_be_saved_says_so(lab: Project) -> None:
    ran = lab.dac("plan", "--out", "no/such/folder/lab.dacplan")
    assert ran.code == 1
    assert "the plan cannot be written to no/such/folder/lab.dacplan: No such file or directory" in ran.stderr
