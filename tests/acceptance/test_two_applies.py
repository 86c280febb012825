"""One console, several checkouts, and processes that are killed: nothing interleaves, nothing is doubled."""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from analyst import SETS, Analyst, looking_at
from consoles import DATABASE, put
from project import Project

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

APPLY = ("apply", "--auto-approve", "--console", "local")
SLOW = Settings(task_seconds=0, install_seconds=1, export_seconds=0, rules_visible_after=0)
SECONDS = 30


@pytest.fixture
def checkouts(tmp_path: Path, stock: Path) -> Iterator[tuple[Project, Project, Analyst]]:
    """Two checkouts of one project with states of their own, and one console."""
    first = Project.lab(tmp_path / "first")
    put(stock, first.root / DATABASE)
    with looking_at(first) as analyst:
        first = first.on(analyst.url)
        shutil.copytree(first.root / "stacks", tmp_path / "second/stacks")
        shutil.copyfile(first.root / "dac.toml", tmp_path / "second/dac.toml")
        yield first, Project(tmp_path / "second", first.env), analyst


def _locked(analyst: Analyst) -> bool:
    return any(row["name"] == "dac lock" for row in analyst.get(f"{SETS}/sets"))


def _installing(analyst: Analyst) -> bool:
    return any("action_type=INSTALL" in row["query"] for row in analyst.requests() if row["method"] == "POST")


def _started(project: Project, seen: Callable[[], bool], *stacks: str) -> subprocess.Popen[str]:
    """An apply that has come as far as `seen` on a console that takes its time, and is still running."""
    with Emulator(project.root / DATABASE, settings=SLOW):  # all servers of a console agree
        pass
    process = project.start(*APPLY, *stacks)
    _wait(process, seen)
    return process


