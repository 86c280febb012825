"""Deploying what is staged on a console, changed parts only.

API: GET and POST /staged_config/deploy_status. One deploy at a time; 409 says that one is under way, or that there is
nothing to deploy, with codes that differ between consoles: whether one is under way, only the status tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, BadContent, Conflict
from dac.model.deployment import DeployEnd, Deployment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dac.qradar.client import Client

STATUS = "/staged_config/deploy_status"

_UNDER_WAY = frozenset({"INITIALIZING", "INITIATING", "IN_PROGRESS", "START"})
_GOOD_ENDS = frozenset({"COMPLETE", "DONE"})
_BAD_HOSTS = frozenset({"ERROR", "TIMED_OUT"})
_TIMEOUT = 1800.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_REFUSALS = 2
_ROUNDS = 10


def deploy_incremental(
    client: Client, *, waiting_for: Callable[[str], None], stopping: Callable[[], bool]
) -> Deployment:
    """Deploy, wait for its end, and say how it ended on each host.

    A deploy that is under way was begun before these changes: its end is waited for (`waiting_for` is told whose it
    is), then comes ours. `stopping` ends the waiting, not the deploy. ConsoleError as the client raises it.
    """
    refusals, is_lost = 0, False
    for _ in range(_ROUNDS):
        row, waited = _status(client), False
        if _is_under_way(row):
            waiting_for(str(row.get("initiated_by") or "somebody"))
            row, waited = _ended(client, stopping), True
        if stopping() or _is_under_way(row):
            return Deployment(DeployEnd.LEFT, "it was not started: this run was stopped, or another deploy did not end")
        refusals = 0 if waited else refusals
        try:
            client.post(STATUS, json={"type": "INCREMENTAL"})
        except AmbiguousAnswer:
            is_lost = True
        except Conflict as error:
            refusals += 1
            if refusals == _REFUSALS:  # and nobody's was under way in between
                return _result(row) if is_lost else Deployment(DeployEnd.NOTHING, error.summary)
        else:
            return _result(_ended(client, stopping))
    return Deployment(DeployEnd.FAILED, "no answer came back, or others began one each time that it was its turn")


def _ended(client: Client, stopping: Callable[[], bool]) -> dict[str, Any]:
    """Return the status once no deploy is under way any more, or as it is after half an hour."""
    deadline = client.clock() + _TIMEOUT
    pause = _FIRST_PAUSE
    while True:
        row = _status(client)
        if not _is_under_way(row) or stopping() or client.clock() >= deadline:
            return row
        client.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _status(client: Client) -> dict[str, Any]:
    row = client.get(STATUS)
    if not isinstance(row, dict) or not isinstance(row.get("status"), str):
        raise BadContent(f"GET {STATUS} gave no status of a deploy", request=f"GET {STATUS}")
    return row


def _is_under_way(row: dict[str, Any]) -> bool:
    return row["status"] in _UNDER_WAY


def _result(row: dict[str, Any]) -> Deployment:
    hosts = dict(_hosts(row.get("hosts")))
    bad = sorted(ip for ip, end in hosts.items() if end in _BAD_HOSTS)
    if _is_under_way(row):
        return Deployment(DeployEnd.FAILED, "it was still under way when dac stopped waiting; it goes on there", hosts)
    if bad:
        return Deployment(DeployEnd.FAILED, f"it did not reach {', '.join(bad)}", hosts)
    if row["status"] not in _GOOD_ENDS or row.get("has_errors"):
        said = str(row.get("error_message") or "no reason given")
        return Deployment(DeployEnd.FAILED, f"it ended in {row['status']}: {said}", hosts)
    return Deployment(DeployEnd.DEPLOYED, hosts=hosts)


def _hosts(rows: Any) -> Iterable[tuple[str, str]]:
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            yield str(row.get("ip") or "?"), str(row.get("host_status") or row.get("status") or "UNKNOWN")
