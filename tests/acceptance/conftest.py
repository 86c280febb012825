"""Projects that are ready to work on. Making one costs an apply, so each is made once and copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import looking_at
from consoles import DATABASE, HURRIED, put
from project import ROOT, Project, Ran, readme_command
from promotions import Pair, applied_pair, unwritten

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyst import Analyst


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a console that holds stock content only, and does at once what it is asked for."""
    path = tmp_path_factory.mktemp("stock") / "console.db"
    with Emulator(path, settings=HURRIED):
        pass
    return path


@pytest.fixture(scope="session")
def applied_lab(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> Project:
    """The small project, applied. To be copied, not to be worked in."""
    project = Project.lab(tmp_path_factory.mktemp("lab") / "project")
    put(stock, project.root / DATABASE)
    project.apply()
    return project


@pytest.fixture(scope="session")
def first_apply(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> tuple[Project, Ran]:
    """What this repository ships, applied by the command its README begins with; and what that printed."""
    project = Project(tmp_path_factory.mktemp("shipped") / "project")
    shutil.copytree(ROOT / "stacks", project.root / "stacks")
    shutil.copyfile(ROOT / "dac.toml", project.root / "dac.toml")
    put(stock, project.root / DATABASE)
    return project, project.dac(*readme_command("Quick start", ".venv/bin/dac "))


@pytest.fixture
def new_lab(tmp_path: Path, stock: Path) -> Project:
    """The small project on a console that has never seen it."""
    project = Project.lab(tmp_path / "project")
    put(stock, project.root / DATABASE)
    return project


@pytest.fixture
def lab(tmp_path: Path, applied_lab: Project) -> Project:
    """The small project on a console where it has been applied."""
    shutil.copytree(applied_lab.root, tmp_path / "project")
    return Project(tmp_path / "project")


@pytest.fixture
def remote_lab(tmp_path: Path, stock: Path) -> Iterator[tuple[Project, Analyst]]:
    """The small project and a console that is reached by its URL, as a real one; name it with --console local."""
    project = Project.lab(tmp_path / "project")
    put(stock, project.root / DATABASE)
    with looking_at(project) as analyst:
        yield project.on(analyst.url), analyst


@pytest.fixture(scope="session")
def applied_on_dev(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> Iterator[Pair]:
    """The small project, applied on the first of two consoles. To be copied, not to be worked in."""
    with applied_pair(tmp_path_factory.mktemp("consoles"), stock) as pair:
        yield pair


@pytest.fixture
def pair(applied_on_dev: Pair, tmp_path: Path) -> Iterator[Pair]:
    """It can be promoted to the second console; in the end neither may have been written to."""
    with unwritten(applied_on_dev, tmp_path / "project") as pair:
        yield pair
