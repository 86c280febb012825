"""The pipeline of examples/gitops-gitlab, every line of it, against two consoles and GitLab's state server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gitlab_pipeline import MERGE_REQUEST, PUSH, SCHEDULE, Pipeline
from package_registry import PackageRegistry
from shells import EXAMPLES
from state_server import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from conftest import Site

DEV, PROD = {"QRADAR_DEV_TOKEN": "emulator"}, {"QRADAR_PROD_TOKEN": "emulator"}
PROTECTED = {"dev": DEV, "prod-plan": DEV | PROD, "prod": PROD}
SNAPSHOT = "/api/v4/projects/42/packages/generic/dac-snapshot/prod/prod.snapshot"


@pytest.fixture
def registry() -> Iterator[PackageRegistry]:
    with PackageRegistry(PASSWORD) as registry:
        yield registry


@pytest.fixture
def pipeline(site: Site, registry: PackageRegistry) -> Callable[[Mapping[str, str]], Pipeline]:
    """Makes a pipeline for a merge request, a push or a schedule."""
    repository, environment = site.repository("gitops-gitlab"), site.environment()
    of_the_job = {"CI_API_V4_URL": registry.url, "CI_PROJECT_ID": "42", "CI_JOB_TOKEN": PASSWORD}

    def made(cause: Mapping[str, str]) -> Pipeline:
        work = site.work / "jobs" / str(len(list((site.work / "jobs").iterdir())))
        work.mkdir()
        return Pipeline(repository, work, environment, {**of_the_job, **cause}, PROTECTED)

    return made


def test_a_change_goes_from_a_merge_request_to_dev_and_to_prod(
    site: Site, registry: PackageRegistry, pipeline: Callable[[Mapping[str, str]], Pipeline]
) -> None:
    asked = pipeline(MERGE_REQUEST)
    assert asked.jobs == ["check", "plan"]
    asked.run("check")
    assert "there is no snapshot of prod yet" in asked.run("plan", code=78)
    merged = pipeline(PUSH)
    logs = {name: merged.run(name) for name in merged.jobs}
    assert list(logs) == ["dev", "promote", "prod", "snapshot"]
    for name in ("dev", "prod"):
        assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in logs[name]
    assert (merged.work / "prod/state/audit.jsonl").is_file()
    stored = {name.rpartition("/")[2] for name, versions in site.states.versions.items() if versions}
    assert {"dev-remote-access", "prod-remote-access"} <= stored
    assert not site.states.locks
    assert PASSWORD not in str(logs)
    assert list(registry.files) == [SNAPSHOT]

    assert "No drift." in pipeline(SCHEDULE).run("drift")
    with site.switched_off_on_prod():
        assert "1 disabled" in pipeline(SCHEDULE).run("drift", code=2)

    stack = asked.repository / "stacks/remote-access/stack.toml"
    stack.write_text(stack.read_text().replace("203.0.113.7", "203.0.113.9").replace("medium", "high"))
    site.close()  # consoles and states
    asked = pipeline(MERGE_REQUEST)
    assert PASSWORD not in asked.run("plan")
    plan = (asked.work / "plan/plan.md").read_text()
    assert "2 to change" in plan
    assert "from the snapshot of 20" in plan
    assert "203.0.113" not in plan


def test_a_registry_that_is_down_is_not_taken_for_one_that_has_no_snapshot(
    registry: PackageRegistry, pipeline: Callable[[Mapping[str, str]], Pipeline]
) -> None:
    registry.ails = 403
    assert "GitLab answered 403 when asked for the snapshot of prod" in pipeline(MERGE_REQUEST).run("plan", code=1)


def test_a_schedule_makes_snapshots_and_looks_for_drift(
    pipeline: Callable[[Mapping[str, str]], Pipeline],
) -> None:
    assert pipeline(SCHEDULE).jobs == ["snapshot", "drift"]
    assert pipeline(PUSH | {"CI_COMMIT_BRANCH": "feature"}).jobs == []


def test_jobs_that_hold_a_token_are_bound_to_an_environment_and_those_of_merge_requests_are_not(tmp_path: Path) -> None:
    repository = EXAMPLES / "gitops-gitlab"
    merge_request, push = (Pipeline(repository, tmp_path, {}, cause, PROTECTED) for cause in (MERGE_REQUEST, PUSH))
    assert merge_request.jobs
    assert not any("environment" in merge_request.file[name] for name in merge_request.jobs)
    assert all(push.file[name]["environment"] for name in push.jobs)
