"""From a fresh clone to rules on a console, with the stack that this repository ships."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import looking_at
from project import ROOT, Project, Ran, readme_command

if TYPE_CHECKING:
    from pathlib import Path

CREATED = re.compile(r"^(?P<address>\w+\.\w+): Creation complete after \d+s \[id=(?P<id>[^\]]+)\]$", re.MULTILINE)


@pytest.fixture(scope="module")
def shipped(first_apply: tuple[Project, Ran]) -> Project:
    return first_apply[0]


def test_the_first_command_of_the_readme_ends_in_an_apply() -> None:
    assert readme_command("Quick start", ".venv/bin/dac ") == ["apply", "--auto-approve"]


def test_the_first_apply_exits_0_and_says_how_much_it_created(first_apply: tuple[Project, Ran]) -> None:
    ran = first_apply[1]
    assert ran.code == 0, ran.text
    assert "Plan: 25 to add, 0 to change, 0 to destroy." in ran.stdout
    assert "Apply complete! Resources: 25 added, 0 changed, 0 destroyed." in ran.stdout


def test_the_first_apply_prints_what_it_created_with_the_ids_that_the_console_gave(
    first_apply: tuple[Project, Ran],
) -> None:
    project, ran = first_apply
    created = {found["address"]: found["id"] for found in CREATED.finditer(ran.stdout)}
    assert len(created) == 25
    with looking_at(project) as analyst:
        assert created["detection.risky_sign_in"] == str(analyst.rule("Cloud Accounts: risky Entra ID sign-in")["id"])
        assert created["reference_set.soc_vpn_egress"] == str(analyst.reference_set("DaC: SOC VPN egress")["id"])
        assert created["custom_property.ResultType"] == analyst.property("ResultType")["identifier"]


def test_the_console_is_named_in_the_first_and_the_last_line(first_apply: tuple[Project, Ran]) -> None:
    lines = first_apply[1].stdout.strip().splitlines()
    assert lines[0] == lines[-1] == 'Console "local" (emulator:state/emulator/local.db)'


def test_a_plan_right_after_the_first_apply_exits_0_with_no_changes(shipped: Project) -> None:
    ran = shipped.dac("plan", "--detailed-exitcode")
    assert ran.code == 0, ran.text
    assert "No changes. The console matches the configuration." in ran.stdout


def test_a_deep_plan_that_reads_every_body_finds_no_changes_either(shipped: Project) -> None:
    ran = shipped.dac("plan", "--deep", "--detailed-exitcode")
    assert ran.code == 0, ran.text
    assert "No changes. The console matches the configuration." in ran.stdout


def test_a_second_apply_changes_neither_the_console_nor_the_state(shipped: Project) -> None:
    with looking_at(shipped) as analyst:
        before, state = analyst.everything(), shipped.recorded("cloud-accounts")
        ran = shipped.apply()
        assert "Apply complete! Resources: 0 added, 0 changed, 0 destroyed." in ran.stdout
        assert analyst.everything() == before
    assert shipped.recorded("cloud-accounts") == state


def test_an_untouched_console_has_no_drift(shipped: Project) -> None:
    ran = shipped.dac("drift")
    assert ran.code == 0
    assert "No drift. The console still is as dac left it." in ran.stdout


def test_the_shipped_stack_is_valid_without_a_warning(shipped: Project) -> None:
    ran = shipped.dac("validate")
    assert ran.code == 0, ran.text
    assert "\nSuccess! The configuration is valid.\n" in ran.stdout
    assert not re.search(r": (warning|error)\[", ran.stdout)


def test_the_queries_as_published_are_refused_for_the_unknown_function_and_the_undeclared_property(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "examples/as-published", tmp_path / "as-published")
    ran = Project(tmp_path / "as-published").dac("validate")
    assert ran.code == 1
    errors = [line for line in ran.text.splitlines() if ": error[" in line]
    assert any("LOGSOURCETYPEID" in line for line in errors), ran.text
    assert any('"Application"' in line for line in errors), ran.text
    assert all(re.match(r"stacks/as-published/\w+\.toml:\d+: error\[", line) for line in errors), ran.text


def test_a_new_project_plans_applies_and_is_then_up_to_date(tmp_path: Path) -> None:
    project = Project(tmp_path / "new")
    project.root.mkdir()
    ran = project.dac("init")
    assert ran.code == 0, ran.text
    assert re.search(r'^id = "[0-9a-f]{8}-[0-9a-f-]{27}"', project.read("dac.toml"), re.MULTILINE)
    assert "Plan: 1 to add, 0 to change, 0 to destroy.\n" in project.apply().stdout
    assert project.dac("plan", "--detailed-exitcode").code == 0
    again = project.dac("init")
    assert again.code == 1
    assert "dac.toml is there already" in again.stderr
