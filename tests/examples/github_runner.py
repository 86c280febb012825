"""A GitHub runner, as far as the examples need one: jobs in fresh checkouts, conditions, artifacts, caches, secrets.

What it does not know is an error, so that no step is passed over.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
COMPARISON = re.compile(r"(\S+) (==|!=) (\S+)")
NOTHING_TO_DO = ("actions/checkout", "actions/setup-python")
ALWAYS = "!cancelled()"
SECONDS = 120


@dataclass
class Runner:
    """Runs jobs of workflow files that are in `repository`; `work` is for checkouts and what outlives a job."""

    repository: Path
    work: Path
    environment: Mapping[str, str]
    contexts: Mapping[str, str]
    """What `${{ … }}` may stand for, beside the outputs of jobs that were run."""

    secrets: Mapping[str, Mapping[str, str]]
    """By environment. A job without an environment has none."""

    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    runs: int = 0

    def job(self, workflow: str, name: str) -> dict[str, Any]:
        """One job of a workflow, as the file has it."""
        found: dict[str, Any] = self._workflow(workflow)["jobs"][name]
        return found

    @property
    def summary(self) -> str:
        """What the steps wrote for people to read."""
        return (self.work / "summary.md").read_text(encoding="utf-8")

    def _workflow(self, workflow: str) -> dict[str, Any]:
        text = (self.repository / ".github/workflows" / workflow).read_text(encoding="utf-8")
        parsed: dict[str, Any] = yaml.safe_load(text)
        assert parsed["defaults"] == {"run": {"shell": "bash"}}
        return parsed

    def run(self, workflow: str, name: str, *, fails: bool = False) -> Path:
        """Run a job in a checkout of its own; return that folder. Every step has to succeed, unless it `fails`."""
        job = self.job(workflow, name)
        if called := job.get("uses"):
            assert job["secrets"] == "inherit", "without that the called workflow has no secret of any environment"
            return self.run(called.removeprefix("./.github/workflows/"), name, fails=fails)
        self.runs += 1
        folder = self.work / f"checkout-{self.runs}"
        shutil.copytree(self.repository, folder)
        known = {**self.contexts, **self.outputs, **self._secrets(job), "github.run_id": str(self.runs)}
        outputs, broken = self._steps(job, self._workflow(workflow)["env"], known, folder)
        assert broken is fails, self.log[-4000:]
        for key, expression in job.get("outputs", {}).items():
            self.outputs[f"needs.{name}.outputs.{key}"] = outputs[EXPRESSION.fullmatch(expression)[1]]  # type: ignore[index]
        return folder

    def _secrets(self, job: Mapping[str, Any]) -> dict[str, str]:
        known = self.secrets[job["environment"]] if "environment" in job else {}
        return {f"secrets.{name}": value for name, value in known.items()}

    def _steps(
        self, job: Mapping[str, Any], variables: Mapping[str, str], known: Mapping[str, str], folder: Path
    ) -> tuple[dict[str, str], bool]:
        """Run the steps; return what they set, and whether one of them failed."""
        outputs: dict[str, str] = {}
        broken = False
        for step in job["steps"]:
            if not _wanted(step.get("if", ""), known, broken=broken):
                continue
            if "uses" in step:
                given = {key: _filled(str(text), known) for key, text in step.get("with", {}).items()}
                self._use(step["uses"].partition("@")[0], given, folder)
                continue
            own = {key: _filled(text, known) for key, text in {**variables, **step.get("env", {})}.items()}
            said, code = self._shell(step["run"], own, folder)
            broken = broken or code != 0
            outputs |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in said.items()}
        return outputs, broken

    def _shell(self, script: str, variables: dict[str, str], folder: Path) -> tuple[dict[str, str], int]:
        assert "${{" not in script, f"what comes from outside goes into env, not into a script: {script}"
        said = folder.parent / f"{folder.name}.outputs"
        said.write_text("")
        files = {"GITHUB_OUTPUT": str(said), "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md")}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={**self.environment, "CI": "true", "GITHUB_REPOSITORY": "acme/soc", **files, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        self.log += f"$ {script}\n{done.stdout}\n"
        return dict(line.split("=", 1) for line in said.read_text().splitlines()), done.returncode

    def _use(self, action: str, given: Mapping[str, str], folder: Path) -> None:
        if action in NOTHING_TO_DO:
            return
        if action.startswith("actions/cache/"):
            self._cache(action, given["key"], folder / given["path"])
            return
        kept = self.work / f"artifact-{given['name']}"
        if action == "actions/upload-artifact":
            kept.mkdir()
            _copy(folder / given["path"], kept / given["path"])
        elif action == "actions/download-artifact":
            for path in kept.iterdir():
                _copy(path, folder / path.name)
        else:
            raise AssertionError(f"the runner does not know {action}")

    def _cache(self, action: str, key: str, path: Path) -> None:
        """A cache is found by its whole key, else the newest whose key begins with it; it is never overwritten."""
        caches = self.work.parent / "caches"
        if action == "actions/cache/save":
            (caches / key).mkdir(parents=True)
            _copy(path, caches / key / path.name)
        elif action == "actions/cache/restore":
            fitting = [kept for kept in caches.glob(f"{key}*") if (kept / path.name).exists()]
            newest = max(fitting, key=lambda kept: (kept.name == key, kept.stat().st_mtime_ns), default=None)
            if newest is not None:
                _copy(newest / path.name, path)
        else:
            raise AssertionError(f"the runner does not know {action}")


def _filled(text: str, known: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: known[found[1]], text)


def _wanted(condition: str, known: Mapping[str, str], *, broken: bool) -> bool:
    """Whether a step is run, by its `if`."""
    found = EXPRESSION.fullmatch(condition)
    terms = (found[1] if found else condition).split(" && ") if condition else []
    if broken and ALWAYS not in terms:
        return False
    return all(_holds(term, known) for term in terms if term != ALWAYS)


def _holds(term: str, known: Mapping[str, str]) -> bool:
    found = COMPARISON.fullmatch(term)
    assert found, f"the runner does not know {term}"
    left, sign, right = found.groups()
    return (known[left] == known[right]) is (sign == "==")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
