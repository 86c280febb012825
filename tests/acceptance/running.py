"""Applies as processes that are still running when something happens to them, and what they leave on the console."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from analyst import SETS, Analyst
from consoles import DATABASE

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from project import Project

APPLY = ("apply", "--auto-approve", "--console", "local")
SLOW = Settings(task_seconds=0, install_seconds=1, export_seconds=0, rules_visible_after=0)
SECONDS = 30


def locked(analyst: Analyst) -> bool:
    return any(row["name"] == "dac lock" for row in analyst.get(f"{SETS}/sets"))


def installing(analyst: Analyst) -> bool:
    return any("action_type=INSTALL" in row["query"] for row in analyst.requests() if row["method"] == "POST")


def started(project: Project, seen: Callable[[], bool], *stacks: str, task_seconds: float = 0) -> subprocess.Popen[str]:
    """An apply that has come as far as `seen` on a console that takes its time, and is still running."""
    settings = replace(SLOW, task_seconds=task_seconds)
    with Emulator(project.root / DATABASE, settings=settings):  # all servers of a console agree
        pass
    process = project.start(*APPLY, *stacks)
    wait_until(process, seen)
    return process


def wait_until(process: subprocess.Popen[str], seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not seen():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kill(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, process.communicate()
    process.kill()
    process.communicate(timeout=SECONDS)


def names(analyst: Analyst) -> Counter[str]:
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
