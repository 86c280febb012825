"""The hooks for pre-commit: which files they are for, and what they say about them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from forked_dac import Ran, dac
from shells import dac_environment

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
PROJECT = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"

[console.local]
url = "emulator:state/local.db"
"""
STACK = '[stack]\ndescription = "Laid out"\n\n[reference_set.vpn]\nname = "VPN"\nentry_type = "IP"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dac.toml").write_text(PROJECT)
    (tmp_path / "stacks/lab").mkdir(parents=True)
    (tmp_path / "stacks/lab/stack.toml").write_text(STACK)
    return tmp_path


def _commit(hook: dict[str, Any], folder: Path, *staged: str) -> Ran:
    """What pre-commit runs for these staged files."""
    chosen = [path for path in staged if re.search(hook["files"], path)]
    assert chosen, f"{hook['id']} is not for {staged}"
    program, *words = shlex.split(hook["entry"])
    assert (program, hook["language"]) == ("dac", "python")
    return dac([*words, *(chosen if hook.get("pass_filenames", True) else [])], folder=folder, env=dac_environment())


def test_fmt_lays_out_the_files_that_are_committed_and_no_other(project: Path) -> None:
    for name in ("staged.toml", "other.toml"):
        (project / "stacks/lab" / name).write_text('[reference_set.a]\nname="A"\nentry_type   =   "IP"\n')
    assert _commit(HOOKS["dac-fmt"], project, "stacks/lab/staged.toml", "README.md").code == 0
    assert (project / "stacks/lab/staged.toml").read_text() == '[reference_set.a]\nname = "A"\nentry_type = "IP"\n'
    assert 'name="A"' in (project / "stacks/lab/other.toml").read_text()


def test_validate_stops_a_commit_that_breaks_the_project(project: Path) -> None:
    assert _commit(HOOKS["dac-validate"], project, "stacks/lab/vpn.csv").code == 0
    (project / "stacks/lab/stack.toml").write_text(STACK.replace("entry_type", "entry_tipe"))
    ran = _commit(HOOKS["dac-validate"], project, "stacks/lab/stack.toml")
    assert ran.code == 1
    assert "entry_type" in ran.text


@pytest.mark.parametrize("path", ["pyproject.toml", "docs/dac.toml.md", "my-dac.toml", "substacks/x.toml"])
def test_other_files_are_none_of_their_business(path: str) -> None:
    assert not [name for name, hook in HOOKS.items() if re.search(hook["files"], path)]
