"""/staged_config/deploy_status: one deploy at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, Endpoint
from dac.emulator.errors import ApiError
from dac.emulator.schema import Field, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

_READ_ONLY = (
    Field("hosts", "array", fields=strings("host_status", "ip", "status")),
    *strings("initiated_by", "initiated_from", "status"),
    *numbers("percent_complete"),
)
INITIALIZING_PERCENT = 20
COMPLETE_PERCENT = 100


def read_status(call: Call) -> Answer:
    """The last deploy, or a COMPLETE of nobody's when there was none."""
    row = call.db.execute(
        "SELECT type, initiated_by, initiated_from, started, finishes FROM deployment ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return Answer(_shown(call, "INCREMENTAL", "admin", "127.0.0.1", 100))
    kind, by, source, started, finishes = row
    share = min(1.0, (call.now - started) / max(1, finishes - started))
    return Answer(_shown(call, kind, by, source, int(share * 100)))


def start_deploy(call: Call) -> Answer:
    """Start one; 409 while another is under way. It is under way when this answers 200."""
    kind = call.body.get("type")
    if kind not in ("INCREMENTAL", "FULL"):
        raise ApiError(422, 1005, "type has to be INCREMENTAL or FULL")
    running = call.db.execute("SELECT 1 FROM deployment WHERE finishes > ?", (call.now,)).fetchone()
    if running is not None:
        raise ApiError(409, call.settings.deploy_conflict_code, "A deploy is already in progress")
    if kind == "INCREMENTAL" and call.settings.deploy_without_changes == "refuse" and not _anything_to_deploy(call):
        raise ApiError(409, call.settings.deploy_conflict_code, "No changes to deploy")
    call.db.execute(
        "INSERT INTO deployment (type, initiated_by, initiated_from, started, finishes) VALUES (?, ?, ?, ?, ?)",
        (kind, call.caller.name, "127.0.0.1", call.now, call.now + int(call.settings.deploy_seconds * 1000)),
    )
    tasks.schedule(call, "deploy", "Deploy", {}, call.settings.deploy_seconds)
    return read_status(call)


def _anything_to_deploy(call: Call) -> bool:
    """Log sources and domains are what waits for a deploy here; packages as the settings say, and nothing else."""
    waiting = "SELECT 1 FROM log_source WHERE requires_deploy = 1 UNION SELECT 1 FROM domain WHERE requires_deploy = 1"
    if call.settings.deploy_after_install:
        waiting += (
            " UNION SELECT 1 FROM extension WHERE install_time > (SELECT coalesce(max(started), 0) FROM deployment)"
        )
    return call.db.execute(waiting).fetchone() is not None


def _deployed(due: tasks.Due) -> tasks.Outcome:
    due.db.execute("UPDATE log_source SET requires_deploy = 0 WHERE modified_date < ?", (due.now,))
    due.db.execute("UPDATE domain SET requires_deploy = 0")
    return tasks.Outcome(message="Deployed")


def _shown(call: Call, kind: str, by: str, source: str, percent: int) -> dict[str, Any]:
    hosts = dict(pair.strip().split("=", 1) for pair in call.settings.deploy_hosts.split(",") if pair.strip())
    if percent >= COMPLETE_PERCENT:
        status = "COMPLETE"
    else:
        early = percent < INITIALIZING_PERCENT
        status, under_way = ("INITIALIZING", "INITIATING") if early else ("IN_PROGRESS", "IN_PROGRESS")
        hosts = dict.fromkeys(hosts, under_way)
    return {
        "hosts": [{"host_status": end, "ip": ip, "status": end} for ip, end in hosts.items()],
        "initiated_by": by,
        "initiated_from": source,
        "percent_complete": percent,
        "status": status,
        "type": kind,
    }


ENDPOINTS = (
    Endpoint("GET", "/staged_config/deploy_status", read_status),
    Endpoint(
        "POST",
        "/staged_config/deploy_status",
        start_deploy,
        body=Body(strings("type"), read_only=_READ_ONLY),
        writes=True,
        capability="admin",
    ),
)
EFFECTS: Mapping[str, tasks.Effect] = {"deploy": _deployed}
