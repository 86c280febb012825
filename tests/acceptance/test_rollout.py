"""How far a console takes detections, and how deprecated ones leave it: over real HTTP, from one apply to the next."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from analyst import RULES, Analyst, looking_at

if TYPE_CHECKING:
    from project import Project

ADMIN = "Lab: sign-in of an administrator"
FILE = "stacks/lab/admin.toml"
URL = 'url = "emulator:state/emulator/local.db"'


def _rollout(project: Project, before: str, after: str) -> None:
    """Change the console's rollout, apply it, and see that nothing is left to do."""
    project.edit("dac.toml", URL + before, URL + after)
    project.apply()
    assert project.dac("plan", "--detailed-exitcode").code == 0


def _offenses(analyst: Analyst) -> list[str]:
    """Whether the rule itself, and the event that it dispatches, make an offense."""
    return [part.get("forceOffenseCreation", "") for part in analyst.rule_xml(ADMIN).iter() if part.tag in _MAKERS]


BROKEN_UPLOADS = [{"action": "status", "method": "POST", "path": "extensions$", "times": 9, "code": 500}]
_MAKERS = ("actions", "newevent")


def test_a_rule_is_watched_before_it_is_active(lab: Project) -> None:
    with looking_at(lab) as analyst:
        active = _offenses(analyst)
        _rollout(lab, "", '\nrollout = "monitor"')
        watched = _offenses(analyst)
        assert "true" in active
        assert "true" not in watched
        assert analyst.rule_xml(ADMIN).find(".//newevent") is not None
        _rollout(lab, '\nrollout = "monitor"', '\nrollout = "disabled"')
        assert analyst.rule(ADMIN)["enabled"] is False
        _rollout(lab, '\nrollout = "disabled"', "")
        assert (analyst.rule(ADMIN)["enabled"], _offenses(analyst)) == (True, active)


def test_one_detection_is_watched_on_a_console_in_use_and_the_others_keep_their_offenses(lab: Project) -> None:
    lab.edit(FILE, 'severity = "low"', 'severity = "low"\nconsole.local.rollout = "monitor"')
    said = 'Warning: rollout = "monitor" takes the offense from 1 live detection; rollout = "active" in the table'
    plan = lab.dac("plan")
    assert said in plan.stdout
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in plan.stdout
    lab.apply()
    with looking_at(lab) as analyst:
        assert "true" not in _offenses(analyst)
    lab.edit("dac.toml", URL, f'{URL}\nrollout = "monitor"')
    assert said in lab.dac("plan").stdout  # the other one, now
    lab.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "high"\nrollout = "active"')
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_rule_is_off_before_its_offense_comes_back_even_where_the_package_never_arrives(lab: Project) -> None:
    _rollout(lab, "", '\nrollout = "monitor"')
    with looking_at(lab) as analyst:
        there = lab.on(analyst.url)
        there.edit("dac.toml", analyst.url, f'{analyst.url}"\nrollout = "disabled')
        analyst.post("/emulator/faults", BROKEN_UPLOADS)
        assert there.dac("apply", "--auto-approve", "--console", "local", "--accept-console").code == 1
        analyst.delete("/emulator/faults")
        assert (analyst.rule(ADMIN)["enabled"], "true" in _offenses(analyst)) == (False, False)
        ran = there.apply("--console", "local")
        assert "Wave 1 of 1: extension package" in ran.stdout
        assert "enabled" not in ran.stdout  # that was done, and is nobody's drift
        assert (analyst.rule(ADMIN)["enabled"], "true" in _offenses(analyst)) == (False, True)
        assert there.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def test_what_was_held_off_and_is_then_rolled_out_as_disabled_is_recorded_so_and_switching_it_on_is_drift(
    lab: Project,
) -> None:
    _rollout(lab, "", '\nrollout = "monitor"')
    with looking_at(lab) as analyst:
        rule = f"{RULES}/{analyst.rule(ADMIN)['id']}"
        analyst.post(rule, {"enabled": False})
        lab.edit("dac.toml", 'rollout = "monitor"', 'rollout = "disabled"')
        assert "~ enabled = true -> false" in lab.dac("plan").stdout.partition("(already as desired)")[2]
        lab.apply()
        shown = lab.dac("state", "show", "detection.admin").stdout
        assert re.search(r"enabled +=\s+false", shown)
        assert re.search(r"held +=\s+true", shown)
        assert lab.dac("drift").code == 0
        analyst.post(rule, {"enabled": True})
        assert "1 re-enabled" in lab.dac("drift").stdout
        analyst.post(rule, {"enabled": False})
        lab.edit("dac.toml", '\nrollout = "disabled"', "")
        assert "Held: 1 difference" in lab.apply().stdout
        assert analyst.rule(ADMIN)["enabled"] is False


def test_a_deprecated_detection_is_switched_off_and_deleted_only_when_its_time_has_come(lab: Project) -> None:
    lab.edit(FILE, 'severity = "low"', 'severity = "low"\nstatus = "deprecated"')
    with looking_at(lab) as analyst:
        first = "detection.admin: deprecated: switched off now, deleted by a plan from "
        assert first in lab.apply().stdout
        assert analyst.rule(ADMIN)["enabled"] is False
        later = lab.dac("plan", "--detailed-exitcode")
        assert later.code == 0
        assert re.search(r"\ndetection.admin: deprecated: will be deleted from [-\d]+ [\d:]+ UTC on ", later.stdout)
        state = lab.recorded()
        state["resources"]["detection.admin"]["retired"] -= 15 * 86_400_000
        lab.write("state/local/lab.json", json.dumps(state))
        ran = lab.apply()
        assert "# (because it is deprecated and was switched off more than 14d ago)" in ran.stdout
        assert not [row for row in analyst.get(RULES) if row["name"] == ADMIN]
    assert lab.dac("plan", "--detailed-exitcode").code == 0
