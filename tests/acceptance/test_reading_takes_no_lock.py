"""Whoever only looks waits for nobody: plan, drift and show work while others hold every lock, and write nothing."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from analyst import SETS, Analyst, looking_at

from dac.model.run import Holder, Intent
from dac.state.journal import next_serial, with_intent
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from project import Project

OTHER = Holder("another-run", "anna", "laptop", 4711, "dac apply", 1_767_323_045_000)
LOCK = "dac lock"


@pytest.fixture
def locked(lab: Project) -> Iterator[tuple[Project, Analyst]]:
    """The small project, applied; its state and its console are locked by somebody else."""
    with looking_at(lab) as analyst, LocalBackend(lab.root / "state").lock("lab", "local", OTHER, 0):
        there = lab.on(analyst.url)
        analyst.post(f"{SETS}/sets", {"name": LOCK, "entry_type": "ALN"})
        analyst.forget_requests()
        yield there, analyst


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--accept-console", "--out", "lab.dacplan"),
        ("plan", "--accept-console", "--deep"),
        ("show",),
        ("state", "list"),
        ("validate",),
        ("history",),
    ],
    ids=" ".join,
)
def test_looking_takes_no_lock(locked: tuple[Project, Analyst], words: tuple[str, ...]) -> None:
    project, analyst = locked
    ran = project.dac(*words, "--console", "local")
    assert ran.code == 0, ran.text
    asks = ("/extension_export_tasks", "/validators/aql")  # a POST, and changes nothing
    assert [write for write in analyst.writes() if not write.endswith(asks)] == []
    assert not any("lock" in row["query"] for row in analyst.requests())


def test_drift_takes_no_lock(lab: Project) -> None:
    with looking_at(lab) as analyst, LocalBackend(lab.root / "state").lock("lab", "local", OTHER, 0):
        analyst.post(f"{SETS}/sets", {"name": LOCK, "entry_type": "ALN"})
        assert lab.dac("drift").code == 0


def test_an_apply_that_is_running_is_not_called_cut_off(lab: Project) -> None:
    backend = LocalBackend(lab.root / "state")
    intent = Intent("run-of-anna", 1, "extension package", OTHER.created, {"detection.admin": "of before"})
    with backend.lock("lab", "local", OTHER, 0):
        before = backend.read("lab", "local")
        assert before is not None
        backend.write(next_serial(with_intent(before, intent, context=before.context_digest)))
    assert "Run run-of-anna was cut off or failed while" in lab.dac("drift").stdout
    anna = replace(OTHER, run_id="run-of-anna", host=socket.gethostname(), pid=os.getpid())
    with backend.lock("lab", "local", anna, 0):
        running = lab.dac("drift").stdout
        assert "Note: An apply is running" in running
        assert f"(anna on {anna.host}, since 2026-01-02 03:04:05 UTC)" in running
        assert "was cut off" not in running
        assert lab.dac("plan", "--json").json["interrupted"][0]["run"] == "running"


def test_whoever_writes_is_told_who_holds_the_state_and_may_wait_for_it(lab: Project) -> None:
    lock = LocalBackend(lab.root / "state").lock("lab", "local", OTHER, 0)
    with lock:
        refused = lab.dac("apply", "--auto-approve")
        assert refused.code == 1
        assert "is locked by" in refused.stderr
        assert "process 4711" in refused.stderr
        assert "--lock-timeout 5m" in refused.stderr
        late = lab.dac("apply", "--auto-approve", "--lock-timeout", "1s")
        assert late.code == 1
    assert lab.dac("apply", "--auto-approve", "--lock-timeout", "1s").code == 0


def test_an_apply_waits_for_the_console_as_long_as_it_was_told(lab: Project) -> None:
    """The lock is another project's: a run of ours whose state we hold would be known to be gone."""
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "medium"')
    with looking_at(lab) as analyst:
        number = analyst.post(f"{SETS}/sets", {"name": LOCK, "entry_type": "ALN"})["id"]
        refused = lab.dac("apply", "--auto-approve")
        assert (refused.code, "The console is locked since" in refused.stderr) == (1, True)
        assert f"dac unlock --console local unsigned-{number}" in refused.stderr
        freed = threading.Timer(1.5, lambda: analyst.delete(f"{SETS}/sets/{number}"))
        freed.start()
        ran = lab.dac("apply", "--auto-approve", "--lock-timeout", "30s")
        freed.join()
        assert ran.code == 0, ran.text
