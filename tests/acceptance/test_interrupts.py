"""Ctrl+C, and the SIGTERM of a job that is cancelled: once is a request, twice is an order."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from analyst import SETS
from running import APPLY, ONCE, SECONDS, locked, names, started, wait_until
from state_places import kept_on
from state_server import KEYS, StateServer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from analyst import Analyst
    from project import Project

SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])


@pytest.fixture
def at_work(remote_lab: tuple[Project, Analyst]) -> Iterator[tuple[Project, Analyst, subprocess.Popen[str]]]:
    """A first apply, in the middle of its first wave; the console's time stands still."""
    project, analyst = remote_lab
    analyst.freeze()
    yield project, analyst, (process := started(project, lambda: _adding_entries(analyst), task_seconds=1))
    analyst.freeze(frozen=False)
    process.kill()
    process.communicate(timeout=SECONDS)


def _adding_entries(analyst: Analyst) -> bool:
    return any(row["method"] == "PATCH" for row in analyst.requests())


@SIGNALS
def test_one_signal_ends_an_apply_after_the_step_in_hand_with_both_locks_given_back(
    at_work: tuple[Project, Analyst, subprocess.Popen[str]], number: int
) -> None:
    project, analyst, process = at_work
    process.send_signal(number)
    assert process.stderr is not None
    wait_until(process, lambda: "Interrupt received." in process.stderr.readline())
    analyst.freeze(frozen=False)
    _, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "Interrupted: stopped as asked, after wave 1 of 2" in stderr
    assert "3 changes are left; what was done is recorded." in stderr
    assert not locked(analyst)
    assert sorted(project.recorded()["resources"]) == ["custom_property.LabCountry", "reference_set.vpn"]
    ran = project.apply("--console", "local")
    assert "Left by an interrupted run" not in ran.stdout  # it left nothing open
    assert "Plan: 3 to add, 0 to change, 0 to destroy." in ran.stdout
    assert names(analyst) == ONCE


def test_one_signal_ends_a_wait_for_the_lock_of_the_console_at_once(remote_lab: tuple[Project, Analyst]) -> None:
    project, analyst = remote_lab
    lock = analyst.post(f"{SETS}/sets", {"name": "dac lock", "entry_type": "ALN"})["id"]
    before = analyst.everything()
    stderr = _stopped(project, lambda: analyst.requests()[-1]["path"].endswith("/set_entries"), signal.SIGINT)
    assert f"dac unlock --console local unsigned-{lock}" in stderr
    assert analyst.everything() == before
    analyst.delete(f"{SETS}/sets/{lock}")
    assert "Left by an interrupted run" not in project.dac("plan", "--console", "local").stdout


def test_one_signal_ends_a_wait_for_the_lock_of_a_state_at_once(remote_lab: tuple[Project, Analyst]) -> None:
    with StateServer() as server:
        project, analyst = kept_on(server, remote_lab[0]), remote_lab[1]
        server.locks["local-lab"] = dict.fromkeys(KEYS, "") | {"ID": "run-9", "Who": "bob@soc-2"}
        stderr = _stopped(project, lambda: server.asked.count("lock local-lab") == 2, signal.SIGTERM)
        assert "the state of stack lab on console local is locked by bob on soc-2." in stderr
        assert "dac unlock --console local run-9" in stderr
        assert not analyst.writes()
        assert server.locks["local-lab"]["ID"] == "run-9"


def _stopped(project: Project, waits: Callable[[], bool], number: int) -> str:
    """What an apply says that waits for a lock, and gets a signal."""
    process = project.start(*APPLY, "--lock-timeout", "10m")
    wait_until(process, waits)
    process.send_signal(number)
    _, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert "Interrupt received." in stderr
    assert "Interrupted: stopped as asked, while waiting for a lock; nothing was sent to the console" in stderr
    return stderr


@SIGNALS
def test_two_signals_end_an_apply_at_once_and_leave_what_a_kill_would(
    at_work: tuple[Project, Analyst, subprocess.Popen[str]], number: int
) -> None:
    project, analyst, process = at_work
    process.send_signal(number)
    assert process.stderr is not None
    wait_until(process, lambda: "Interrupt received." in process.stderr.readline())
    process.send_signal(number)
    _, stderr = process.communicate(timeout=SECONDS)  # though no task of the console goes on
    assert process.returncode == 1
    assert "Two interrupts received." in stderr
    assert "Traceback" not in stderr
    assert locked(analyst)
    analyst.freeze(frozen=False)
    ran = project.dac(*APPLY)
    assert ran.code == 0, ran.text
    assert "Note: Left by an interrupted run" in ran.stdout
    assert not locked(analyst)
    assert names(analyst) == ONCE
