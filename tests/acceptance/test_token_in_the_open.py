"""A console's token is in one header and nowhere else: no file, no output, no error holds it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from consoles import DATABASE, HURRIED
from project import Project

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "5f0e1b9a-planted-2d44-token-c0ffee"
CONSOLE = ("--console", "local")


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Project, str]]:
    """The small project, and the URL of a console that takes the planted token."""
    project = Project.lab(tmp_path / "project")
    with Emulator(tmp_path / DATABASE, token=TOKEN, settings=HURRIED) as emulator:
        project = project.on(emulator.url)
        yield Project(project.root, {"LAB_TOKEN": TOKEN}), emulator.url


def _written(root: Path) -> list[str]:
    """The files below a folder that hold the token."""
    return [str(file) for file in root.rglob("*") if file.is_file() and TOKEN.encode() in file.read_bytes()]


def test_a_token_is_in_no_output_state_or_plan(guarded: tuple[Project, str]) -> None:
    project, _ = guarded
    runs = [
        project.dac("plan", "--out", "lab.dacplan", *CONSOLE),
        project.dac("apply", "lab.dacplan", *CONSOLE),
        project.dac("plan", "--json", *CONSOLE),
        project.dac("show", *CONSOLE),
    ]
    assert [ran.code for ran in runs] == [0, 0, 0, 0], runs[1].text
    assert not [ran.text for ran in runs if TOKEN in ran.text]
    assert _written(project.root) == []


def test_a_console_that_repeats_the_token_in_an_error_does_not_give_it_away(guarded: tuple[Project, str]) -> None:
    project, url = guarded
    body = {"code": 1020, "message": f"bad header SEC: {TOKEN}", "description": TOKEN, "http_response": {"code": 422}}
    fault = {"action": "status", "code": 422, "times": 1000, "path": "/api/analytics/rules", "body": body}
    httpx.post(f"{url}/emulator/faults", json=fault).raise_for_status()
    ran = project.dac("apply", "--auto-approve", *CONSOLE)
    assert ran.code == 1
    assert "bad header SEC" in ran.text
    assert TOKEN not in ran.text
    assert _written(project.root) == []


@pytest.mark.parametrize("source", ["file", "command"])
def test_a_token_may_come_from_a_file_or_a_program(guarded: tuple[Project, str], source: str) -> None:
    project, _ = guarded
    (project.root.parent / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (project.root.parent / "token").chmod(0o600)
    program = json.dumps([sys.executable, "-c", "print(open('../token').read())"])
    written = {"file": '{ file = "../token" }', "command": f"{{ command = {program} }}"}
    project.edit("dac.toml", '{ env = "LAB_TOKEN" }', written[source])
    ran = Project(project.root).dac("plan", *CONSOLE)
    assert ran.code == 0, ran.text
    assert TOKEN not in ran.text
    assert _written(project.root) == []


def test_a_program_that_fails_does_not_give_away_what_it_printed(guarded: tuple[Project, str]) -> None:
    project, _ = guarded
    program = json.dumps([sys.executable, "-c", "import sys; print('planted-' + 'output'); sys.exit(3)"])
    project.edit("dac.toml", '{ env = "LAB_TOKEN" }', f"{{ command = {program} }}")
    ran = Project(project.root).dac("plan", *CONSOLE)
    assert ran.code == 1
    assert "planted-output" not in ran.text


def test_the_token_of_an_embedded_console_is_never_shown(lab: Project) -> None:
    """It is made anew for every run; what must not happen is that anything prints what stands in the SEC header."""
    ran = lab.dac("plan", "--json")
    assert ran.code == 0
    assert "SEC" not in ran.text
