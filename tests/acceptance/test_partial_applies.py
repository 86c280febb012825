"""An apply of which a part fails, as a user sees it: what was done, what was not and why, and the deploy after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from consoles import DATABASE, HURRIED

from dac.emulator.database import Database, prepare
from dac.emulator.stock import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from project import Project

    Golden = Callable[[str, str], None]


def set_console(project: Project, **settings: object) -> None:
    """Change how the embedded console of a project behaves."""
    from dataclasses import replace

    database = Database(project.root / DATABASE)
    prepare(database, replace(HURRIED, **settings), fill)  # type: ignore[arg-type]  # a test names its settings
    database.close()


def edit_both(project: Project) -> None:
    project.edit("stacks/lab/admin.toml", ".*admin.*", ".*root.*")
    project.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "low"')


@pytest.fixture
def half(lab: Project) -> Project:
    """Two rules to change, one of which the console does not take; it does not say which, and takes neither."""
    edit_both(lab)
    set_console(lab, refused_rules="\\.\\*root", refusal_takes="package", refusal_names_rules=False)
    return lab


def test_the_culprit_is_named_and_the_rest_is_applied(half: Project, golden: Golden) -> None:
    ran = half.dac("apply", "--auto-approve")
    assert ran.code == 1
    ending = ran.stdout[ran.stdout.index("Apply incomplete") :]
    golden("acceptance/apply_incomplete.txt", re.sub(r"extension \d+", "extension N", ending))
    plan = half.dac("plan").stdout
    assert "Plan: 0 to add, 1 to change, 0 to destroy" in plan
    assert "detection.admin" in plan
    set_console(half)
    half.apply()
    assert half.dac("plan", "--detailed-exitcode").code == 0


def test_the_end_as_one_json_document(half: Project, golden: Golden) -> None:
    ran = half.dac("apply", "--auto-approve", "--json")
    assert (ran.code, ran.json["complete"]) == (1, False)
    golden("acceptance/apply_incomplete.json", re.sub(r"extension \d+", "extension N", ran.stdout))
    assert "Apply incomplete" in ran.stderr


def test_json_asks_nobody(lab: Project) -> None:
    ran = lab.dac("apply", "--json")
    assert (ran.code, "add --auto-approve" in ran.stderr) == (1, True)


def test_fail_fast_tries_no_parts(half: Project) -> None:
    ran = half.dac("apply", "--auto-approve", "--fail-fast")
    assert (ran.code, "2 failed" in ran.stdout) == (1, True)


# --- deploys


def with_deploy(project: Project, mode: str, **settings: object) -> Project:
    project.edit("dac.toml", 'local.db"\n', f'local.db"\ndeploy = "{mode}"\n')
    set_console(project, **settings)
    edit_both(project)
    return project


def test_a_deploy_follows_a_complete_apply_and_shows_each_host(lab: Project) -> None:
    project = with_deploy(lab, "incremental", deploy_after_install=True, deploy_hosts="10.0.0.1=SUCCESS")
    assert "Deploy: incremental: after a complete apply" in project.dac("plan").stdout
    ran = project.apply()
    assert "Deploy: deployed\n  10.0.0.1: SUCCESS\n" in ran.stdout
    assert '"request": "POST /staged_config/deploy_status"' in project.read("state/audit.jsonl").replace('":"', '": "')
    assert "Deploy:" not in project.apply().stdout


def test_a_failed_deploy_is_exit_code_1_loses_nothing_and_can_be_made_up_for(lab: Project, golden: Golden) -> None:
    hosts = "10.0.0.1=SUCCESS,10.0.0.2=TIMED_OUT"
    project = with_deploy(lab, "incremental", deploy_after_install=True, deploy_hosts=hosts)
    ran = project.dac("apply", "--auto-approve")
    assert ran.code == 1
    golden("acceptance/deploy_failed.txt", ran.stdout[ran.stdout.index("Apply complete!") :])
    assert project.dac("plan", "--detailed-exitcode").code == 0
    set_console(project, deploy_without_changes="accept")
    assert "Deploy: deployed" in project.apply("--deploy").stdout


def test_where_nobody_can_be_asked_ask_says_how(lab: Project) -> None:
    ran = with_deploy(lab, "ask", deploy_after_install=True).apply()
    assert "Deploy: not deployed: nobody could be asked: `dac apply --deploy --console local`" in ran.stdout


def test_never_is_never(lab: Project) -> None:
    assert "Deploy: never: QRadar documents no deploy" in edited_plan(lab)
    ran = lab.dac("apply", "--auto-approve", "--deploy")
    assert (ran.code, "does not let dac deploy" in ran.stderr) == (1, True)
    assert "Deploy: deployed" not in lab.apply().stdout


def edited_plan(project: Project) -> str:
    edit_both(project)
    return project.dac("plan").stdout
