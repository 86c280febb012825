"""`dac init`: what it writes can be planned, and nothing that is there is overwritten."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from dac.config.loading import load_project
from dac.errors import DacError
from dac.model.diagnostic import Severity
from dac.run.scope import Request
from dac.run.starting import init
from dac.run.validating import validate_project

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_project_has_a_console_a_first_stack_and_what_git_should_ignore(tmp_path: Path) -> None:
    written = init(tmp_path / "soc")
    assert [str(path.relative_to(tmp_path)) for path in written] == [
        "soc/dac.toml",
        "soc/stacks/first/stack.toml",
        "soc/.gitignore",
    ]
    assert load_project(tmp_path / "soc").consoles["local"].emulator is not None


def test_a_new_project_is_valid_without_a_warning(tmp_path: Path) -> None:
    init(tmp_path)
    found = validate_project(Request(tmp_path)).diagnostics
    assert [item for item in found if item.severity is not Severity.INFO] == []


def test_two_projects_have_two_ids(tmp_path: Path) -> None:
    init(tmp_path / "a")
    init(tmp_path / "b")
    assert load_project(tmp_path / "a").id != load_project(tmp_path / "b").id


@pytest.mark.parametrize(
    ("folder", "name"), [("detections", "detections"), ("2nd soc!", "soc-2nd-soc"), ("été", "t"), ("!!", "soc")]
)
def test_the_project_is_named_after_its_folder_as_far_as_a_name_can_be(tmp_path: Path, folder: str, name: str) -> None:
    init(tmp_path / folder)
    assert tomllib.loads((tmp_path / folder / "dac.toml").read_text())["project"]["name"] == name
    load_project(tmp_path / folder)


@pytest.mark.parametrize("inner", ["", "stacks/cloud"])
def test_a_folder_within_a_project_is_refused_and_nothing_is_written(tmp_path: Path, inner: str) -> None:
    init(tmp_path)
    folder = tmp_path / inner
    folder.mkdir(parents=True, exist_ok=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(DacError, match=r"dac\.toml is there already"):
        init(folder)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_files_that_are_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    written = init(tmp_path)
    assert tmp_path / ".gitignore" not in written
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
