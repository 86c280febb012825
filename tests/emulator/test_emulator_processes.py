"""One database, many threads and processes, sudden deaths; starting, stopping, resetting."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from console_driver import ENTRIES, SETS, Console

from dac.emulator.server import Emulator, reset
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVE = """
import sys, threading
from dac.emulator.server import Emulator
emulator = Emulator(sys.argv[1])
emulator.start()
print(emulator.url, flush=True)
threading.Event().wait()
"""


@pytest.fixture
def other_process(database: Path) -> Iterator[tuple[subprocess.Popen[str], Console]]:
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(database)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    console = Console(process.stdout.readline().strip())
    yield process, console
    console.http.close()
    process.kill()
    process.wait()
    process.stdout.close()


def test_two_processes_on_one_database_are_one_console(
    console: Console, other_process: tuple[subprocess.Popen[str], Console]
) -> None:
    _, other = other_process
    made = console.made(SETS, {"name": "x", "entry_type": "ALN"})
    assert other.read(f"{SETS}/{made['id']}") == made
    assert other.post(SETS, {"name": "x", "entry_type": "ALN"}).status_code == 409
    moved = other.advance(3600)
    assert 0 <= console.control("GET", "clock")["now"] - moved < 60_000


def test_two_processes_writing_at_once_lose_nothing(
    console: Console, other_process: tuple[subprocess.Popen[str], Console]
) -> None:
    _, other = other_process
    number = console.made(SETS, {"name": "x", "entry_type": "ALN"})["id"]
    failures: list[int] = []

    def write(target: Console, mark: str) -> None:
        for n in range(40):
            response = target.post(ENTRIES, {"collection_id": number, "value": f"{mark}{n}"})
            if response.status_code != 201:
                failures.append(response.status_code)

    threads = [threading.Thread(target=write, args=pair) for pair in ((console, "a"), (other, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert console.read(f"{SETS}/{number}")["number_of_entries"] == 80


def test_a_killed_process_leaves_the_database_usable(
    database: Path, other_process: tuple[subprocess.Popen[str], Console]
) -> None:
    process, other = other_process
    kept = other.made(SETS, {"name": "kept", "entry_type": "ALN"})

    def write() -> None:
        with contextlib.suppress(httpx.TransportError):
            for n in itertools.count():
                other.post(ENTRIES, {"collection_id": kept["id"], "value": str(n)})

    writer = threading.Thread(target=write)
    writer.start()
    while len(other.control("GET", "requests")) < 20:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    writer.join()
    with Emulator(database) as emulator, Console(emulator.url) as console:
        assert console.read(f"{SETS}/{kept['id']}")["name"] == "kept"
        assert console.read(f"{SETS}/{kept['id']}")["number_of_entries"] >= 10
        console.made(SETS, {"name": "after", "entry_type": "ALN"})
    with contextlib.closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_task_goes_on_in_another_process(
    console: Console, other_process: tuple[subprocess.Popen[str], Console]
) -> None:
    _, other = other_process
    console.freeze()
    response = other.delete(f"{SETS}/1")
    console.advance()
    (number,) = (response.json()["id"],)
    path = f"/reference_data_collections/set_delete_tasks/{number}"
    assert console.read(path)["status"] == other.read(path)["status"] == "COMPLETED"


def test_settings_are_kept_for_every_process(database: Path) -> None:
    with Emulator(database, settings=Settings(release_name="mine")) as first, Console(first.url) as console:
        with Emulator(database) as second, Console(second.url) as other:
            assert other.read("/system/about") == console.read("/system/about")
            assert other.read("/system/about")["release_name"] == "mine"
        with Emulator(database, settings=Settings()) as third, Console(third.url):
            assert console.read("/system/about")["release_name"] == "dac emulator"


def test_settings_survive_being_written_and_read() -> None:
    settings = Settings(api_version="22.0", task_seconds=0, action_new="NEW")
    assert Settings.from_json(settings.to_json()) == settings
    assert Settings.from_json('{"api_version": "22.0", "gone": 1}').api_version == "22.0"


def test_a_run_has_a_token_of_its_own_beside_the_kept_ones(database: Path) -> None:
    with Emulator(database, token="run-1") as first, Emulator(database, token="run-2") as second:
        with Console(first.url, "run-1") as one, Console(second.url, "run-2") as two:
            kept = one.made("/config/access/authorized_services", {"label": "ci", "user_role_id": 1})["token"]
            assert two.get("/system/about").status_code == 200
        with Console(second.url, "run-1") as wrong, Console(second.url, kept) as right:
            assert wrong.get("/system/about").status_code == 401
            assert right.get("/system/about").status_code == 200


def test_the_port_is_free_again_after_stopping(database: Path) -> None:
    with Emulator(database) as emulator:
        port = int(emulator.url.rpartition(":")[2])
    with Emulator(database, port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"
        with pytest.raises(OSError, match="in use"), Emulator(database, port=port):
            pass
    with socket.socket() as free:
        free.bind(("127.0.0.1", port))


def test_stopping_twice_and_starting_again_is_fine(database: Path) -> None:
    emulator = Emulator(database)
    emulator.stop()
    for _ in range(2):
        emulator.start()
        with Console(emulator.url) as console:
            assert console.get("/system/about").status_code == 200
        emulator.stop()
        emulator.stop()


def test_no_thread_and_no_connection_is_left_behind(database: Path) -> None:
    before = threading.active_count()
    with Emulator(database) as emulator, Console(emulator.url) as console:
        console.read("/analytics/rules")
    assert threading.active_count() == before
    database.unlink()


def test_a_reset_brings_the_stock_content_back_while_others_have_it_open(console: Console, database: Path) -> None:
    stock = console.read(SETS)
    console.made(SETS, {"name": "x", "entry_type": "ALN"})
    console.finished(console.delete(f"{SETS}/1"))
    reset(database)
    assert console.read(SETS) == stock
    assert console.made(SETS, {"name": "x", "entry_type": "ALN"})["id"] == len(stock) + 1


def test_a_reset_keeps_the_settings(database: Path) -> None:
    with Emulator(database, settings=Settings(release_name="mine")):
        pass
    reset(database)
    with Emulator(database) as emulator, Console(emulator.url) as console:
        assert console.read("/system/about")["release_name"] == "mine"


def test_a_console_is_made_once_however_many_start_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "new.db"
    emulators = [Emulator(path) for _ in range(4)]
    threads = [threading.Thread(target=emulator.start) for emulator in emulators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lists = []
    for emulator in emulators:
        with Console(emulator.url) as console:
            lists.append(console.read(SETS))
        emulator.stop()
    assert lists[0] == lists[1] == lists[2] == lists[3]
    assert len(lists[0]) == 4
