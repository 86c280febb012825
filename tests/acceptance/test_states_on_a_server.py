"""A team that keeps its states on GitLab: nothing is lost with a killed run, a lost answer, or a server down."""

from __future__ import annotations

import json
import re
import shutil
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest
from analyst import SETS, Analyst, looking_at
from consoles import DATABASE, put
from project import Project
from state_places import kept_on
from state_server import PASSWORD, StateServer

from dac.config.project import load_project
from dac.emulator.server import Emulator
from dac.emulator.settings import Settings
from dac.model.run import Holder, Intent
from dac.run.backends import state_backend
from dac.state.journal import next_serial, with_intent

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

STATE = "local-lab"
SECONDS = 30
SLOW = Settings(task_seconds=0, install_seconds=1, export_seconds=0, rules_visible_after=0)


@pytest.fixture
def server() -> Iterator[StateServer]:
    with StateServer() as server:
        yield server


@pytest.fixture
def shared(new_lab: Project, server: StateServer) -> Project:
    return kept_on(server, new_lab)


def test_a_project_is_applied_and_found_unchanged_from_any_checkout(
    shared: Project, server: StateServer, tmp_path: Path
) -> None:
    shared.apply()
    assert server.locks == {}
    shutil.copytree(shared.root, tmp_path / "second")
    shutil.rmtree(tmp_path / "second/state/local")
    second = replace(shared, root=tmp_path / "second")
    server.asked.clear()
    assert second.dac("plan", "--detailed-exitcode").code == 0
    assert server.asked == ["read local-_stacks", "read local-lab"]  # a plan takes no lock
    assert "lab/detection.admin" in second.dac("state", "list").stdout
    assert PASSWORD not in (second.root / "dac.toml").read_text() + json.dumps(json.loads(server.stored(STATE) or b""))


def test_whether_a_run_elsewhere_has_ended_is_left_open_and_who_has_the_console_is_said(
    shared: Project, tmp_path: Path
) -> None:
    shared.apply()
    anna = Holder("run-of-anna", "anna", "laptop", 4711, "dac apply", 1_767_323_045_000)
    backend = state_backend(load_project(shared.root), shared.env)
    with backend.lock("lab", "local", anna, 0):
        before = backend.read("lab", "local")
        assert before is not None
        intent = Intent(anna.run_id, 1, "extension package", anna.created, {"detection.admin": "of before"})
        backend.write(next_serial(with_intent(before, intent, context=before.context_digest)))
    shutil.copytree(shared.root, tmp_path / "second")
    second = replace(shared, root=tmp_path / "second")
    assert "Run run-of-anna is running, or was cut off while" in second.dac("drift").stdout
    with looking_at(second) as analyst:
        number = analyst.post(f"{SETS}/sets", {"name": "dac lock", "entry_type": "ALN"})["id"]
        signature = json.dumps(asdict(anna), separators=(",", ":"))
        analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": signature, "source": "dac"})
        said = second.dac("drift").stdout
    assert "is running (anna on laptop, since 2026-01-02 03:04:05 UTC), or was cut off" in said


@pytest.mark.parametrize(
    "ails",
    [
        {"lock": ["lost after"], "write": ["", "", "", "500 after"], "unlock": ["500 after"]},
        {"lock": ["500 before"], "read": ["500 before", "", "lost before"], "write": ["", "lost after"]},
    ],
)
def test_a_bad_day_of_the_server_does_not_show_in_an_apply(
    shared: Project, server: StateServer, ails: dict[str, list[str]]
) -> None:
    server.ails.update(ails)
    shared.apply()
    assert server.locks == {}
    assert shared.dac("plan", "--detailed-exitcode").code == 0


def test_a_state_that_cannot_be_written_is_saved_and_can_be_pushed(shared: Project, server: StateServer) -> None:
    shared.apply()
    shared.edit("stacks/lab/admin.toml", '"low"', '"high"')
    server.ails["write"] = ["", *["413"] * 9]  # the intent is taken, what came of it is not
    ran = shared.dac("apply", "--auto-approve")
    assert ran.code == 1
    found = re.search(r"dac state push (\S+) --console local", ran.stderr.replace("\n", " "))
    assert found, ran.stderr
    assert PASSWORD not in ran.text
    assert server.locks == {}
    server.ails.clear()
    pushed = shared.dac("state", "push", found[1])
    assert pushed.code == 0, pushed.text
    assert shared.dac("plan", "--detailed-exitcode").code == 0
    assert shared.dac("state", "push", found[1]).code == 0  # there already
    shared.edit("stacks/lab/admin.toml", '"high"', '"low"')
    shared.apply()
    stale = shared.dac("state", "push", found[1])
    assert stale.code == 1
    assert "what is there is newer" in stale.stderr


