"""/staged_config/deploy_status: one deploy at a time."""

from __future__ import annotations

from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, Endpoint
from dac.emulator.errors import ApiError
from dac.emulator.schema import strings

INITIALIZING_PERCENT = 20
COMPLETE_PERCENT = 100


def read_status(call: Call) -> Answer:
    """The last deploy, or a COMPLETE of nobody's when there was none."""
    row = call.db.execute(
        "SELECT type, initiated_by, initiated_from, started, finishes FROM deployment ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return Answer(_shown("INCREMENTAL", "admin", "127.0.0.1", 100))
    kind, by, source, started, finishes = row
    share = min(1.0, (call.now - started) / max(1, finishes - started))
    return Answer(_shown(kind, by, source, int(share * 100)))


def start_deploy(call: Call) -> Answer:
    """Start one; 409 while another is under way. It is under way when this answers 200."""
    kind = call.body.get("type")
    if kind not in ("INCREMENTAL", "FULL"):
        raise ApiError(422, 1005, "type has to be INCREMENTAL or FULL")
    running = call.db.execute("SELECT 1 FROM deployment WHERE finishes > ?", (call.now,)).fetchone()
    if running is not None:
        raise ApiError(409, call.settings.deploy_conflict_code, "A deploy is already in progress")
    call.db.execute(
        "INSERT INTO deployment (type, initiated_by, initiated_from, started, finishes) VALUES (?, ?, ?, ?, ?)",
        (kind, call.caller.name, "127.0.0.1", call.now, call.now + int(call.settings.deploy_seconds * 1000)),
    )
    return read_status(call)


def _shown(kind: str, by: str, source: str, percent: int) -> dict[str, Any]:
    if percent >= COMPLETE_PERCENT:
        status, host = "COMPLETE", "SUCCESS"
    elif percent >= INITIALIZING_PERCENT:
        status, host = "IN_PROGRESS", "IN_PROGRESS"
    else:
        status, host = "INITIALIZING", "INITIATING"
    return {
        "hosts": [{"host_status": host, "ip": "127.0.0.1", "status": host}],
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
        body=Body(strings("type")),
        writes=True,
        capability="admin",
    ),
)
