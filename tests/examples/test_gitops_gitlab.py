"""The pipeline of examples/gitops-gitlab, every line of it, against two consoles and GitLab's state server."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from shells import EXAMPLES
from state_server import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conftest import Site

FILE = ".gitlab-ci.yml"
SECRETS = {"QRADAR_DEV_TOKEN": "emulator", "QRADAR_PROD_TOKEN": "emulator", "CI_JOB_TOKEN": PASSWORD, "CI": "true"}
EVERY_JOB = {"stages", "workflow", "default", "variables"}


@dataclass
class Pipeline:
    """Runs jobs as GitLab does: in a clean checkout, with the artifacts and variables of the jobs before."""

    repository: Path
    work: Path
    environment: Mapping[str, str]
    artifacts: dict[str, Path] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> dict[str, Any]:
        parsed: dict[str, Any] = yaml.safe_load((self.repository / FILE).read_text(encoding="utf-8"))
        return parsed

    def run(self, name: str) -> str:
        """Run a job, which has to succeed; return its log."""
        job, folder = self.file[name], self.work / name
        shutil.copytree(self.repository, folder)
        for path in self.artifacts.values():
            _copy(path, folder / path.name)
        log = self._shell([*self.file["default"]["before_script"], *job["script"]], folder)
        kept = job.get("artifacts", {})
        self.artifacts |= {path: folder / path for path in kept.get("paths", ())}
        if dotenv := kept.get("reports", {}).get("dotenv"):
            self.variables |= dict(line.split("=", 1) for line in (folder / dotenv).read_text().splitlines())
        return log

    def _shell(self, lines: list[str], folder: Path) -> str:
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
            cwd=folder,
            env={**self.environment, **SECRETS, **self.file["variables"], **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def _copy(source: Path, target: Path) -> None:
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)


def test_a_change_goes_from_a_merge_request_to_dev_and_to_prod(site: Site) -> None:
    pipeline = Pipeline(site.repository("gitops-gitlab"), site.work / "jobs", site.environment())
    logs = {name: pipeline.run(name) for name in pipeline.file if name not in EVERY_JOB}
    assert list(logs) == ["check", "plan", "dev", "promote", "prod"]
    plan = (pipeline.work / "plan/plan.md").read_text()
    assert "2 to add" in plan
    assert "203.0.113.7" not in plan
    for name in ("dev", "prod"):
        assert "Apply complete! Resources: 2 added, 0 changed, 0 destroyed." in logs[name]
    assert (pipeline.work / "prod/state/audit.jsonl").is_file()
    stored = {name.rpartition("/")[2] for name, versions in site.states.versions.items() if versions}
    assert {"dev-remote-access", "prod-remote-access"} <= stored
    assert not site.states.locks
    assert PASSWORD not in str(logs)


def test_jobs_that_hold_a_token_are_bound_to_an_environment() -> None:
    parsed = yaml.safe_load((EXAMPLES / "gitops-gitlab" / FILE).read_text())
    for name, job in parsed.items():
        if name not in EVERY_JOB and "--console" in str(job):
            assert "environment" in job, name