def test_without_the_rescue_file_the_next_apply_finds_what_was_done(shared: Project, server: StateServer) -> None:
    server.ails["write"] = ["", "", "", "", *["413"] * 9]
    assert shared.dac("apply", "--auto-approve").code == 1
    server.ails.clear()
    shared.apply()
    assert shared.dac("plan", "--detailed-exitcode").code == 0


def test_no_write_reaches_the_console_when_the_intent_cannot_be_written(shared: Project, server: StateServer) -> None:
    server.ails["write"] = ["403"] * 9
    ran = shared.dac("apply", "--auto-approve")
    assert ran.code == 1
    assert "cannot" in ran.stderr
    server.ails.clear()
    plan = shared.dac("plan")
    assert "5 to add" in plan.stdout, plan.stdout


@pytest.fixture
def checkouts(tmp_path: Path, stock: Path, server: StateServer) -> Iterator[tuple[Project, Project, Analyst]]:
    """Two checkouts of one project, one console, and one server with their states."""
    first = Project.lab(tmp_path / "first")
    put(stock, first.root / DATABASE)
    with looking_at(first) as analyst:
        first = kept_on(server, first.on(analyst.url))
        shutil.copytree(first.root / "stacks", tmp_path / "second/stacks")
        shutil.copyfile(first.root / "dac.toml", tmp_path / "second/dac.toml")
        yield first, replace(first, root=tmp_path / "second"), analyst


def killed(project: Project, analyst: Analyst) -> None:
    """An apply of this project is killed while the console installs its package."""
    with Emulator(project.root / DATABASE, settings=SLOW):
        pass
    process: subprocess.Popen[str] = project.start("apply", "--auto-approve", "--console", "local")
    deadline = time.monotonic() + SECONDS
    while not any("action_type=INSTALL" in row["query"] for row in analyst.requests() if row["method"] == "POST"):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate(timeout=SECONDS)


def names(analyst: Analyst) -> list[str]:
    lists = analyst.everything()
    found = [(path, str(row.get("name", ""))) for path, rows in lists.items() for row in rows]
    return sorted(f"{path}: {name}" for path, name in found if name.startswith(("Lab", "BB: Lab")))


def test_from_its_own_checkout_the_next_apply_after_a_kill_goes_on_by_itself(
    checkouts: tuple[Project, Project, Analyst], server: StateServer
) -> None:
    first, _, analyst = checkouts
    killed(first, analyst)
    assert server.locks
    first.apply("--console", "local")
    assert server.locks == {}
    assert len(set(names(analyst))) == len(names(analyst))
    assert first.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def test_from_another_checkout_the_locks_of_a_killed_run_have_to_be_broken_by_name(
    checkouts: tuple[Project, Project, Analyst], server: StateServer
) -> None:
    first, second, analyst = checkouts
    killed(first, analyst)
    held = dict(server.locks)
    refused = second.dac("apply", "--auto-approve", "--console", "local")
    assert refused.code == 1
    found = re.search(r"dac unlock --console local (\S+)", refused.stderr.replace("\n", " "))
    assert found, refused.stderr
    wrong = second.dac("unlock", "another-run", "--console", "local", "--force")
    assert wrong.code == 1
    assert found[1] in wrong.stderr
    assert server.locks == held
    ran = second.dac("unlock", found[1], "--console", "local", "--force")
    assert ran.code == 0, ran.text
    assert "Unlocked console local" in ran.stdout
    assert "and the state of stack lab" in ran.stdout
    assert server.locks == {}
    assert not any(row["name"] == "dac lock" for row in analyst.get(f"{SETS}/sets"))
    second.apply("--console", "local")
    assert len(set(names(analyst))) == len(names(analyst))
    assert second.dac("plan", "--detailed-exitcode", "--console", "local").code == 0
