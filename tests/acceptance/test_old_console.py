"""Before API 22 no reference set holds a marker: what a cut run made is known by the intent it left behind."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from analyst import SETS, looking_at
from consoles import DATABASE, HURRIED

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyst import Analyst
    from project import Project

VPN = "Lab: VPN egress"
ONLY = ("--target", "reference_set.vpn", "--console", "local")
SECONDS = 20


@pytest.fixture
def old(tmp_path: Path, new_lab: Project) -> Iterator[tuple[Project, Analyst]]:
    """The small project and a console of API 20.0 that has never seen it."""
    (new_lab.root / DATABASE).unlink()
    with Emulator(new_lab.root / DATABASE, settings=replace(HURRIED, api_version="20.0")):
        pass
    new_lab.edit("stacks/lab/allowlist.toml", 'description = "Exit addresses of our own"\n', "")
    with looking_at(new_lab) as analyst:
        yield new_lab.on(analyst.url), analyst


def _names(analyst: Analyst) -> list[str]:
    return [row["name"] for row in analyst.get(f"{SETS}/sets")]


def test_a_run_that_is_killed_right_after_it_made_a_set_goes_on_with_it(old: tuple[Project, Analyst]) -> None:
    lab, analyst = old
    analyst.freeze()  # the entries are never there, so the run waits for them
    running = lab.start("apply", "--auto-approve", *ONLY)
    deadline = time.monotonic() + SECONDS
    while VPN not in _names(analyst):
        assert time.monotonic() < deadline, running.communicate()
        time.sleep(0.02)
    running.kill()
    running.communicate()
    analyst.freeze(frozen=False)
    lab.apply(*ONLY)
    assert _names(analyst).count(VPN) == 1
    assert sorted(analyst.entries(VPN)) == ["203.0.113.7", "203.0.113.8"]
    assert lab.dac("plan", "--detailed-exitcode", *ONLY).code == 0


def test_a_set_that_somebody_made_before_the_plan_was_applied_is_not_taken_for_our_own(
    old: tuple[Project, Analyst],
) -> None:
    lab, analyst = old
    assert lab.dac("plan", "--out", "lab.dacplan", *ONLY).code == 0
    analyst.post(f"{SETS}/sets", {"name": VPN, "entry_type": "IP"})
    assert lab.dac("apply", "lab.dacplan", "--console", "local").code == 1
    plan = lab.dac("plan", *ONLY)
    assert plan.code == 1
    assert "[name-taken]" in plan.stdout
