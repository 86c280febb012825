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


def test_a_token_is_in_nothing_that_a_project_leaves_or_prints_in_its_life(guarded: tuple[Project, str]) -> None:
    """State and its copies, steps, history, audit log, plan files, and both streams of every command."""
    project, url = guarded
    runs = [
        project.dac("validate"),
        project.dac("plan", "--out", "lab.dacplan", *CONSOLE),
        project.dac("show", "lab.dacplan", "--json"),
        project.dac("apply", "lab.dacplan", *CONSOLE),
    ]
    project.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    runs += [project.dac("plan", "--json", *CONSOLE), project.dac("apply", "--auto-approve", *CONSOLE)]
    apply_id = project.dac("history", "--json", *CONSOLE).json["applies"][0]["id"]
    runs += [
        project.dac("history", apply_id, "--json", *CONSOLE),
        project.dac("history", apply_id, "--xml", "detection.admin", *CONSOLE),
        project.dac("rollback", apply_id, "--auto-approve", *CONSOLE),
        project.dac("drift", *CONSOLE),
        project.dac("show", *CONSOLE),
    ]
    assert [ran.code for ran in runs] == [0] * len(runs), [ran.text for ran in runs if ran.code]
    assert not [ran.text for ran in runs if TOKEN in ran.text]
    assert _written(project.root) == []
    left = {path.parent.name for path in project.root.glob("state/**/*.json*")}
    assert left == {"state", "local"}  # the audit log; the states; the history of console local lies in `local`, too
    assert len(list(project.root.glob("state/history/local/*.json"))) == 3
    assert TOKEN not in httpx.get(f"{url}/emulator/requests").text


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


@pytest.mark.parametrize("code", [401, 302, 500])
def test_a_console_that_turns_hostile_within_an_apply_leaves_the_token_nowhere(
    guarded: tuple[Project, str], code: int
) -> None:
    """What it says ends up in outcomes: in the state, its steps, the history, and on the screen."""
    project, url = guarded
    body = {"message": f"SEC {TOKEN} is not welcome", "http_response": {"code": code, "message": TOKEN}}
    fault = {"action": "status", "code": code, "times": 1000, "method": "PATCH", "path": "set_entries", "body": body}
    httpx.post(f"{url}/emulator/faults", json=fault).raise_for_status()
    ran = project.dac("apply", "--auto-approve", *CONSOLE)
    shown = project.dac("history", "--json", *CONSOLE)
    told = project.dac("history", shown.json["applies"][0]["id"], *CONSOLE)
    assert (ran.code, shown.json["applies"][0]["result"]) == (1, "incomplete")
    assert "failed (create was planned)" in told.stdout
    assert TOKEN not in ran.text + shown.text + told.text
    assert _written(project.root) == []
    assert f'"status": {code}' in project.read("state/audit.jsonl")


@pytest.mark.parametrize(
    ("before", "after", "env"),
    [
        ('url = "', f'url = "https://ana:{TOKEN}@qradar.invalid/', {}),
        ("http://127.0.0.1", "https://qradar.invalid", {"HTTPS_PROXY": f"http://ana:{TOKEN}@127.0.0.1:9"}),
    ],
    ids=["in the console's URL", "in the proxy's URL"],
)
def test_a_password_in_a_url_is_not_repeated(
    guarded: tuple[Project, str], before: str, after: str, env: dict[str, str]
) -> None:
    project, _ = guarded
    project.edit("dac.toml", before, after)
    ran = Project(project.root, {"LAB_TOKEN": "another-token-of-the-test"} | env).dac(
        "apply", "--auto-approve", *CONSOLE
    )
    assert ran.code == 1
    assert TOKEN not in ran.text
    assert _written(project.root / "state") == []


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
