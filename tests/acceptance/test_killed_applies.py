"""The kill that makes Terraform lose an object and leaves its lock stuck: dac loses nothing, whatever keeps its state.

Terraform with a remote state writes it every 20 seconds; what was created before that is nobody's once it is killed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from analyst import PROPERTIES, SETS
from running import ONCE, kill, locked, names, started
from state_places import kept_on
from state_server import StateServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyst import Analyst
    from project import Project


@pytest.fixture(params=["local", "http"])
def lab_on_any_back_end(
    request: pytest.FixtureRequest, remote_lab: tuple[Project, Analyst]
) -> Iterator[tuple[Project, Analyst]]:
    project, analyst = remote_lab
    with StateServer() as server:
        yield (project if request.param == "local" else kept_on(server, project)), analyst
        assert server.locks == {}


def _made(analyst: Analyst) -> dict[str, int | str]:
    rows = [*analyst.get(f"{SETS}/sets"), *analyst.get(f"{PROPERTIES}/regex_properties")]
    return {row["name"]: row.get("identifier") or row["id"] for row in rows if row["name"].startswith("Lab")}


def test_what_a_killed_apply_created_is_found_again_and_made_once(
    lab_on_any_back_end: tuple[Project, Analyst],
) -> None:
    project, analyst = lab_on_any_back_end
    analyst.freeze()  # its first wave does not come to its end, so nothing of it is recorded
    kill(started(project, lambda: "Lab: VPN egress" in _made(analyst), task_seconds=1))
    analyst.freeze(frozen=False)
    created = _made(analyst)
    assert locked(analyst)
    plan = project.dac("plan", "--console", "local")
    assert plan.code == 0, plan.text
    assert "Note: Left by an interrupted run" in plan.stdout
    assert "reference_set.vpn: " in plan.stdout
    assert "changed outside of dac" not in plan.stdout
    ran = project.apply("--console", "local")  # by itself: no unlock, no import
    assert not locked(analyst)
    assert "Apply complete!" in ran.stdout
    assert created.items() <= _made(analyst).items()
    assert names(analyst) == ONCE
    assert sorted(analyst.entries("Lab: VPN egress")) == ["203.0.113.7", "203.0.113.8"]
    assert project.dac("plan", "--detailed-exitcode", "--console", "local").code == 0
