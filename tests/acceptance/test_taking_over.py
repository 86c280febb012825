"""A console that others filled is taken over: nothing changes, nothing is lost, and the same comes out every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from analyst import looking_at
from consoles import DATABASE, put
from old_console import Size, fill
from project import DAC_TOML, Project

if TYPE_CHECKING:
    from pathlib import Path

    from project import Ran

SIZE = Size(rules=36, properties=30, sets=8, entries=480)
UNMANAGED = "unmanaged"


@pytest.fixture(scope="module")
def taken_over(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> tuple[Project, Ran]:
    """A project whose only console is an old one, all of it imported. To be copied, not to be worked in."""
    project = Project(tmp_path_factory.mktemp("old") / "project")
    project.write("dac.toml", DAC_TOML)
    put(stock, project.root / DATABASE)
    with looking_at(project) as analyst:
        fill(analyst.http, SIZE)
    return project, project.dac("import", "--all", "--console", "local", "--stack", "old")


def files(project: Project) -> dict[str, bytes]:
    """Every file of the stacks, as it is."""
    folder = project.root / "stacks"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_all_that_people_made_is_taken_over(taken_over: tuple[Project, Ran]) -> None:
    project, ran = taken_over
    assert ran.code == 0, ran.text
    assert "could not be taken over" not in ran.stdout
    recorded = project.recorded("old")["resources"]
    kinds = [address.partition(".")[0] for address in recorded]
    assert kinds.count("detection") + kinds.count("building_block") == SIZE.rules
    assert kinds.count("custom_property") >= SIZE.properties
    assert kinds.count("reference_set") >= SIZE.sets


def test_a_plan_right_after_an_import_has_nothing_to_change(taken_over: tuple[Project, Ran]) -> None:
    planned = taken_over[0].dac("plan", "--deep", "--detailed-exitcode")
    assert planned.code == 0, planned.text
    assert "No changes." in planned.stdout
    assert UNMANAGED not in planned.stdout


def test_a_second_import_touches_no_file(taken_over: tuple[Project, Ran]) -> None:
    project, _ = taken_over
    before = files(project)
    again = project.dac("import", "--all", "--console", "local", "--stack", "old")
    assert again.code == 0, again.text
    assert "Nothing new to take over." in again.stdout
    assert files(project) == before


def test_the_same_console_gives_the_same_files_anew(taken_over: tuple[Project, Ran], tmp_path: Path) -> None:
    project, _ = taken_over
    other = Project(tmp_path / "other")
    other.write("dac.toml", DAC_TOML)
    put(project.root / DATABASE, other.root / DATABASE)
    ran = other.dac("import", "--all", "--console", "local", "--stack", "old")
    assert ran.code == 0, ran.text
    assert files(other) == files(project)


def test_what_an_import_wrote_is_laid_out_as_fmt_does(taken_over: tuple[Project, Ran]) -> None:
    assert taken_over[0].dac("fmt", "--check").code == 0