def _wait(process: subprocess.Popen[str], seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not seen():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _kill(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, process.communicate()
    process.kill()
    process.communicate(timeout=SECONDS)


def _names(analyst: Analyst) -> Counter[str]:
    """How often each thing of the project is on the console."""
    lists = analyst.everything()
    return Counter(
        f"{path.rpartition('/')[2]}: {row['name']}"
        for path, rows in lists.items()
        for row in rows
        if str(row.get("name", "")).startswith(("Lab", "BB: Lab"))
    )


ONCE = {
    "building_blocks: BB: Lab sign-in succeeded": 1,
    "qid_records: Lab: sign-in from a flagged country": 1,
    "qid_records: Lab: sign-in of an administrator": 1,
    "regex_properties: LabCountry": 1,
    "rule_groups: Lab": 1,
    "rules: Lab: sign-in from a flagged country": 1,
    "rules: Lab: sign-in of an administrator": 1,
    "sets: Lab: VPN egress": 1,
}


def test_the_second_of_two_applies_is_refused_and_told_who_holds_the_lock(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, second, analyst = checkouts
    winner = _started(first, lambda: _installing(analyst))
    analyst.freeze()
    loser = second.dac(*APPLY)
    analyst.freeze(frozen=False)
    stdout, stderr = winner.communicate(timeout=SECONDS)
    assert winner.returncode == 0, stdout + stderr
    assert loser.code == 1
    assert re.search(
        rf"^Error: .+ on .+ \(process {winner.pid}\) holds the console lock since ", loser.stderr, re.MULTILINE
    )
    assert "dac apply --auto-approve --console local" in loser.stderr
    assert _names(analyst) == ONCE
    assert not _locked(analyst)


def test_the_second_checkout_adopts_afterwards_what_the_first_has_made(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, second, analyst = checkouts
    first.apply("--console", "local")
    before = analyst.everything()
    ran = second.apply("--console", "local")
    assert "Apply complete! Resources: 5 adopted, 0 added, 0 changed, 0 destroyed." in ran.stdout
    assert analyst.everything() == before
    assert second.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def test_two_applies_of_one_checkout_never_run_at_once(checkouts: tuple[Project, Project, Analyst]) -> None:
    first, _, analyst = checkouts
    winner = _started(first, lambda: _installing(analyst))
    analyst.freeze()
    loser = first.dac(*APPLY)
    analyst.freeze(frozen=False)
    winner.communicate(timeout=SECONDS)
    assert winner.returncode == 0
    assert loser.code == 1
    assert "is locked by" in loser.stderr
    assert f"process {winner.pid}" in loser.stderr
    assert _names(analyst) == ONCE


def test_applies_of_two_stacks_of_one_checkout_never_interleave_either(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, _, analyst = checkouts
    admin = first.read("stacks/lab/admin.toml")
    first.write(
        "stacks/other/admin.toml", admin.replace("detection.admin", "detection.root").replace("an admin", "a root")
    )
    winner = _started(first, lambda: _installing(analyst), "lab")
    analyst.freeze()
    loser = first.dac("apply", "other", "--auto-approve", "--console", "local")
    analyst.freeze(frozen=False)
    stdout, stderr = winner.communicate(timeout=SECONDS)
    assert winner.returncode == 0, stdout + stderr
    assert loser.code == 1, loser.text
    assert f"(process {winner.pid}) holds the console lock since " in loser.stderr


def test_a_lock_that_could_not_be_given_back_is_cleared_by_the_next_apply(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, _, analyst = checkouts
    fault = {"action": "status", "method": "DELETE", "path": "/sets/", "code": 500, "times": 9}
    analyst.post("/emulator/faults", fault)
    assert first.dac(*APPLY).code == 1
    analyst.delete("/emulator/faults")
    assert _locked(analyst)
    ran = first.apply("--console", "local")
    assert "Apply complete! Resources: 0 added, 0 changed, 0 destroyed." in ran.stdout
    assert not _locked(analyst)
    assert _names(analyst) == ONCE


def test_after_a_kill_the_same_checkout_goes_on_by_itself(checkouts: tuple[Project, Project, Analyst]) -> None:
    first, _, analyst = checkouts
    _kill(_started(first, lambda: _locked(analyst)))
    assert _locked(analyst)
    plan = first.dac("plan", "--console", "local")
    assert plan.code == 0, plan.text
    first.apply("--console", "local")
    assert not _locked(analyst)
    assert first.dac("plan", "--detailed-exitcode", "--console", "local").code == 0
    assert _names(analyst) == ONCE
    assert sorted(analyst.entries("Lab: VPN egress")) == ["203.0.113.7", "203.0.113.8"]


def test_after_a_kill_within_an_install_the_next_apply_waits_for_its_end_and_adopts(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, _, analyst = checkouts
    process = _started(first, lambda: _installing(analyst))
    analyst.freeze()
    _kill(process)
    analyst.forget_requests()
    process = _started(first, lambda: _polls(analyst) > 1)
    analyst.freeze(frozen=False)
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, stdout + stderr
    assert "Plan: 3 to adopt, 0 to add, 0 to change, 0 to destroy.\n" in stdout
    assert not _locked(analyst)
    assert _names(analyst) == ONCE
    assert first.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def _polls(analyst: Analyst) -> int:
    return sum(row["path"].endswith("/extension_management/extensions") for row in analyst.requests())


def test_the_lock_of_a_killed_run_keeps_others_out_until_it_is_broken_by_name(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, second, analyst = checkouts
    _kill(_started(first, lambda: _locked(analyst)))
    analyst.forget_requests()
    refused = second.dac(*APPLY)
    assert refused.code == 1
    found = re.search(r"dac unlock --console \S+ (\S+)", refused.stderr)
    assert found, refused.stderr
    wrong = second.dac("unlock", "00000000-0000-4000-8000-000000000000", "--console", "local", "--force")
    assert wrong.code == 1
    assert _locked(analyst)
    ran = second.dac("unlock", found[1], "--console", "local", "--force")
    assert ran.code == 0, ran.text
    assert f"run {found[1]} no longer holds it." in ran.stdout
    assert not _locked(analyst)
    assert "Apply complete!" in second.apply("--console", "local").stdout
    assert second.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def test_unlocking_what_is_not_locked_says_so(checkouts: tuple[Project, Project, Analyst]) -> None:
    ran = checkouts[0].dac("unlock", "x", "--console", "local", "--force")
    assert ran.code == 1
    assert "console local is not locked" in ran.stderr


def test_an_interrupted_apply_stops_after_the_step_in_hand_and_goes_on_next_time(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, _, analyst = checkouts
    process = first.start(*APPLY)
    _wait(process, lambda: _locked(analyst))
    process.terminate()
    _, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode in (0, 1), stderr  # 0 when the signal came within the last step
    assert "Traceback" not in stderr
    assert not _locked(analyst)
    first.apply("--console", "local")
    assert first.dac("plan", "--detailed-exitcode", "--console", "local").code == 0
    assert _names(analyst) == ONCE
