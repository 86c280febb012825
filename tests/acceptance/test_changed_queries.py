"""What plan and apply make of a query that changed: in words, in its layout alone, or in Git alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from project import Project

FOREIGN, STATE = "stacks/lab/foreign.toml", "state/local/lab.json"
COMPILED = "username IMATCHES '.*admin.*'"


def test_a_country_less_is_told_as_what_lowers_security(lab: Project) -> None:
    lab.edit("stacks/lab/stack.toml", '["KP", "IR"]', '["KP"]')
    ran = lab.dac("plan", "--detailed-exitcode")
    assert ran.code == 2, ran.text
    assert "      # lowers: list of \"LabCountry\" no longer holds 'IR'\n      ~ filter = " in ran.stdout
    (change,) = [row for row in lab.dac("plan", "--json").json["resource_changes"] if row["action"] == "update"]
    assert [edit["meaning"] for edit in change["edits"]] == [
        [{"text": "list of \"LabCountry\" no longer holds 'IR'", "lowers": True}]
    ]


def test_a_longer_window_is_only_in_git_until_an_apply_has_taken_note(lab: Project) -> None:
    lab.edit(FOREIGN, "LAST 24 HOURS", "LAST 7 DAYS")
    ran = lab.dac("plan", "--detailed-exitcode")
    assert ran.code == 0, ran.text
    assert "Changed only in Git: detection.foreign (nothing to send)\n" in ran.stdout
    assert lab.dac("plan", "--json").json["git_only"] == ["lab/detection.foreign"]
    lab.apply()
    assert "only in Git" not in lab.dac("plan").stdout


def test_a_rule_that_differs_in_layout_alone_is_left_alone_and_recorded_as_it_is(lab: Project) -> None:
    """Here the record, and so what is wanted, is laid out in another way than what is on the console."""
    state = lab.read(STATE)
    assert json.dumps(COMPILED) in state
    lab.write(STATE, state.replace(json.dumps(COMPILED), json.dumps("(USERNAME\n  imatches '.*admin.*')")))
    ran = lab.dac("plan", "--deep", "--detailed-exitcode")
    assert ran.code == 0, ran.text
    assert "No changes. The console matches the configuration.\n" in ran.stdout
    assert "outside of dac" not in ran.stdout
    lab.apply("--deep")
    assert json.dumps(COMPILED) in lab.read(STATE)
    assert lab.dac("plan", "--deep", "--detailed-exitcode").code == 0
