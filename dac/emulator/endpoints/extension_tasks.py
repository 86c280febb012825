"""The tasks of extensions: what preview, install and uninstall do when due, and how they are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.call import Answer, Call, Endpoint, got
from dac.emulator.content.archive import open_upload
from dac.emulator.content.installing import blame, install, item, preview, trial
from dac.emulator.content.package import read_package
from dac.emulator.errors import ApiError
from dac.emulator.rules import delete_rule
from dac.emulator.schema import Field, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.emulator.content.package import Package

BASE = "/config/extension_management"
FAMILIES = ("extension_preview", "extension_install", "extension_uninstall")
EXPORT = "extension_export"
_NAMES = {
    "extension_preview": ("PREVIEW", "Extension preview task", "Previewing an extension"),
    "extension_install": ("INSTALL", "Extension installation task", "Installing an extension"),
    "extension_uninstall": ("UNINSTALL", "Extension uninstallation task", "Uninstalling an extension"),
}
STATUS_FIELDS = (
    *booleans("cancel_requested"),
    *strings("cancelled_by"),
    Field("child_tasks", "array"),
    *numbers("completed", "created"),
    *strings("created_by"),
    *numbers("id", "maximum"),
    *strings("message"),
    *numbers("minimum", "modified"),
    *strings("name"),
    *numbers("progress"),
    *strings("result_url"),
    *numbers("started"),
    *strings("status"),
    Field("task_components", "array"),
)
RESULT_FIELDS = (
    *numbers("id"),
    *strings("task_type"),
    Field("content", "array", fields=(*numbers("content_type_id"), *strings("name", "action", "content_type_name"))),
)
_ACCEPTED_FIELDS = (*numbers("status_id"), *strings("message", "status_location"))


def accepted(call: Call, family: str, payload: dict[str, Any], seconds: float) -> Answer:
    """Queue the task and answer 202 with where to watch it."""
    _, name, message = _NAMES[family]
    task = tasks.schedule(call, family, name, payload, seconds)
    location = f"{call.base_url}/api{BASE}/extensions_task_status/{task.id}"
    body = {"status_id": task.id, "message": message, "status_location": location}
    return Answer(body, status=202, headers={"Location": location}, fields=_ACCEPTED_FIELDS)


def read_status(call: Call) -> Answer:
    """Where a task stands; tasks of exports are shown here too."""
    return Answer(shown(call, find_task(call, call.ids["status_id"])), fields=STATUS_FIELDS)


def read_results(call: Call) -> Answer:
    """What a finished task did to each item; 404/22614 before its end."""
    task = find_task(call, call.ids["status_id"])
    if task.family == EXPORT or not task.finished:
        raise ApiError(404, 22614, f"Task {task.id} has no results (yet)")
    found = {"id": task.id, "task_type": _NAMES[task.family][0], "content": task.results or []}
    return Answer(found, fields=RESULT_FIELDS)


def find_task(call: Call, number: int) -> tasks.Task:
    """A task of extension management, or 404/22604."""
    if number <= 0:
        raise ApiError(422, 22606, "The id has to be positive")
    missing = ApiError(404, 22604, f"There is no task {number}")
    row = call.db.execute("SELECT family FROM task WHERE id = ?", (number,)).fetchone()
    if row is None or row[0] not in (*FAMILIES, EXPORT):
        raise missing
    return tasks.read(call, row[0], number, missing)


def shown(call: Call, task: tasks.Task) -> dict[str, Any]:
    """A task as extension management shows it."""
    extra = {
        "cancel_requested": False,
        "child_tasks": None,
        "maximum": 100,
        "minimum": 0,
        "progress": 100 if task.finished else 0,
        "result_url": f"{call.base_url}/api{BASE}/extensions_task_status/{task.id}/results",
        "task_components": None,
    }
    return {field.name: extra.get(field.name, getattr(task, field.name, None)) for field in STATUS_FIELDS}


def status_endpoints() -> tuple[Endpoint, ...]:
    """Status and results."""
    one = f"{BASE}/extensions_task_status/<status_id>"
    return (
        got(one, read_status, capability="admin", id_code=22606),
        got(f"{one}/results", read_results, capability="admin", id_code=22606),
    )


def effects() -> Mapping[str, tasks.Effect]:
    """What the tasks do when due."""
    return {"extension_preview": _preview, "extension_install": _install, "extension_uninstall": _uninstall}


def _package(due: tasks.Due) -> Package:
    (data,) = due.db.execute("SELECT file FROM extension_file WHERE extension_id = ?", (due.payload["id"],)).fetchone()
    return read_package(open_upload(data).xml)


def _preview(due: tasks.Due) -> tasks.Outcome:
    due.db.execute("UPDATE extension SET status = ? WHERE id = ?", (due.settings.preview_leaves, due.payload["id"]))
    package = _package(due)
    problems = trial(due, package) if due.settings.refusal_at == "preview" else []
    if problems:
        return tasks.Outcome("EXCEPTION", f"Preview failed: {blame(due, problems)}")
    return tasks.Outcome(message="Preview completed", results=preview(due, package, overwrite=due.payload["overwrite"]))


def _install(due: tasks.Due) -> tasks.Outcome:
    done = install(due, _package(due), overwrite=due.payload["overwrite"])
    status = due.settings.refusal_status if done.problems else "INSTALLED"
    due.db.execute(
        "UPDATE extension SET status = ?, content_operation_error = ?, installed_by = ?, install_time = ? WHERE id = ?",
        (status, blame(due, done.problems) if done.problems else None, due.created_by, due.now, due.payload["id"]),
    )
    due.db.executemany(
        "INSERT OR IGNORE INTO extension_rule VALUES (?, ?)",
        [(due.payload["id"], identifier) for identifier in done.identifiers],
    )
    if done.problems and due.settings.refusal_task == "EXCEPTION":
        return tasks.Outcome("EXCEPTION", "The installation failed", results=done.items)
    return tasks.Outcome(message="Installation completed", results=done.items)


def _uninstall(due: tasks.Due) -> tasks.Outcome:
    """An extension that was never installed is only removed."""
    number = due.payload["id"]
    results = []
    if due.payload["installed"] and due.settings.uninstall_removes_rules:
        rows = due.db.execute(
            "SELECT rule.id, rule.identifier FROM extension_rule AS e JOIN rule ON rule.identifier = e.identifier "
            "WHERE e.extension_id = ? ORDER BY rule.id",
            (number,),
        ).fetchall()
        for rule_id, identifier in rows:
            if rule_id in due.payload["preserved"]:
                results.append(item(3, identifier, "PRESERVE"))
                continue
            delete_rule(due.db, rule_id)
            results.append(item(3, identifier, "DELETE"))
    due.db.execute("DELETE FROM extension WHERE id = ?", (number,))
    return tasks.Outcome(message="Uninstallation completed", results=results)
