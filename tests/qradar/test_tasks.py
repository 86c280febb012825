from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dac.errors import BadContent, TaskFailed
from dac.qradar.tasks import task_id, wait_for_task

if TYPE_CHECKING:
    from scripted_console import Scripted


def states(*names: str, **more: Any) -> list[httpx.Response]:
    return [httpx.Response(200, json={"id": 7, "name": "Delete set", "status": name} | more) for name in names]


def test_a_task_is_polled_until_it_is_completed(console: Scripted) -> None:
    console.answers["GET /t/7"] = states("QUEUED", "PROCESSING", "PROCESSING", "COMPLETED", results=3)
    assert wait_for_task(console.client(), "/t/7", timeout=60)["results"] == 3
    assert console.slept == [0.05, 0.1, 0.2]


def test_polls_come_ever_more_slowly_up_to_two_seconds(console: Scripted) -> None:
    console.answers["GET /t/7"] = states(*["PROCESSING"] * 10, "COMPLETED")
    wait_for_task(console.client(), "/t/7", timeout=60)
    assert console.slept == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0, 2.0]


@pytest.mark.parametrize("status", ["PAUSED", "RESUMING", "INITIALIZING", "CANCEL_REQUESTED", "CANCELING"])
def test_what_is_neither_success_nor_failure_goes_on(console: Scripted, status: str) -> None:
    console.answers["GET /t/7"] = states(status, "COMPLETED")
    assert wait_for_task(console.client(), "/t/7", timeout=60)["status"] == "COMPLETED"


@pytest.mark.parametrize("status", ["EXCEPTION", "CONFLICT", "CANCELLED", "INTERRUPTED"])
def test_a_failed_task_says_what_qradar_said(console: Scripted, status: str) -> None:
    console.answers["GET /t/7"] = states("QUEUED", status, message="2 rules\nstill use it")
    with pytest.raises(TaskFailed, match=rf"'Delete set' \(/t/7\) ended in {status}: 2 rules still use it") as caught:
        wait_for_task(console.client(), "/t/7", timeout=60)
    assert caught.value.status_name == status
    assert caught.value.hint


def test_a_task_that_was_interrupted_and_has_no_end_time_may_go_on(console: Scripted) -> None:
    console.answers["GET /t/7"] = states("INTERRUPTED", "RESUMING", "COMPLETED", completed=None)
    assert wait_for_task(console.client(), "/t/7", timeout=60)["status"] == "COMPLETED"


def test_a_bulk_task_has_its_reason_elsewhere(console: Scripted) -> None:
    console.answers["GET /t/7"] = states("EXCEPTION", error_message="no such set", error_code=23000)
    with pytest.raises(TaskFailed, match="no such set") as caught:
        wait_for_task(console.client(), "/t/7", timeout=60)
    assert caught.value.code == 23000


def test_a_task_that_takes_too_long_is_named_with_what_it_still_does(console: Scripted) -> None:
    console.answers["GET /t/7"] = states("PROCESSING")
    with pytest.raises(TaskFailed, match=r"'Delete set' \(/t/7\) is still PROCESSING after 30 s") as caught:
        wait_for_task(console.client(), "/t/7", timeout=30)
    assert caught.value.status_name == "PROCESSING"
    assert 30 <= console.now <= 32


@pytest.mark.parametrize("body", [None, [], {"id": 7}, {"status": 3}])
def test_what_is_no_task_is_bad_content(console: Scripted, body: object) -> None:
    console.answers["GET /t/7"] = httpx.Response(200, json=body)
    with pytest.raises(BadContent):
        wait_for_task(console.client(), "/t/7", timeout=30)


@pytest.mark.parametrize("body", [None, {}, {"id": "7"}, {"id": True}])
def test_an_answer_without_a_task_is_bad_content(body: object) -> None:
    with pytest.raises(BadContent, match="DELETE /a/1"):
        task_id(body, "DELETE /a/1")
