"""One writer at a time, whoever it is; and nothing is stuck when a writer dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from state_samples import HOLDER

from dac.errors import Interrupted, LockHeld
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILD = """
import os, sys
from pathlib import Path
from dac.model.run import Holder
from dac.state.local import LocalBackend

holder = Holder("run-7", "bob", "soc-2", os.getpid(), "dac apply --console prod", 1_767_323_045_000)
with LocalBackend(Path(sys.argv[1])).lock("cloud", "prod", holder, 0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_whoever_meets_a_lock_is_told_who_holds_it(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    backend = LocalBackend(tmp_path)
    with pytest.raises(LockHeld) as caught, backend.lock("cloud", "prod", HOLDER, 0.1):
        pytest.fail("two processes hold one lock")
    assert caught.value.summary == "the state of stack cloud on console prod is locked by bob on soc-2"
    assert caught.value.detail == (
        f"`dac apply --console prod`, process {other.pid}, run run-7, since 2026-01-02 03:04:05 UTC."
    )
    with backend.lock("network", "prod", HOLDER, 0), backend.lock("cloud", "dev", HOLDER, 0):
        pass  # other states are free


def test_waiting_for_a_lock_ends_when_the_user_asks_to_stop(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    looks = iter([False, False])
    lock = LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 600, stopping=lambda: next(looks, True))
    with pytest.raises(Interrupted, match="stopped as asked, while waiting for a lock") as caught, lock:
        pytest.fail("two processes hold one lock")
    assert caught.value.detail.startswith("the state of stack cloud on console prod is locked by bob on soc-2. ")
    assert f"process {other.pid}" in caught.value.detail


def test_waiting_for_a_lock_ends_when_it_is_released(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    assert other.stdin
    other.stdin.close()
    with LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 20):
        note = json.loads((tmp_path / "prod" / "cloud.lock.json").read_bytes())
    assert note["who"] == "alice"


def test_a_killed_holder_leaves_no_lock(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert (tmp_path / "prod" / "cloud.lock.json").exists()
    with LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 0):
        pass
    assert not (tmp_path / "prod" / "cloud.lock.json").exists()


def test_one_process_cannot_take_the_same_lock_twice(tmp_path: Path) -> None:
    with (
        LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 0),
        pytest.raises(LockHeld, match="locked by alice on soc-7"),
        LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 0),
    ):
        pytest.fail("held twice")


@pytest.mark.parametrize("note", [None, b"", b"[1]", b'{"who": "me"}'])
def test_a_lock_whose_note_is_unreadable_is_held_all_the_same(tmp_path: Path, note: bytes | None) -> None:
    path = tmp_path / "prod" / "cloud.lock.json"
    with LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 0):
        path.unlink()
        if note is not None:
            path.write_bytes(note)
        with (
            pytest.raises(LockHeld, match="is locked by another run"),
            LocalBackend(tmp_path).lock("cloud", "prod", HOLDER, 0),
        ):
            pytest.fail("held twice")


def test_an_error_under_the_lock_releases_it(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path)
    with pytest.raises(ZeroDivisionError), backend.lock("cloud", "prod", HOLDER, 0):
        raise ZeroDivisionError
    with backend.lock("cloud", "prod", HOLDER, 0):
        pass
