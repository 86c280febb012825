"""Consoles that are not there, do not let us in, or are not the one the state is of: exit 1, and nothing is written."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import pytest
from analyst import Analyst, looking_at
from consoles import DATABASE, put
from project import DAC_TOML, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLY = ("apply", "--auto-approve", "--console", "local")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> Iterator[Analyst]:
    """A console that nobody in this module ever writes to."""
    project = Project.lab(tmp_path_factory.mktemp("console"))
    put(stock, project.root / DATABASE)
    with looking_at(project) as analyst:
        yield analyst


@pytest.fixture
def project(tmp_path: Path, console: Analyst) -> Iterator[Project]:
    project = Project.lab(tmp_path).on(console.url)
    yield project
    assert console.writes() == []
    assert list(project.root.glob("state/*/*.json")) == []


def _with_token(project: Project, token: str | None) -> Project:
    return Project(project.root, {} if token is None else {"LAB_TOKEN": token})


def test_a_console_without_a_token_in_dac_toml(project: Project) -> None:
    project.edit("dac.toml", 'token = { env = "LAB_TOKEN" }\n', "")
    ran = project.dac(*APPLY)
    assert ran.code == 1
    assert "dac.toml:6: error[missing-key]: console local has no token" in ran.stderr
    assert "hint: add token = { env =" in ran.stderr


def test_a_token_whose_variable_is_not_set(project: Project, console: Analyst) -> None:
    console.forget_requests()
    ran = _with_token(project, None).dac(*APPLY)
    assert ran.code == 1
    assert "LAB_TOKEN" in ran.stderr
    assert console.requests() == []


def test_a_token_that_the_console_does_not_take(project: Project) -> None:
    ran = _with_token(project, "stolen-and-revoked").dac(*APPLY)
    assert ran.code == 1
    assert "401" in ran.stderr
    assert "stolen-and-revoked" not in ran.text


def test_a_token_written_into_dac_toml_is_refused_and_not_repeated(project: Project) -> None:
    project.edit("dac.toml", '{ env = "LAB_TOKEN" }', '"0123-planted"')
    ran = project.dac(*APPLY)
    assert ran.code == 1
    assert "dac.toml:8: error[literal-token]" in ran.stderr
    assert "0123-planted" not in ran.text


def test_a_console_that_cannot_be_reached(project: Project) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, and nobody listens
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        ran = project.on(url).dac(*APPLY)
    assert ran.code == 1
    assert url in ran.stderr
    assert "refused" in ran.stderr


def test_plain_http_is_refused_beyond_this_machine(project: Project) -> None:
    ran = project.on("http://qradar.example.com").dac(*APPLY)
    assert ran.code == 1
    assert "dac.toml:7: error[" in ran.stderr
    assert "https" in ran.stderr


def test_a_console_that_is_not_in_dac_toml(project: Project) -> None:
    ran = project.dac("apply", "--auto-approve", "--console", "locla")
    assert ran.code == 1
    assert '--console names "locla", which is not a console of dac.toml' in ran.stderr
    assert 'did you mean "local"?' in ran.stderr


def test_a_real_console_is_never_written_to_unless_it_is_named(project: Project, console: Analyst) -> None:
    console.forget_requests()
    for env in ({}, {"DAC_CONSOLE": "local"}):
        ran = Project(project.root, {"LAB_TOKEN": "emulator"} | env).dac("apply", "--auto-approve")
        assert ran.code == 1
        assert "no console is named" in ran.stderr
    assert console.requests() == []


def test_a_stack_that_does_not_exist(project: Project) -> None:
    ran = project.dac("apply", "lba", "--auto-approve", "--console", "local")
    assert ran.code == 1
    assert 'there is no stack "lba"' in ran.stderr
    assert 'did you mean "lab"?' in ran.stderr


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    ran = Project(tmp_path).dac("plan")
    assert ran.code == 1
    assert "there is no dac.toml" in ran.stderr
    assert "dac init" in ran.stderr


def test_a_state_of_another_url_is_refused(lab: Project, console: Analyst) -> None:
    before = lab.recorded()
    ran = lab.on(console.url).dac(*APPLY)
    assert ran.code == 1
    assert "the state of stack lab was made on another console than local is now" in ran.stderr
    assert f"its URL was emulator:state/emulator/local.db and is {console.url}" in ran.stderr
    assert "--accept-console" in ran.stderr
    assert console.writes() == []
    assert lab.recorded() == before


def test_a_console_that_was_rebuilt_under_the_same_url_is_refused_until_it_is_accepted(lab: Project) -> None:
    before = lab.recorded()
    ran = lab.dac("emulator", "reset")
    assert ran.code == 0, ran.text
    refused = lab.dac("apply", "--auto-approve")
    assert refused.code == 1
    assert "the id that dac left on it was" in refused.stderr
    assert lab.recorded() == before
    ran = lab.apply("--accept-console")
    assert "Apply complete! Resources: 5 added, 0 changed, 0 destroyed." in ran.stdout
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_state_file_of_another_console_is_refused(lab: Project, stock: Path) -> None:
    lab.write("dac.toml", DAC_TOML + '\n[console.dev]\nurl = "emulator:state/emulator/dev.db"\n')
    put(stock, lab.root / "state/emulator/dev.db")
    (lab.root / "state/dev").mkdir()
    shutil.copyfile(lab.root / "state/local/lab.json", lab.root / "state/dev/lab.json")
    ran = lab.dac("apply", "--auto-approve", "--console", "dev")
    assert ran.code == 1
    assert "state/dev/lab.json" in ran.stderr or "another console" in ran.stderr, ran.stderr
    with looking_at(lab, "dev") as analyst:
        assert not [row for row in analyst.get("/api/analytics/rules") if row["name"].startswith("Lab:")]
