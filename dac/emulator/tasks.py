"""Asynchronous tasks: QUEUED, PROCESSING, then an end that depends on the world at the moment it is due.

Time alone moves a task. Polling does not, and neither does the number of polls.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

    from dac.emulator.call import Call
    from dac.emulator.errors import ApiError
    from dac.emulator.settings import Settings

QUEUED_SHARE = 0.25
_STAGES = ("PROCESSING", "INTERRUPTED", "RESUMING", "PROCESSING")
_COLUMNS = "id, family, name, created_by, cancelled_by, created, starts, due, done, status, message, payload, results"
STATUSES = (
    "CANCELLED", "CANCELING", "CANCEL_REQUESTED", "COMPLETED", "CONFLICT", "EXCEPTION",
    "INITIALIZING", "INTERRUPTED", "PAUSED", "PROCESSING", "QUEUED", "RESUMING",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A task whose time has come, with everything its effect may use."""

    db: sqlite3.Connection
    settings: Settings
    id: int
    now: int
    created_by: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended; `results` is what its `/results` will show."""

    status: str = "COMPLETED"
    message: str = ""
    results: Any = None


_log = logging.getLogger(__name__)
Effect = Callable[[Due], Outcome]


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands at one moment; times are epoch milliseconds, None while not reached."""

    id: int
    family: str
    name: str
    created_by: str
    cancelled_by: str | None
    created: int
    started: int | None
    modified: int
    completed: int | None
    status: str
    message: str | None
    payload: Any
    results: Any

    @property
    def finished(self) -> bool:
        return self.completed is not None


def schedule(call: Call, family: str, name: str, payload: Any, seconds: float | None = None) -> Task:
    """Queue a task; it ends `seconds` (or the settings' task time) of the console's time from now."""
    length = int((call.settings.task_seconds if seconds is None else seconds) * 1000)
    row = call.db.execute(
        "INSERT INTO task (family, name, created_by, created, starts, due, payload) "  # noqa: S608  # names of ours
        "VALUES (?, ?, ?, ?, ?, ?, ?) "
        f"RETURNING {_COLUMNS}",
        (
            family,
            name,
            call.caller.name,
            call.now,
            call.now + int(length * QUEUED_SHARE),
            call.now + length,
            json.dumps(payload),
        ),
    ).fetchone()
    task = _as_of(row, call.now, interrupted=call.settings.interrupted_tasks)
    return replace(task, status="QUEUED", started=None, modified=task.created)


def read(call: Call, family: str, task_id: int, not_found: ApiError) -> Task:
    """A task of one family as of now."""
    row = call.db.execute(
        f"SELECT {_COLUMNS} FROM task WHERE id = ? AND family = ?",  # noqa: S608  # names of ours
        (task_id, family),
    ).fetchone()
    if row is None:
        raise not_found
    return _as_of(row, call.now, interrupted=call.settings.interrupted_tasks)


def _as_of(row: tuple[Any, ...], now: int, *, interrupted: bool) -> Task:
    number, family, name, by, cancelled_by, created, starts, due, done, status, message, payload, results = row
    started = starts if now >= starts or done else None
    under_way = "QUEUED" if started is None else _stage(starts, due, now) if interrupted else "PROCESSING"
    return Task(
        id=number,
        family=family,
        name=name,
        created_by=by,
        cancelled_by=cancelled_by,
        created=created,
        started=started,
        modified=due if done else (started or created),
        completed=due if done else None,
        status=status if done else under_way,
        message=message,
        payload=json.loads(payload),
        results=json.loads(results) if done and results is not None else None,
    )


def _stage(starts: int, due: int, now: int) -> str:
    """Of a task that is interrupted on its way and goes on."""
    share = (now - starts) / max(1, due - starts)
    return _STAGES[min(len(_STAGES) - 1, int(share * len(_STAGES)))]


def cancel(call: Call, task: Task) -> None:
    """End a running task at once, without its effect."""
    call.db.execute(
        "UPDATE task SET done = 1, status = 'CANCELLED', due = ?, cancelled_by = ? WHERE id = ?",
        (call.now, call.caller.name, task.id),
    )


def any_open(db: sqlite3.Connection, families: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Family and payload of unfinished tasks."""
    marks = ", ".join("?" * len(families))
    rows = db.execute(f"SELECT family, payload FROM task WHERE done = 0 AND family IN ({marks})", families)  # noqa: S608  # question marks
    return [(family, json.loads(payload)) for family, payload in rows]


def any_due(db: sqlite3.Connection, now: int) -> bool:
    """Whether `run_due` has something to do."""
    return db.execute("SELECT 1 FROM task WHERE done = 0 AND due <= ? LIMIT 1", (now,)).fetchone() is not None


def run_due(db: sqlite3.Connection, settings: Settings, now: int, effects: Mapping[str, Effect]) -> None:
    """End the tasks whose time has come, in its order; one that fails leaves nothing but its EXCEPTION."""
    while True:
        row = db.execute(
            "SELECT id, family, created_by, due, payload FROM task WHERE done = 0 AND due <= ? "
            "ORDER BY due, id LIMIT 1",
            (now,),
        ).fetchone()
        if row is None:
            return
        number, family, created_by, due, payload = row
        outcome = _run(effects[family], Due(db, settings, number, due, created_by, json.loads(payload)))
        db.execute(
            "UPDATE task SET done = 1, status = ?, message = ?, results = ? WHERE id = ?",
            (outcome.status, outcome.message, json.dumps(outcome.results), number),
        )


def _run(effect: Effect, due: Due) -> Outcome:
    due.db.execute("SAVEPOINT effect")
    try:
        outcome = effect(due)
    except Exception as error:  # noqa: BLE001  # a task that cannot end would stop every request from now on
        due.db.execute("ROLLBACK TO effect")
        _log.exception("task %s failed", due.id)
        outcome = Outcome("EXCEPTION", f"The task failed: {error}")
    due.db.execute("RELEASE effect")
    return outcome
