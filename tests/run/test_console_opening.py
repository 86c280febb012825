"""Opening a console reads its token, and keeps what is to be said about where the token was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dac.config.loading import load_project
from dac.emulator.server import Emulator
from dac.run.console import open_console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dac.config.settings import Project

DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"
[console.real]
url = "{url}"
token = {{ file = "token" }}
[console.local]
url = "emulator:console.db"
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Emulator(tmp_path / "console.db") as emulator:
        (tmp_path / "dac.toml").write_text(DAC_TOML.format(url=emulator.url))
        (tmp_path / "token").write_text(emulator.token)
        (tmp_path / "token").chmod(0o600)
        yield load_project(tmp_path)


def warnings(project: Project, name: str) -> list[str]:
    with open_console(project, project.consoles[name], {}, lambda: 0) as console:
        return [item.code for item in console.warnings]


def test_a_token_that_others_can_read_is_a_warning(project: Project) -> None:
    (project.root / "token").chmod(0o644)
    assert warnings(project, "real") == ["token-readable"]


def test_a_token_that_nobody_else_can_read_is_none(project: Project) -> None:
    assert warnings(project, "real") == []


def test_an_emulator_makes_its_own_token_and_reads_none(project: Project) -> None:
    (project.root / "token").unlink()
    assert warnings(project, "local") == []
