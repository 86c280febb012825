"""Waiting for QRadar's asynchronous tasks (deletes, bulk updates, dependents, extension installs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, BadContent, NotFound, TaskFailed

if TYPE_CHECKING:
    from dac.qradar.answers import Answer
    from dac.qradar.client import Client

FAILED = frozenset({"EXCEPTION", "CONFLICT", "CANCELLED", "INTERRUPTED"})
"""The ends of a task that are no success; anything else that is not COMPLETED goes on."""

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0

_HINTS = {
    "CONFLICT": "Something still depends on it.",
    "CANCELLED": "Somebody cancelled the task: ask who, then run this again.",
    "INTERRUPTED": "The console was interrupted (a restart?): run this again.",
    "EXCEPTION": "The console failed inside: see /var/log/qradar.error there, then run this again.",
}


def delete(client: Client, path: str) -> Answer | None:
    """Delete what has an id that is never given twice; None when it is not there.

    So a lost answer is asked for once more.
    """
    try:
        return client.delete(path)
    except NotFound:
        return None
    except AmbiguousAnswer:
        try:
            return client.delete(path)
        except NotFound:
            return None


def start_delete(client: Client, path: str, tasks: str) -> str | None:
    """Start to delete such a thing: the path of the task, which is below `tasks`; None when it is not there."""
    answer = delete(client, path)
    return None if answer is None else f"{tasks}/{task_id(answer.body, f'DELETE {path}')}"


def wait_for_task(client: Client, path: str, *, timeout: float, fields: str | None = None) -> dict[str, Any]:
    """Poll a task until it ends and return it when COMPLETED.

    `path` is the task's own, made from the returned id (QRadar's Location headers are wrong for a dozen endpoints);
    `timeout` is in seconds. Polls come after 0.05 s, then twice as long each time, up to 2 s. TaskFailed carries
    QRadar's status in `status_name` and its message, and on a time-out what is still running.
    """
    deadline = client.clock() + timeout
    pause = _FIRST_PAUSE
    while True:
        task = client.get(path, fields=fields)
        status = _status(task, path)
        if status == "COMPLETED":
            return dict(task)
        if status in FAILED and not _may_go_on(task, status):
            raise _failed(task, path, status)
        if client.clock() >= deadline:
            raise _still_running(task, path, status, timeout)
        client.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def task_id(body: object, request: str) -> int:
    """Return the `id` of the task that a 202 answer holds; BadContent when there is none."""
    number = body.get("id") if isinstance(body, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadContent(f"{request} gave no task to wait for", request=request)
    return number


def _status(task: object, path: str) -> str:
    status = task.get("status") if isinstance(task, dict) else None
    if not isinstance(status, str):
        raise BadContent(f"GET {path} gave no task status", request=f"GET {path}")
    return status


def _may_go_on(task: dict[str, Any], status: str) -> bool:
    """IBM does not say whether INTERRUPTED is an end: RESUMING exists, and without an end time it has not ended."""
    return status == "INTERRUPTED" and task.get("completed", 0) is None


def _failed(task: dict[str, Any], path: str, status: str) -> TaskFailed:
    said = " ".join(str(task.get("message") or task.get("error_message") or "no reason given").split())
    return TaskFailed(
        f"QRadar's task {_named(task, path)} ended in {status}: {said}",
        hint=_HINTS[status],
        request=f"GET {path}",
        code=task.get("error_code") if isinstance(task.get("error_code"), int) else None,
        status_name=status,
    )


def _still_running(task: dict[str, Any], path: str, status: str, timeout: float) -> TaskFailed:
    return TaskFailed(
        f"QRadar's task {_named(task, path)} is still {status} after {timeout:g} s",
        detail="It goes on by itself on the console.",
        hint="Wait for it to end, then run plan again.",
        request=f"GET {path}",
        status_name=status,
    )


def _named(task: dict[str, Any], path: str) -> str:
    name = task.get("name")
    return f"{name!r} ({path})" if isinstance(name, str) and name else path
