"""A GitHub runner, as far as the examples need one: jobs in fresh checkouts, expressions, artifacts.

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
NOTHING_TO_DO = ("actions/checkout", "actions/setup-python")
SECONDS = 120


@dataclass
class Runner:
    """Runs jobs of workflow files that are in `repository`; `work` is for checkouts and what outlives a job."""

    repository: Path
    work: Path
    environment: Mapping[str, str]
    contexts: Mapping[str, str]
    """What `${{ … }}` may stand for, beside the outputs of jobs that were run."""

    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""

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

    def run(self, workflow: str, name: str) -> Path:
        """Run a job in a checkout of its own, every step of which has to succeed; return that folder."""
        job = self.job(workflow, name)
        folder = self.work / f"checkout-{len(list(self.work.iterdir()))}"
        shutil.copytree(self.repository, folder)
        outputs: dict[str, str] = {}
        for step in job["steps"]:
            if "uses" in step:
                self._use(step["uses"].partition("@")[0], step.get("with", {}), folder)
                continue
            variables = {**self._workflow(workflow)["env"], **step.get("env", {})}
            said = self._shell(step["run"], {key: self._filled(text) for key, text in variables.items()}, folder)
            outputs |= {f"steps.{step.get('id')}.outputs.{key}": value for key, value in said.items()}
        for key, expression in job.get("outputs", {}).items():
            self.outputs[f"needs.{name}.outputs.{key}"] = outputs[EXPRESSION.fullmatch(expression)[1]]  # type: ignore[index]
        return folder

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: {**self.contexts, **self.outputs}[found[1]], text)

    def _shell(self, script: str, variables: dict[str, str], folder: Path) -> dict[str, str]:
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
        assert done.returncode == 0, self.log[-4000:]
        return dict(line.split("=", 1) for line in said.read_text().splitlines())

    def _use(self, action: str, given: Mapping[str, Any], folder: Path) -> None:
        if action in NOTHING_TO_DO:
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


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
