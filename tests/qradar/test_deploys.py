"""Deploying over HTTP: one at a time, other people's first, each host's own end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dac.errors import Forbidden
from dac.model.deployment import DeployEnd, Deployment
from dac.qradar.deploys import STATUS, deploy_incremental

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench
    from scripted_console import Scripted

ON = {"deploy_without_changes": "accept", "deploy_seconds": 0.05}


class Deploys:
    """Deploys on a console of its own; `others` are those whose deploys it was told of."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.others: list[str] = []

    def go(self, *, stopped: bool = False) -> Deployment:
        return deploy_incremental(self.bench.client, waiting_for=self.others.append, stopping=lambda: stopped)

    def posts(self) -> int:
        return self.bench.requests().count(f"POST {STATUS}")


@pytest.fixture
def make(make_bench: Callable[..., Bench]) -> Callable[..., Deploys]:
    return lambda **settings: Deploys(make_bench(**settings))


def test_a_deploy_is_incremental_and_ends_on_every_host(make: Callable[..., Deploys]) -> None:
    deploys = make(**ON, deploy_hosts="10.0.0.1=SUCCESS,10.0.0.2=SUCCESS")
    assert deploys.go() == Deployment(DeployEnd.DEPLOYED, hosts={"10.0.0.1": "SUCCESS", "10.0.0.2": "SUCCESS"})
    assert deploys.bench.client.get(STATUS)["type"] == "INCREMENTAL"
    assert deploys.posts() == 1


@pytest.mark.parametrize("end", ["TIMED_OUT", "ERROR"])
def test_a_host_that_it_does_not_reach_is_a_failure_and_is_named(make: Callable[..., Deploys], end: str) -> None:
    done = make(**ON, deploy_hosts=f"10.0.0.1=SUCCESS,10.0.0.2={end}").go()
    assert (done.end, done.reason) == (DeployEnd.FAILED, "it did not reach 10.0.0.2")
    assert done.hosts == {"10.0.0.1": "SUCCESS", "10.0.0.2": end}


@pytest.mark.parametrize("code", [1002, 1004])
def test_nothing_to_deploy_is_no_failure_whatever_its_code(make: Callable[..., Deploys], code: int) -> None:
    done = make(deploy_conflict_code=code).go()
    assert done.end is DeployEnd.NOTHING
    assert "No changes to deploy" in done.reason


def test_a_deploy_of_somebody_else_is_waited_for_and_ours_comes_after_it(make: Callable[..., Deploys]) -> None:
    deploys = make(deploy_without_changes="accept", deploy_seconds=0.3)
    deploys.bench.client.post(STATUS, json={"type": "FULL"})
    assert deploys.go().end is DeployEnd.DEPLOYED
    assert deploys.others == ["API_token: emulator"]
    assert deploys.bench.client.get(STATUS)["type"] == "INCREMENTAL"


def test_one_that_begins_in_between_is_waited_for_too(make: Callable[..., Deploys]) -> None:
    """The status said that nobody deploys, and the POST that somebody does."""
    deploys = make(deploy_without_changes="accept", deploy_seconds=0.1)
    deploys.bench.fault(action="status", method="POST", path="deploy_status", code=409, body={"code": 1002})
    assert deploys.go().end is DeployEnd.DEPLOYED
    assert deploys.posts() == 2


def test_a_lost_answer_is_no_second_deploy_of_nothing(make: Callable[..., Deploys]) -> None:
    deploys = make(deploy_after_install=True, deploy_seconds=0.05)
    deploys.bench.client.post("/config/domain_management/domains", json={"name": "Branch"})
    deploys.bench.fault(action="lose", method="POST", path="deploy_status")
    assert deploys.go() == Deployment(DeployEnd.DEPLOYED, hosts={"127.0.0.1": "SUCCESS"})


def test_whoever_may_not_deploy_hears_it(make: Callable[..., Deploys]) -> None:
    deploys = make()
    deploys.bench.fault(action="status", method="POST", path="deploy_status", code=403)
    with pytest.raises(Forbidden):
        deploys.go()


def test_a_run_that_was_stopped_starts_none(make: Callable[..., Deploys]) -> None:
    deploys = make(**ON)
    assert deploys.go(stopped=True).end is DeployEnd.LEFT
    assert deploys.posts() == 0


@pytest.mark.parametrize(
    ("row", "end", "said"),
    [
        ({"status": "DONE", "hosts": None}, DeployEnd.DEPLOYED, ""),
        ({"status": "COMPLETE", "has_errors": True, "error_message": "no disk"}, DeployEnd.FAILED, "no disk"),
        ({"status": "UNKNOWN", "hosts": []}, DeployEnd.FAILED, "it ended in UNKNOWN: no reason given"),
    ],
)
def test_the_words_that_only_the_prose_of_the_reference_has(
    console: Scripted, row: dict[str, Any], end: DeployEnd, said: str
) -> None:
    console.answers[f"GET {STATUS}"] = [httpx.Response(200, json={"status": "COMPLETE"}), httpx.Response(200, json=row)]
    console.answers[f"POST {STATUS}"] = httpx.Response(200, json=row)
    client = console.client()
    client.connect()
    done = deploy_incremental(client, waiting_for=lambda _: None, stopping=lambda: False)
    assert done.end is end
    assert said in done.reason
