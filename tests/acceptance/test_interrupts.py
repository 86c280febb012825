"""Ctrl+C, and the SIGTERM of a job that is cancelled: once is a request, twice is an order."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from running import APPLY, ONCE, SECONDS, locked, names, started, wait_until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

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
