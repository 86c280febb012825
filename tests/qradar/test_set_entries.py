"""Bulk tasks whose ends the emulator does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from scripted_console import Scripted, error

from dac.qradar.carriers.set_entries import BulkUpdate, addition, deletion

if TYPE_CHECKING:
    from collections.abc import Sequence

PATCH = "PATCH /reference_data_collections/set_entries"
TASK = "/reference_data_collections/set_bulk_update_tasks/1"
ROWS = [addition(1, "a", ""), addition(1, "b", ""), addition(2, "c", "")]
DONE = {"http_status": 201}
BAD = {"http_status": 422, "unique_code": 20006, "message": "The value is not a number"}


def results(status: str, *responses: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"id": 1, "status": status, "responses": list(responses)})


def task(status: str) -> httpx.Response:
    return httpx.Response(200, json={"id": 1, "name": "Bulk", "status": status, "error_message": "out of memory"})


@pytest.fixture
def taking(console: Scripted) -> Scripted:
    console.answers[PATCH] = httpx.Response(202, json={"id": 1, "status": "QUEUED"})
    console.answers[f"GET {TASK}"] = task("COMPLETED")
    console.answers[f"GET {TASK}/results"] = results("COMPLETE_UPDATE_PERFORMED", DONE, DONE, DONE)
    return console


def sent(console: Scripted, rows: Sequence[dict[str, Any]] = ROWS, batch: int = 10) -> BulkUpdate:
    bulk = BulkUpdate(console.client(), batch=batch, timeout=30)
    bulk.send(rows)
    return bulk


def test_a_complete_update_has_no_problems(taking: Scripted) -> None:
    bulk = sent(taking)
    assert (dict(bulk.problems), dict(bulk.doubts)) == ({}, {})
    assert taking.lines.count(PATCH) == 1


def test_a_completed_task_is_not_believed_without_its_rows(taking: Scripted) -> None:
    taking.answers[f"GET {TASK}/results"] = results("PARTIAL_UPDATE_PERFORMED", DONE, BAD, DONE)
    assert dict(sent(taking).problems) == {1: ['entry "b": The value is not a number (HTTP 422, code 20006)']}


def test_rows_that_cannot_be_told_apart_are_all_in_question(taking: Scripted) -> None:
    taking.answers[f"GET {TASK}/results"] = results("PARTIAL_UPDATE_PERFORMED", BAD)
    assert set(sent(taking).problems) == {1, 2}


def test_one_bad_set_does_not_keep_the_others_from_being_filled(taking: Scripted) -> None:
    """An aborted task did nothing at all: its sets are sent apart from each other."""
    taking.answers[f"GET {TASK}/results"] = [
        results("UPDATE_ABORTED", BAD, DONE, DONE),
        results("UPDATE_ABORTED", BAD),
        results("COMPLETE_UPDATE_PERFORMED", DONE),
    ]
    bulk = sent(taking)
    assert taking.lines.count(PATCH) == 3
    assert dict(bulk.problems) == {1: ["The value is not a number (HTTP 422, code 20006)"]}


@pytest.mark.parametrize("ending", ["EXCEPTION", "CANCELLED", "INTERRUPTED"])
def test_a_failed_task_is_sent_again_apart_and_only_once(taking: Scripted, ending: str) -> None:
    taking.answers[f"GET {TASK}"] = task(ending)
    bulk = sent(taking)
    assert taking.lines.count(PATCH) == 3
    assert "out of memory" in bulk.problems[1][0]
    assert "out of memory" in bulk.problems[2][0]


def test_a_refused_set_is_its_own_problem(taking: Scripted) -> None:
    taking.answers[PATCH] = [
        error(422, 23000, "There is no set 2"),
        httpx.Response(202, json={"id": 1}),
        error(422, 23000, "There is no set 2"),
    ]
    taking.answers[f"GET {TASK}/results"] = results("COMPLETE_UPDATE_PERFORMED", DONE, DONE)
    bulk = sent(taking)
    assert list(bulk.problems) == [2]
    assert "code 23000" in bulk.problems[2][0]


@pytest.mark.parametrize("lost", [httpx.ReadError("reset"), httpx.ReadTimeout("slow")])
def test_a_lost_answer_is_a_doubt_and_nothing_is_sent_twice(taking: Scripted, lost: Exception) -> None:
    taking.answers[PATCH] = lost
    bulk = sent(taking)
    assert set(bulk.doubts) == {1, 2}
    assert taking.lines.count(PATCH) == 1


def test_a_task_that_goes_on_is_a_doubt_and_nothing_is_sent_twice(taking: Scripted) -> None:
    taking.answers[f"GET {TASK}"] = task("PROCESSING")
    bulk = sent(taking)
    assert "still PROCESSING after 30 s" in bulk.doubts[1][0]
    assert taking.lines.count(PATCH) == 1


def test_once_the_console_is_gone_nothing_more_is_sent(taking: Scripted) -> None:
    taking.answers[PATCH] = httpx.ConnectError("refused")
    bulk = sent(taking, batch=1)
    assert taking.lines.count(PATCH) == 1
    assert [reason.startswith("not attempted") for reason in bulk.problems[1]] == [False, True]
    assert bulk.problems[2][0].startswith("not attempted")


def test_an_entry_that_has_gone_before_its_deletion_is_no_problem(taking: Scripted) -> None:
    gone = {"http_status": 404, "unique_code": 1003, "message": "no such entry"}
    taking.answers[f"GET {TASK}/results"] = results("UPDATE_ABORTED", gone)
    assert dict(sent(taking, [deletion(1, 5, "a")]).problems) == {}
