"""Deleting many things whose deletes are tasks: some at a time, each to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import Conflict, ConsoleError, TaskFailed
from dac.model.run import Outcome, Result
from dac.qradar.carriers.work import Job, Series, batches, told
from dac.qradar.dependents import blocking_dependents
from dac.qradar.tasks import wait_for_task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dac.model.change import Change
    from dac.qradar.client import Client

_AT_ONCE = 10


def remote_id_of(change: Change) -> str:
    """Return the id of the thing a delete is about, as the console knows it now."""
    if change.live is not None:
        return change.live.remote_id
    if change.recorded is not None:
        return change.recorded.remote_id
    raise ValueError(f"{change.address}: a delete of nothing")


def delete_all(
    client: Client, changes: Sequence[Change], start: Callable[[Change], str | None], *, timeout: float
) -> list[Outcome]:
    """Delete with `start`, which returns the path of a task, or None for what has gone already.

    Ten tasks run at a time. What blocks a deletion is named in its outcome, and the others go on; once the console
    is gone the rest is skipped. `timeout` is for one task, in seconds.
    """

    def begin(job: Job) -> None:
        try:
            job.task = start(job.change)
        except Conflict as error:
            job.problem = _blocked(client, job, told(error))

    def finish(job: Job) -> None:
        if job.task is None:
            return
        try:
            wait_for_task(client, job.task, timeout=timeout)
        except TaskFailed as error:
            job.problem = told(error) if error.status_name != "CONFLICT" else _blocked(client, job, error.summary)

    jobs = [Job(change, remote_id=remote_id_of(change)) for change in changes]
    series = Series(client.trail)
    for window in batches(jobs, _AT_ONCE):
        series.each(window, begin)
        series.each(window, finish)
    return [_outcome(job) for job in jobs]


def _blocked(client: Client, job: Job, reason: str) -> str:
    try:
        names = blocking_dependents(client, job.change.address.kind, job.remote_id)
    except ConsoleError as error:
        return f"{reason}\nWhat blocks it could not be found out: {error.summary}"
    if not names:
        return reason
    return still_read_by(names)


def still_read_by(readers: Sequence[str]) -> str:
    """Return the message about a thing that stays because of its readers."""
    names = ", ".join(readers)
    return f"it stays, because these still read it: {names}\nChange or delete them first, then apply again."


def _outcome(job: Job) -> Outcome:
    address, recorded = job.change.address, job.change.recorded
    if job.skipped:
        return Outcome(address, Result.SKIPPED, recorded, job.problem)
    if job.problem or job.doubt:
        return Outcome(address, Result.FAILED, recorded, job.problem or job.doubt)
    return Outcome(address, Result.APPLIED, None)
