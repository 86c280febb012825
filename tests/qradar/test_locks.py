from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dac.errors import AmbiguousAnswer, ConsoleError, Interrupted, LockHeld
from dac.model.run import Holder
from dac.qradar import sets
from dac.qradar.client import Client
from dac.qradar.locks import ConsoleLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

VERSIONS = pytest.mark.parametrize("api_version", ["26.0", "21.0"])  # with descriptions of sets, and without


def holder(run_id: str = "run-1", command: str = "dac apply cloud") -> Holder:
    return Holder(run_id, "kim", "soc-7", 4711, command, 1_763_000_000_000)


@VERSIONS
def test_one_run_holds_the_lock_and_everybody_can_see_which(make_bench: Callable[..., Bench], api_version: str) -> None:
    bench = make_bench(api_version=api_version)
    lock = ConsoleLock(bench.client)
    assert lock.read_holder() is None
    lock.acquire(holder(), 0)
    assert ConsoleLock(bench.connect()).read_holder() == holder()
    with pytest.raises(
        LockHeld, match=r"kim on soc-7 \(process 4711\) holds the console lock since 2025-11-13"
    ) as caught:
        ConsoleLock(bench.connect()).acquire(holder("run-2"), 0)
    assert caught.value.detail == "Run run-1: dac apply cloud"
    assert "dac unlock --console NAME run-1" in caught.value.hint


def test_released_means_gone(bench: Bench) -> None:
    lock = ConsoleLock(bench.client)
    lock.acquire(holder(), 0)
    lock.release()
    assert sets.find_set(bench.client, sets.LOCK_SET) is None
    lock.release()
    ConsoleLock(bench.client).acquire(holder("run-2"), 0)


def test_a_run_can_wait_for_the_lock(bench: Bench) -> None:
    first = ConsoleLock(bench.client)
    first.acquire(holder(), 0)
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        first.release()

    with Client(bench.emulator.url, lambda: bench.emulator.token, sleep=sleep) as client:
        client.connect()
        second = ConsoleLock(client)
        second.acquire(holder("run-2"), 30)
        assert waited == [1.0]
        assert second.read_holder().run_id == "run-2"


def test_a_wait_for_the_lock_ends_when_the_user_asks_to_stop(bench: Bench) -> None:
    first = ConsoleLock(bench.client)
    first.acquire(holder(), 0)
    waited: list[float] = []
    with Client(bench.emulator.url, lambda: bench.emulator.token, sleep=waited.append) as client:
        client.connect()
        with pytest.raises(Interrupted, match="stopped as asked, while waiting for a lock") as caught:
            ConsoleLock(client).acquire(holder("run-2"), 600, stopping=lambda: len(waited) == 2)
    assert caught.value.detail.startswith("kim on soc-7 (process 4711) holds the console lock since 2025-11-13")
    assert waited == [1.0, 1.0]
    assert first.read_holder() == holder()


def test_of_many_runs_exactly_one_gets_the_lock(bench: Bench) -> None:
    locks = [ConsoleLock(bench.connect()) for _ in range(8)]

    def attempt(number: int) -> bool:
        try:
            locks[number].acquire(holder(f"run-{number}"), 0)
        except LockHeld:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(attempt, range(8)))
    assert got.count(True) == 1
    assert locks[0].read_holder().run_id == f"run-{got.index(True)}"


def test_releasing_never_takes_the_lock_of_another_run_away(bench: Bench) -> None:
    lock = ConsoleLock(bench.client)
    lock.acquire(holder(), 0)
    ConsoleLock(bench.connect()).break_lock("run-1")
    other = ConsoleLock(bench.connect())
    other.acquire(holder("run-2"), 0)
    lock.release()
    assert other.read_holder().run_id == "run-2"


