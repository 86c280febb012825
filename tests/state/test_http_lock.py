"""The lock on a server: held by one, shown to all, taken over with proof, and never lost with an answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from places import ServerPlace
from state_samples import HOLDER, small_document
from state_server import StateServer

from dac.errors import Interrupted, LockHeld, StateError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.run import Holder

CHILD = """
import json, sys
from dataclasses import replace
from pathlib import Path
sys.path[:0] = json.loads(sys.argv[1])
from state_samples import HOLDER
from state_server import PASSWORD, USER
from dac.state.http import HttpBackend, Server

server = Server(**json.loads(sys.argv[3]), credentials=lambda: (USER, PASSWORD))
with HttpBackend(server, Path(sys.argv[2])).lock("cloud", "prod", replace(HOLDER, run_id="killed"), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=[True, False], ids=["gitlab", "terraform"])
def server(request: pytest.FixtureRequest) -> Iterator[StateServer]:
    with StateServer(gitlab=request.param) as server:
        yield server


@pytest.fixture
def place(server: StateServer, tmp_path: Path) -> ServerPlace:
    return ServerPlace(tmp_path / "state", server)


def run(name: str) -> Holder:
    return replace(HOLDER, run_id=name)


def held(place: ServerPlace, name: str = "run-1", *, timeout: float = 0, folder: Path | None = None) -> None:
    with place.backend(folder=folder).lock("cloud", "prod", run(name), timeout):
        assert place.server.locks["prod-cloud"]["ID"] == name


def somebody(server: StateServer, run_id: str = "run-9") -> None:
    """Somebody else, on another machine, has the lock."""
    info = {"run": run_id, "pid": 12, "command": "dac apply --console prod"}
    server.locks["prod-cloud"] = {
        "ID": run_id,
        "Operation": "OperationTypeApply",
        "Info": json.dumps(info),
        "Who": "bob@soc-2",
        "Version": "dac 0.1.0",
        "Created": "2026-01-02T03:04:05Z",
        "Path": "",
    }


@pytest.mark.parametrize("ail", ["lost before", "lost after", "500 before", "500 after", "503"])
def test_a_lost_answer_neither_loses_the_lock_nor_leaves_it(place: ServerPlace, server: StateServer, ail: str) -> None:
    server.ails["lock"] = [ail]
    held(place)
    server.ails["unlock"] = [ail]
    held(place, "run-2")
    assert server.locks == {}
    held(place, "run-3", folder=place.folder.parent / "another checkout")


def test_the_holder_of_a_lock_is_shown_and_nothing_of_the_one_who_asks(place: ServerPlace, server: StateServer) -> None:
    somebody(server)
    with pytest.raises(LockHeld) as caught:
        held(place)
    assert caught.value.summary == "the state of stack cloud on console prod is locked by bob on soc-2"
    what = "" if server.gitlab else "`dac apply --console prod`, process 12, "
    assert caught.value.detail == f"{what}run run-9, since 2026-01-02 03:04:05 UTC."
    assert "dac unlock --console prod run-9" in caught.value.hint
    assert server.locks["prod-cloud"]["ID"] == "run-9"


def test_waiting_for_a_lock_grows_longer_and_ends(place: ServerPlace, server: StateServer) -> None:
    somebody(server)
    with pytest.raises(LockHeld):
        held(place, timeout=40)
    assert sum(place.slept) == 40
    assert sum(line.startswith("lock") for line in server.asked) == 7  # after 1, 2, 4, 8, 16 and 9 s


def test_waiting_ends_when_the_lock_is_free(place: ServerPlace, server: StateServer) -> None:
    somebody(server)

    class Patience(list[float]):
        def append(self, seconds: float) -> None:
            super().append(seconds)
            if sum(self) == 3:
                server.locks.clear()

    place.slept = Patience()
    held(place, timeout=60)
    assert sum(place.slept) == 3


def test_whoever_asks_to_stop_need_not_wait_for_the_next_try(place: ServerPlace, server: StateServer) -> None:
    somebody(server)
    lock = place.backend().lock("cloud", "prod", run("run-1"), 600, stopping=lambda: sum(place.slept) >= 20)
    with pytest.raises(Interrupted, match="stopped as asked, while waiting for a lock") as caught, lock:
        pytest.fail("held twice")
    assert caught.value.detail.startswith("the state of stack cloud on console prod is locked by bob on soc-2. ")
    assert "dac unlock --console prod run-9" in caught.value.hint
    assert sum(place.slept) == 20  # in the middle of 16 s
    assert server.locks["prod-cloud"]["ID"] == "run-9"
    server.locks.clear()
    held(place, "run-2")


