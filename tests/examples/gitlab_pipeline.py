"""A GitLab pipeline, as far as the examples need one: clean checkouts, rules, artifacts, protected variables."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from string import Template
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = ".gitlab-ci.yml"
MERGE_REQUEST = {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_DEFAULT_BRANCH": "main"}
PUSH = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
SCHEDULE = PUSH | {"CI_PIPELINE_SOURCE": "schedule"}
_EVERY_JOB = {"stages", "workflow", "default", "variables"}
_TERM = re.compile(r'\$(\w+) (==|!=) (?:"([^"]*)"|\$(\w+))')
_SECONDS = 120


@dataclass
class Pipeline:
    """Runs jobs of one pipeline; `variables` are those that GitLab predefines, with what it is run for.

    `protected`: variables by the environment whose jobs see them, and a job without an environment sees none.
    """

    repository: Path
    work: Path
    environment: Mapping[str, str]
    variables: Mapping[str, str]
    protected: Mapping[str, Mapping[str, str]]
    kept: dict[str, list[Path]] = field(default_factory=dict)
    reported: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> dict[str, Any]:
        parsed: dict[str, Any] = yaml.safe_load((self.repository / FILE).read_text(encoding="utf-8"))
        return parsed

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs whose rules let them into this pipeline; none when it is not made at all."""
        file = self.file
        if not self._let_in(file["workflow"]):
            return []
        return [name for name, job in file.items() if name not in _EVERY_JOB and self._let_in(job)]

    def _let_in(self, job: Mapping[str, Any]) -> bool:
        return any(all(map(self._holds, rule["if"].split(" && "))) for rule in job["rules"])

    def _holds(self, term: str) -> bool:
        found = _TERM.fullmatch(term)
        assert found, f"a rule that this does not know: {term}"
        name, sign, text, other = found.groups()
        right = self.variables.get(other) if other else text
        return (self.variables.get(name) == right) is (sign == "==")

    def run(self, name: str, *, code: int = 0) -> str:
        """Run a job, which has to end with that exit code; return its log. Its folder is `work / name`."""
        assert name in self.jobs, f"{name} is not in this pipeline"
        job, folder = self.file[name], self.work / name
        shutil.copytree(self.repository, folder)
        for path in self._artifacts_for(job):
            _copy(path, folder / path.name)
        log = self._shell([*self.file["default"]["before_script"], *job["script"]], folder, self._seen_by(job), code)
        kept = job.get("artifacts", {})
        self.kept[name] = [folder / path for path in kept.get("paths", ())]
        if dotenv := kept.get("reports", {}).get("dotenv"):
            self.reported |= dict(line.split("=", 1) for line in (folder / dotenv).read_text().splitlines())
        return log

    def _artifacts_for(self, job: Mapping[str, Any]) -> list[Path]:
        """What the jobs before left: of those that are needed, or else of all."""
        needed = [need if isinstance(need, dict) else {"job": need} for need in job.get("needs", ())]
        named = [need["job"] for need in needed if need.get("artifacts", True)] if "needs" in job else list(self.kept)
        return [path for name in named for path in self.kept.get(name, ())]

    def _seen_by(self, job: Mapping[str, Any]) -> dict[str, str]:
        environment = job.get("environment")
        name = environment["name"] if isinstance(environment, dict) else environment
        given = {**self.variables, **(self.protected[name] if name else {})}
        own = {key: Template(text).safe_substitute(given) for key, text in self.file["variables"].items()}
        return {**own, **given, **self.reported}

    def _shell(self, lines: list[str], folder: Path, variables: Mapping[str, str], code: int) -> str:
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
            cwd=folder,
            env={**self.environment, **variables, "CI": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout


def _copy(source: Path, target: Path) -> None:
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