def test_a_lock_is_broken_by_the_name_of_its_run_only(bench: Bench) -> None:
    lock = ConsoleLock(bench.client)
    assert lock.break_lock("run-1") is False
    lock.acquire(holder(), 0)
    with pytest.raises(LockHeld, match="kim on soc-7"):
        ConsoleLock(bench.connect()).break_lock("run-2")
    assert ConsoleLock(bench.connect()).break_lock("run-1") is True
    assert lock.read_holder() is None


def test_a_run_killed_before_it_signed_is_still_named_where_sets_have_descriptions(bench: Bench) -> None:
    lock = ConsoleLock(bench.client)
    lock.acquire(holder(), 0)
    set_id = sets.find_set(bench.client, sets.LOCK_SET)["id"]
    entry = sets.list_entries(bench.client, [set_id])[0]
    bench.client.delete(f"{sets.ENTRIES}/{entry['id']}")
    assert lock.read_holder() == holder()


def test_a_lock_that_nobody_signed_says_so_and_can_be_broken(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(api_version="21.0")
    set_id = sets.create_set(bench.client, {"name": sets.LOCK_SET, "entry_type": "ALN"})
    lock = ConsoleLock(bench.client)
    with pytest.raises(LockHeld, match="does not say by whom") as caught:
        lock.acquire(holder(), 0)
    assert "killed between creating and signing" in caught.value.detail
    assert f"dac unlock --console NAME unsigned-{set_id}" in caught.value.hint
    with pytest.raises(LockHeld):
        lock.break_lock("unsigned-999")
    assert lock.break_lock(f"unsigned-{set_id}") is True
    lock.acquire(holder(), 0)


def test_a_signature_that_nobody_can_read_counts_as_none(bench: Bench) -> None:
    set_id = sets.create_set(bench.client, {"name": sets.LOCK_SET, "entry_type": "ALN"})
    for text in (
        "[1]",
        '{"run_id": 1}',
        "hello",
        '{"run_id":"x","who":"","host":"","pid":"y","command":"","created":1}',
    ):
        sets.put_entry(bench.client, set_id, text)
    assert ConsoleLock(bench.client).read_holder().run_id == f"unsigned-{set_id}"


def test_a_long_command_is_cut_to_what_an_entry_can_hold(bench: Bench) -> None:
    lock = ConsoleLock(bench.client)
    lock.acquire(holder(command="dac apply " + "x" * 5000), 0)
    assert len(lock.read_holder().command) == 200


def test_a_lock_that_may_still_come_is_not_called_somebody_elses(bench: Bench) -> None:
    bench.fault(method="POST", path="/reference_data_collections/sets$", action="drop")
    with pytest.raises(AmbiguousAnswer):
        ConsoleLock(bench.client).acquire(holder(), 0)


@VERSIONS
@pytest.mark.parametrize("action", ["lose", "drop", "status"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 6])
def test_whatever_answer_is_lost_nobody_is_locked_out_and_nobody_is_fooled(
    make_bench: Callable[..., Bench], api_version: str, action: str, nth: int
) -> None:
    """A fault at every request of acquire and release; then the console is as if the run had been honest."""
    bench = make_bench(api_version=api_version)
    lock = ConsoleLock(bench.client)
    bench.fault(nth=nth, action=action, **({"code": 500} if action == "status" else {}))
    try:
        lock.acquire(holder(), 5)
        held = bench.connect()
        assert ConsoleLock(held).read_holder() == holder()
        with pytest.raises(LockHeld):
            ConsoleLock(held).acquire(holder("run-2"), 0)
        lock.release()
    except ConsoleError:
        bench.no_faults()
        left = lock.read_holder()
        assert left is None or left.run_id == "run-1"
        ConsoleLock(bench.connect()).acquire(holder(), 0)  # the same run may come back to its own lock
        ConsoleLock(bench.connect()).break_lock("run-1")
    bench.no_faults()
    assert lock.read_holder() is None
    ConsoleLock(bench.connect()).acquire(holder("run-3"), 0)
