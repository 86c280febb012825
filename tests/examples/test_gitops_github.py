"""The workflows of examples/gitops-github, every step of them, against two consoles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from github_runner import Runner
from shells import EXAMPLES
from state_server import PASSWORD

if TYPE_CHECKING:
    from conftest import Site

WORKFLOWS = sorted((EXAMPLES / "gitops-github/.github/workflows").iterdir())
STATES = {"DAC_STATE_PASSWORD": PASSWORD}
DEV, PROD = {"QRADAR_DEV_TOKEN": "emulator"} | STATES, {"QRADAR_PROD_TOKEN": "emulator"} | STATES
SECRETS = {"dev": DEV, "prod-plan": DEV | PROD, "prod": PROD}
CONTEXTS = {
    "github.token": "ghs_of_this_job",
    "github.event.number": "17",
    "github.event.pull_request.head.repo.full_name": "acme/soc",
    "github.repository": "acme/soc",
    "github.run_attempt": "1",
}


@pytest.fixture
def runner(site: Site) -> Runner:
    return Runner(site.repository("gitops-github"), site.work / "jobs", site.environment(), CONTEXTS, SECRETS)


def test_a_change_goes_from_a_merge_request_to_dev_and_to_prod(site: Site, runner: Runner) -> None:
    checked = runner.run("detections.yml", "check")
    assert "there is no snapshot of prod yet" in (checked / "plan.md").read_text()
    comment = (site.work / "called-gh").read_text()
    assert "pr comment 17 --repo acme/soc --body-file plan.md" in comment
    runner.run("detections.yml", "dev")
    assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in runner.log
    runner.run("promote.yml", "promote")
    assert f"its digest is `{runner.outputs['needs.promote.outputs.digest']}`" in runner.summary
    assert "**Every gate is open.**" in runner.summary
    assert "**Plan: 2 to add" in runner.summary
    assert "203.0.113.7" not in runner.summary
    runner.run("promote.yml", "prod")
    assert runner.log.count("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.") == 2
    kept = site.work / "jobs/artifact-dac-prod/state"
    assert (kept / "audit.jsonl").is_file()
    assert len(list((kept / "history/prod").iterdir())) == 1
    runner.run("promote.yml", "snapshot")

    runner.run("drift.yml", "drift")
    with site.switched_off_on_prod():
        runner.run("drift.yml", "drift", fails=True)
    assert "1 disabled" in runner.summary

    stack = runner.repository / "stacks/remote-access/stack.toml"
    stack.write_text(stack.read_text().replace("203.0.113.7", "203.0.113.9").replace("medium", "high"))
    site.close()  # consoles and states
    checked = runner.run("detections.yml", "check")
    plan = (checked / "plan.md").read_text()
    assert "2 to change" in plan
    assert "from the snapshot of 20" in plan
    assert "203.0.113" not in plan
    assert json.loads((checked / "plan.json").read_text())["resource_changes"]
    assert runner.summary.endswith(plan)
    assert PASSWORD not in runner.log


def test_pull_requests_plan_against_the_newest_snapshot(site: Site, runner: Runner) -> None:
    older = site.work / "caches/prod-snapshot-0-1"
    older.mkdir(parents=True)
    (older / "prod.snapshot").write_text("of an earlier run")
    runner.run("snapshot.yml", "snapshot")
    newer = site.work / "caches/prod-snapshot-1-1"
    checked = runner.run("detections.yml", "check")
    assert (checked / "prod.snapshot").read_text() == (newer / "prod.snapshot").read_text()
    assert "Plan: 2 to add" in (checked / "plan.md").read_text()


def test_a_pull_request_that_cannot_be_planned_fails_and_its_comment_says_so(site: Site, runner: Runner) -> None:
    (site.work / "caches/prod-snapshot-1-1").mkdir(parents=True)
    (site.work / "caches/prod-snapshot-1-1/prod.snapshot").write_text("damaged")
    checked = runner.run("detections.yml", "check", fails=True)
    said = (checked / "plan.md").read_text()
    assert said.startswith("### dac: there is no plan\n")
    assert "prod.snapshot is no snapshot" in said
    assert "--body-file plan.md" in (site.work / "called-gh").read_text()


def test_a_pull_request_from_a_fork_gets_no_comment(site: Site, runner: Runner) -> None:
    runner.contexts = {**CONTEXTS, "github.event.pull_request.head.repo.full_name": "stranger/soc"}
    runner.run("detections.yml", "check")
    assert not (site.work / "called-gh").exists()
    assert "there is no snapshot of prod yet" in runner.summary


def test_jobs_that_hold_a_token_are_bound_to_an_environment_and_those_of_pull_requests_hold_none() -> None:
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            assert ("secrets." in str(job)) <= ("environment" in job), f"{path.name}: {name}"
            assert "pull_request_target" not in path.read_text()
            if "pull_request" in str(job.get("if")):
                assert "environment" not in job
                assert "cache/save" not in str(job), "a pull request leaves nothing that others read"