@pytest.mark.parametrize("ail", ["401", "403", "405", "page", "redirect"])
def test_a_lock_that_was_refused_is_not_believed_and_is_not_called_held(
    place: ServerPlace, server: StateServer, ail: str
) -> None:
    server.ails["lock"] = [ail]
    with pytest.raises(StateError, match="cannot lock the state of stack cloud on console prod") as caught:
        held(place)
    assert not isinstance(caught.value, LockHeld)
    assert caught.value.hint
    assert len(server.asked) == 1
    held(place)


def test_a_lock_broken_during_the_run_is_said_at_its_end(place: ServerPlace, server: StateServer) -> None:
    with (
        pytest.raises(StateError, match="somebody has broken the lock"),
        place.backend().lock("cloud", "prod", HOLDER, 0),
    ):
        somebody(server)
    assert server.locks["prod-cloud"]["ID"] == "run-9"


def test_an_error_under_the_lock_is_not_hidden_by_one_of_giving_it_back(
    place: ServerPlace, server: StateServer
) -> None:
    server.ails["unlock"] = ["403"]
    with pytest.raises(ZeroDivisionError), place.backend().lock("cloud", "prod", HOLDER, 0):
        raise ZeroDivisionError


def test_a_lock_that_cannot_be_given_back_is_said_and_taken_over_by_the_next_run(
    place: ServerPlace, server: StateServer
) -> None:
    server.ails["unlock"] = ["403"]
    with pytest.raises(StateError, match="cannot give back the lock") as caught:
        held(place)
    assert "dac unlock --console prod run-1" in caught.value.hint
    held(place, "run-2")
    assert server.locks == {}


@pytest.fixture
def killed(place: ServerPlace, server: StateServer) -> None:
    """A run of this checkout that was killed while it held the lock."""
    addresses = json.dumps(server.addresses())
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(sys.path), str(place.folder), addresses],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LockHeld, match="locked by alice"):
            held(place)  # it is alive, and nothing is taken from it
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert server.locks["prod-cloud"]["ID"] == "killed"


def test_the_lock_of_a_killed_run_is_taken_over_from_its_own_checkout(
    place: ServerPlace, server: StateServer, killed: None
) -> None:
    held(place, "next")
    assert server.locks == {}


def test_the_lock_of_a_killed_run_is_left_alone_from_another_checkout(
    place: ServerPlace, server: StateServer, killed: None, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    with pytest.raises(LockHeld, match="locked by alice"):
        held(place, "next", folder=elsewhere)
    assert server.locks["prod-cloud"]["ID"] == "killed"
    backend = place.backend(folder=elsewhere)
    holder = backend.read_holder("cloud", "prod", HOLDER)
    assert holder is not None
    assert holder.run_id == "killed"
    backend.break_lock("cloud", "prod", holder)
    held(place, "next", folder=elsewhere)


def test_a_run_that_was_killed_before_it_had_the_lock_proves_nothing_about_who_has_it(
    place: ServerPlace, server: StateServer, killed: None
) -> None:
    somebody(server, "run-9")  # `unlock` freed it, and another machine took it since
    with pytest.raises(LockHeld, match="locked by bob"):
        held(place, "next")
    assert server.locks["prod-cloud"]["ID"] == "run-9"


def test_looking_who_holds_a_lock_leaves_it_as_it_was(place: ServerPlace, server: StateServer) -> None:
    backend = place.backend()
    assert backend.read_holder("cloud", "prod", HOLDER) is None
    assert server.locks == {}
    server.ails["lock"] = ["lost after"]
    assert backend.read_holder("cloud", "prod", HOLDER) is None
    assert server.locks == {}
    somebody(server)
    assert backend.read_holder("cloud", "prod", HOLDER) is not None
    assert server.locks["prod-cloud"]["ID"] == "run-9"


@pytest.mark.parametrize("body", [{}, {"ID": ""}, {"ID": 7}])
def test_a_lock_that_does_not_say_whose_it_is_is_held_all_the_same(
    place: ServerPlace, server: StateServer, body: dict[str, object]
) -> None:
    server.locks["prod-cloud"] = {"ID": "", "Who": "", "Created": ""} | body
    with pytest.raises(LockHeld, match="does not say by whom"):
        held(place)


def test_a_state_can_be_read_while_somebody_holds_its_lock(place: ServerPlace, server: StateServer) -> None:
    place.backend().write(replace(small_document(), serial=1))
    somebody(server)
    assert place.backend().read("cloud", "prod") is not None
