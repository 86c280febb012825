"""One console, several checkouts, and processes that are killed: nothing interleaves, nothing is doubled."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import Analyst, looking_at
from consoles import DATABASE, put
from project import Project
from running import APPLY, ONCE, SECONDS, installing, kill, locked, names, started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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


def test_the_second_of_two_applies_is_refused_and_told_who_holds_the_lock(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, second, analyst = checkouts
    winner = started(first, lambda: installing(analyst))
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
    assert names(analyst) == ONCE
    assert not locked(analyst)
    assert "Left by an interrupted run" not in second.dac("plan", "--console", "local").stdout  # it had begun nothing


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
    winner = started(first, lambda: installing(analyst))
    analyst.freeze()
    loser = first.dac(*APPLY)
    analyst.freeze(frozen=False)
    winner.communicate(timeout=SECONDS)
    assert winner.returncode == 0
    assert loser.code == 1
    assert "is locked by" in loser.stderr
    assert f"process {winner.pid}" in loser.stderr
    assert names(analyst) == ONCE


def test_applies_of_two_stacks_of_one_checkout_never_interleave_either(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, _, analyst = checkouts
    admin = first.read("stacks/lab/admin.toml")
    first.write(
        "stacks/other/admin.toml", admin.replace("detection.admin", "detection.root").replace("an admin", "a root")
    )
    winner = started(first, lambda: installing(analyst), "lab")
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
    assert locked(analyst)
    ran = first.apply("--console", "local")
    assert "Apply complete! Resources: 0 added, 0 changed, 0 destroyed." in ran.stdout
    assert not locked(analyst)
    assert names(analyst) == ONCE


def test_after_a_kill_the_same_checkout_goes_on_by_itself(checkouts: tuple[Project, Project, Analyst]) -> None:
    first, _, analyst = checkouts
    kill(started(first, lambda: locked(analyst)))
    assert locked(analyst)
    plan = first.dac("plan", "--console", "local")
    assert plan.code == 0, plan.text
    first.apply("--console", "local")
    assert not locked(analyst)
    assert first.dac("plan", "--detailed-exitcode", "--console", "local").code == 0
    assert names(analyst) == ONCE
    assert sorted(analyst.entries("Lab: VPN egress")) == ["203.0.113.7", "203.0.113.8"]


def test_after_a_kill_within_an_install_the_next_apply_waits_for_its_end_and_adopts(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, _, analyst = checkouts
    process = started(first, lambda: installing(analyst))
    analyst.freeze()
    kill(process)
    analyst.forget_requests()
    process = started(first, lambda: _polls(analyst) > 1)
    analyst.freeze(frozen=False)
    stdout, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, stdout + stderr
    assert "Plan: 3 to adopt, 0 to add, 0 to change, 0 to destroy.\n" in stdout
    assert not locked(analyst)
    assert names(analyst) == ONCE
    assert first.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def _polls(analyst: Analyst) -> int:
    return sum(row["path"].endswith("/extension_management/extensions") for row in analyst.requests())


def test_the_lock_of_a_killed_run_keeps_others_out_until_it_is_broken_by_name(
    checkouts: tuple[Project, Project, Analyst],
) -> None:
    first, second, analyst = checkouts
    kill(started(first, lambda: locked(analyst)))
    analyst.forget_requests()
    refused = second.dac(*APPLY)
    assert refused.code == 1
    found = re.search(r"dac unlock --console \S+ (\S+)", refused.stderr)
    assert found, refused.stderr
    wrong = second.dac("unlock", "00000000-0000-4000-8000-000000000000", "--console", "local", "--force")
    assert wrong.code == 1
    unasked = second.dac("unlock", found[1], "--console", "local")
    assert unasked.stderr.rstrip().endswith("add --force")  # what unlock takes; it has no --auto-approve
    assert locked(analyst)
    ran = second.dac("unlock", found[1], "--console", "local", "--force")
    assert ran.code == 0, ran.text
    assert f"run {found[1]} no longer holds it." in ran.stdout
    assert not locked(analyst)
    assert "Apply complete!" in second.apply("--console", "local").stdout
    assert second.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def test_unlocking_what_is_not_locked_says_so(checkouts: tuple[Project, Project, Analyst]) -> None:
    ran = checkouts[0].dac("unlock", "x", "--console", "local", "--force")
    assert ran.code == 1
    assert "console local is not locked" in ran.stderr
