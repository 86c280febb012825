"""The workflows of examples/gitops-github, every step of them, against two consoles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml
from github_runner import Runner
from shells import EXAMPLES
from state_server import PASSWORD

if TYPE_CHECKING:
    from conftest import Site

WORKFLOWS = sorted((EXAMPLES / "gitops-github/.github/workflows").iterdir())
SECRETS = {
    "secrets.QRADAR_DEV_TOKEN": "emulator",
    "secrets.QRADAR_PROD_TOKEN": "emulator",
    "secrets.DAC_STATE_PASSWORD": PASSWORD,
    "github.token": "ghs_of_this_job",
    "github.event.number": "17",
}


def test_a_change_goes_from_a_merge_request_to_dev_and_to_prod(site: Site) -> None:
    runner = Runner(site.repository("gitops-github"), site.work / "jobs", site.environment(), SECRETS)
    checked = runner.run("detections.yml", "check")
    assert "Plan: 2 to add" in (checked / "plan.md").read_text()
    assert json.loads((checked / "plan.json").read_text())["resource_changes"]
    comment = (site.work / "called-gh").read_text()
    assert "pr comment 17 --repo acme/soc --body-file plan.md" in comment
    assert "203.0.113.7" not in (checked / "plan.md").read_text()
    runner.run("detections.yml", "dev")
    assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in runner.log
    runner.run("promote.yml", "promote")
    assert f"its digest is `{runner.outputs['needs.promote.outputs.digest']}`" in runner.summary
    runner.run("promote.yml", "prod")
    assert runner.log.count("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.") == 2
    kept = site.work / "jobs/artifact-dac-prod/state"
    assert (kept / "audit.jsonl").is_file()
    assert len(list((kept / "history/prod").iterdir())) == 1
    assert PASSWORD not in runner.log


def test_jobs_that_hold_a_token_are_bound_to_an_environment() -> None:
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            assert ("secrets." in str(job)) <= ("environment" in job), f"{path.name}: {name}"
            assert "pull_request_target" not in path.read_text()
