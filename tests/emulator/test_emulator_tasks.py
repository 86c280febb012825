"""Tasks move with the console's clock and with nothing else; the clock is the test's to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import SETS, Console, code

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

TASKS = "/reference_data_collections/set_dependents_tasks"


@pytest.fixture
def slow(started: Callable[[Settings | None], Console]) -> Console:
    console = started(Settings(task_seconds=8))
    console.freeze()
    return console


def test_a_task_is_queued_then_processing_then_completed(slow: Console) -> None:
    start = slow.advance(0)
    location = slow.get(f"{SETS}/3/dependents").headers["Location"]
    queued = slow.read(location)
    assert (queued["status"], queued["created"], queued["started"], queued["completed"]) == (
        "QUEUED",
        start,
        None,
        None,
    )
    assert queued["number_of_dependents"] is None
    slow.advance(2)
    working = slow.read(location)
    assert (working["status"], working["started"], working["completed"]) == ("PROCESSING", start + 2000, None)
    slow.advance(6)
    done = slow.read(location)
    assert (done["status"], done["completed"], done["number_of_dependents"]) == ("COMPLETED", start + 8000, 1)
    assert done["task_components"][0]["status"] == "COMPLETED"


def test_polling_moves_nothing(slow: Console) -> None:
    location = slow.get(f"{SETS}/3/dependents").headers["Location"]
    assert {slow.read(location)["status"] for _ in range(50)} == {"QUEUED"}


def test_results_are_404_until_the_end(slow: Console) -> None:
    location = slow.get(f"{SETS}/3/dependents").headers["Location"]
    assert code(slow.get(f"{location}/results")) == (404, 13009)
    slow.advance(8)
    assert len(slow.read(f"{location}/results")) == 1


def test_a_dependents_task_can_be_cancelled_while_it_runs(slow: Console) -> None:
    location = slow.get(f"{SETS}/3/dependents").headers["Location"]
    assert code(slow.post(location, {"status": "COMPLETED"})) == (422, 13005)
    cancelled = slow.made(location, {"status": "CANCEL_REQUESTED"}, status=200)
    assert (cancelled["status"], cancelled["cancelled_by"]) == ("CANCELLED", "API_token: emulator")
    assert code(slow.post(location, {"status": "CANCEL_REQUESTED"})) == (409, 13004)
    slow.advance(100)
    assert slow.read(location)["status"] == "CANCELLED"
    assert code(slow.get(f"{location}/results")) == (404, 13009)


def test_a_task_is_known_to_its_own_family_only(slow: Console) -> None:
    number = slow.get(f"{SETS}/3/dependents").json()["id"]
    assert code(slow.get(f"/reference_data_collections/set_delete_tasks/{number}")) == (404, 12003)
    assert code(slow.get(f"/analytics/rules/rule_dependent_tasks/{number}")) == (404, 1002)
    assert code(slow.get(f"{TASKS}/{number + 1}")) == (404, 13007)


def test_tasks_end_in_the_order_they_are_due(slow: Console) -> None:
    first = slow.made(SETS, {"name": "x", "entry_type": "ALN"})["id"]
    deletion = slow.delete(f"{SETS}/{first}")
    slow.advance(1)
    late = slow.http.patch("/reference_data_collections/set_entries", json=[{"collection_id": first, "value": "v"}])
    slow.advance(1000)
    assert slow.read(deletion.headers["Location"])["status"] == "COMPLETED"
    (answer,) = slow.read(late.headers["Location"] + "/results")["responses"]
    assert (answer["http_status"], answer["unique_code"]) == (422, 20004)


def test_the_clock_advances_is_set_freezes_and_goes_on(console: Console) -> None:
    frozen = console.control("POST", "clock", {"freeze": True})
    assert frozen["frozen"] is True
    assert console.control("GET", "clock")["now"] == frozen["now"]
    assert console.control("POST", "clock", {"advance": 1.5})["now"] == frozen["now"] + 1500
    assert console.control("POST", "clock", {"now": 1_800_000_000_000})["now"] == 1_800_000_000_000
    assert console.made(SETS, {"name": "x", "entry_type": "ALN"})["creation_time"] == 1_800_000_000_000
    going = console.control("POST", "clock", {"freeze": False})
    assert going["frozen"] is False
    assert 0 <= console.control("GET", "clock")["now"] - 1_800_000_000_000 < 60_000


@pytest.mark.parametrize("bad", [{"forward": 1}, {"advance": "soon"}, [], 3])
def test_a_clock_command_that_makes_no_sense_is_400(console: Console, bad: object) -> None:
    response = console.http.post(f"{console.url}/emulator/clock", json=bad)
    assert response.status_code == 400


def test_deploys_run_one_at_a_time(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(deploy_seconds=10))
    console.freeze()
    path = "/staged_config/deploy_status"
    assert console.read(path)["status"] == "COMPLETE"
    assert code(console.post(path, {"type": "PARTIAL"})) == (422, 1005)
    assert console.made(path, {"type": "FULL"}, status=200)["status"] == "INITIALIZING"
    assert code(console.post(path, {"type": "FULL"})) == (409, 1002)
    console.advance(5)
    assert (console.read(path)["status"], console.read(path)["percent_complete"]) == ("IN_PROGRESS", 50)
    console.advance(5)
    done = console.read(path)
    assert (done["status"], done["hosts"][0]["status"]) == ("COMPLETE", "SUCCESS")
    assert console.post(path, {"type": "FULL"}).status_code == 200


def test_the_code_of_a_deploy_conflict_is_a_setting(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(deploy_conflict_code=1004))
    console.freeze()
    console.post("/staged_config/deploy_status", {"type": "FULL"})
    assert code(console.post("/staged_config/deploy_status", {"type": "FULL"})) == (409, 1004)


def test_an_incremental_deploy_needs_something_to_deploy(started: Callable[[Settings | None], Console]) -> None:
    console = started(None)
    path = "/staged_config/deploy_status"
    refused = console.post(path, {"type": "INCREMENTAL"})
    assert code(refused) == (409, 1002)
    assert "No changes to deploy" in refused.json()["message"]
    console.made("/config/domain_management/domains", {"name": "Branch"})
    console.made(path, {"type": "INCREMENTAL"}, status=200)
    console.advance()
    assert code(console.post(path, {"type": "INCREMENTAL"})) == (409, 1002)
