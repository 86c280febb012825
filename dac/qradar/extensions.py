"""Uploading, previewing and installing content packages. Never uninstalling: that may take the rules along.

API: /config/extension_management/extensions and extensions_task_status. One install or preview runs at a time on a
console; whoever comes second waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dac.errors import AmbiguousAnswer, BadContent, Conflict, ConsoleError, Interrupted, TaskFailed
from dac.model.run import never
from dac.qradar.package.manifest import Version
from dac.qradar.tasks import wait_for_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.qradar.client import Client

ROOT = "/config/extension_management"
EXTENSIONS = f"{ROOT}/extensions"

_BUSY = frozenset({22611, 22618})
_INSTALLED_ALREADY = 22612
_SAME_VERSION = 22613
_ENDS = frozenset({"INSTALLED", "INSTALLED_WITH_ERROR", "INSTALL_FAILED"})
_BUSY_TIMEOUT = 600.0
_BUSY_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_TASK_TIMEOUT = 1800.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """What an install would do to one item. `name` of a rule is its uuid; `action` is QRadar's word, such as SKIP."""

    name: str
    content_type_id: int
    content_type: str
    action: str


@dataclass(frozen=True, slots=True)
class Hub:
    """Who uploads: the id in the manifest, and the name a console shows."""

    id: str
    name: str


def next_version(client: Client, hub: Hub) -> Version:
    """Return one more than the highest version of ours on the console."""
    rows = client.list(EXTENSIONS)
    versions = [version for row in rows if _is_ours(row, hub) and (version := Version.parse(str(row.get("version"))))]
    return max(versions).next if versions else Version(1)


def upload(client: Client, hub: Hub, package: Callable[[Version], bytes]) -> int:
    """Upload a package under the next version and return its extension id. `package` builds it for a version."""
    version = next_version(client, hub)
    try:
        return _upload(client, hub, version, package(version))
    except Conflict as error:
        if error.code != _SAME_VERSION:
            raise
    following = max(next_version(client, hub), version.next)
    return _upload(client, hub, following, package(following))


def preview(client: Client, extension_id: int, *, overwrite: bool = True) -> list[PreviewItem]:
    """Return what an install would do, item by item."""
    task = _start(client, extension_id, "PREVIEW", overwrite=overwrite)
    results = client.get(f"{ROOT}/extensions_task_status/{task}/results")
    content = results.get("content") if isinstance(results, dict) else None
    if not isinstance(content, list):
        raise BadContent(f"The preview of extension {extension_id} holds no list of items")
    return [
        PreviewItem(
            str(item.get("name", "")),
            int(item.get("content_type_id") or 0),
            str(item.get("content_type_name", "")),
            str(item.get("action", "")),
        )
        for item in content
        if isinstance(item, dict)
    ]


def install(client: Client, extension_id: int, *, overwrite: bool = True) -> None:
    """Install an extension and wait for its end; TaskFailed when the console reports an error with any item."""
    try:
        _start(client, extension_id, "INSTALL", overwrite=overwrite)
    except Conflict as error:
        if error.code != _INSTALLED_ALREADY:
            raise
    except TaskFailed as error:
        raise _with_reason(client, extension_id, error) from error
    except AmbiguousAnswer:
        if _end_of_install(client, extension_id).get("status") not in _ENDS:
            raise
    row = _end_of_install(client, extension_id)
    status = str(row.get("status", ""))
    if status != "INSTALLED":
        said = str(row.get("content_operation_error") or "no reason given")
        raise TaskFailed(
            f"The console installed extension {extension_id} with status {status}: {said}",
            detail="Some rules may have been written and others not.",
            hint="Run plan: it looks at the console and shows what is missing.",
            request=f"GET {EXTENSIONS}/{extension_id}",
            status_name=status,
        )


def _with_reason(client: Client, extension_id: int, error: TaskFailed) -> TaskFailed:
    """Return what a task says about its failure, and what the extension says: only there rules are named."""
    said = client.get(f"{EXTENSIONS}/{extension_id}").get("content_operation_error")
    return TaskFailed(
        f"{error.summary}: {said}" if said else error.summary,
        detail="Some rules may have been written and others not.",
        hint=error.hint,
        request=error.request,
        code=error.code,
        status_name=error.status_name,
    )


def _end_of_install(client: Client, extension_id: int) -> dict[str, Any]:
    """Return the extension once it is not being installed any more."""
    deadline = client.clock() + _TASK_TIMEOUT
    pause = _BUSY_PAUSE
    while True:
        row: dict[str, Any] = client.get(f"{EXTENSIONS}/{extension_id}")
        if row.get("status") != "INSTALLING" or client.clock() >= deadline:
            return row
        client.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def wait_for_installs(client: Client, *, stopping: Callable[[], bool] = never) -> None:
    """Wait until nothing is being installed, half an hour at most; Interrupted when `stopping` says so meanwhile."""
    deadline = client.clock() + _TASK_TIMEOUT
    pause = _BUSY_PAUSE
    while client.clock() < deadline:
        if all(row.get("status") != "INSTALLING" for row in client.list(EXTENSIONS, fields="id,status")):
            return
        if stopping():
            raise Interrupted(
                "stopped as asked, while the console still installs what an earlier run has sent",
                detail="This run has sent nothing.",
                hint="run dac apply again: it waits for the install and goes on from there",
            )
        client.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _is_ours(row: dict[str, Any], hub: Hub) -> bool:
    """By hub id where the console shows it, else by name: the documented answer has no hub id."""
    shown = row.get("hub_id")
    return bool(shown == hub.id if shown else row.get("name") == hub.name)


def _upload(client: Client, hub: Hub, version: Version, content: bytes) -> int:
    try:
        row = client.post(EXTENSIONS, content=content, content_type="application/zip").object()
    except AmbiguousAnswer:
        arrived = [
            found for found in client.list(EXTENSIONS) if _is_ours(found, hub) and found.get("version") == str(version)
        ]
        if len(arrived) != 1:
            raise
        row = arrived[0]
    if not isinstance(row.get("id"), int):
        raise BadContent(f"POST {EXTENSIONS} gave no extension id", request=f"POST {EXTENSIONS}")
    return int(row["id"])


def _start(client: Client, extension_id: int, action: str, *, overwrite: bool) -> int:
    """Start a task on an extension, wait for its end, and return its number."""
    params = {"action_type": action, "overwrite": "true" if overwrite else "false"}
    path = f"{EXTENSIONS}/{extension_id}"
    answer = _when_free(client, lambda: client.post(path, params=params).object())
    task = answer.get("status_id")
    if not isinstance(task, int):
        raise BadContent(f"POST {path} gave no task to wait for", request=f"POST {path}")
    wait_for_task(client, f"{ROOT}/extensions_task_status/{task}", timeout=_TASK_TIMEOUT)
    return task


def _when_free(client: Client, request: Callable[[], T]) -> T:
    """Send a request again while another install or preview is running, for ten minutes at most."""
    deadline = client.clock() + _BUSY_TIMEOUT
    pause = _BUSY_PAUSE
    while True:
        try:
            return request()
        except ConsoleError as error:
            if error.code not in _BUSY or client.clock() >= deadline:
                raise
        client.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
