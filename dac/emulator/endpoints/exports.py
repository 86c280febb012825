"""/config/extension_management/extension_export_tasks: how rule bodies come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body, known_fields
from dac.emulator.call import Answer, Call, Endpoint, got, posted
from dac.emulator.content.exporting import write_export
from dac.emulator.endpoints.extension_tasks import BASE, EXPORT, RESULT_FIELDS, STATUS_FIELDS, find_task, shown
from dac.emulator.errors import ApiError
from dac.emulator.schema import Field, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT_TYPE = "CUSTOM_RULES"
RELATED_TYPES = ("FGROUP_LINKS", "FGROUPS", "REFERENCE_DATA", "CUSTOM_PROPERTIES", "LOG_SOURCE_TYPES", "QID_MAPS")
_MANIFEST_FIELDS = strings("author", "description", "id", "min_qradar_version", "name", "support_contact", "version")
_REQUIRED_TEXTS = {"id", "name", "version"}
_BODY_FIELDS = (Field("export_contents", "array", item="any"), Field("manifest", "object", fields=_MANIFEST_FIELDS))
_CONTENT_FIELDS = (
    *strings("content_type"),
    Field("content_item_ids", "array", item="any"),
    Field("related_content", "array", item="any"),
    Field("filters", "array", item="any"),
)
_ACCEPTED_FIELDS = (*numbers("task_id"), *strings("message", "status_location"))


def create_export(call: Call) -> Answer:
    """Queue an export of rules by their numbers, which are given as strings."""
    contents = call.body.get("export_contents")
    if not contents:
        raise ApiError(422, 1021, "export_contents is missing or empty")
    manifest = call.body.get("manifest", {})
    if any(not manifest[name].strip() for name in manifest.keys() & _REQUIRED_TEXTS):
        raise ApiError(422, 1024, f"The manifest needs {sorted(_REQUIRED_TEXTS)}, where it has them, to be texts")
    ids: list[int] = []
    links = False
    for content in contents:
        chosen = known_fields(content, _CONTENT_FIELDS, 1021)
        ids += _ids(chosen)
        links = _wants_links(chosen) or links
    task = tasks.schedule(
        call, EXPORT, "Extension export task", {"ids": ids, "links": links}, call.settings.export_seconds
    )
    location = f"{call.base_url}/api{BASE}/extension_export_tasks/{task.id}"
    body = {"task_id": task.id, "message": "Exporting an extension", "status_location": location}
    return Answer(body, status=201, headers={"Location": location}, fields=_ACCEPTED_FIELDS)


def read_export(call: Call) -> Answer:
    """Where an export stands."""
    return Answer(shown(call, _task(call)), fields=STATUS_FIELDS)


def read_results(call: Call) -> Answer:
    """Nothing but whether there is something to download; the page shows no sample."""
    task = _task(call)
    if task.status != "COMPLETED":
        raise ApiError(404, 22614, f"Task {task.id} has no results (yet)")
    return Answer({"id": task.id, "task_type": "EXPORT", "content": []}, fields=RESULT_FIELDS)


def download(call: Call) -> Answer:
    """The ZIP of a finished export."""
    task = _task(call)
    row = call.db.execute("SELECT file FROM export_file WHERE task_id = ?", (task.id,)).fetchone()
    if row is None:
        raise ApiError(404, 22604, f"Task {task.id} has no file (yet)")
    disposition = f'attachment; filename="extension_export_{task.id}.zip"'
    return Answer(row[0], headers={"Content-Disposition": disposition}, content_type="application/zip")


def _task(call: Call) -> tasks.Task:
    task = find_task(call, call.ids["task_id"])
    if task.family != EXPORT:
        raise ApiError(404, 22604, f"There is no export task {task.id}")
    return task


def _ids(content: dict[str, Any]) -> list[int]:
    if content.get("content_type") != CONTENT_TYPE:
        raise ApiError(422, 1021, f"content_type has to be {CONTENT_TYPE}: this console exports nothing else")
    if content.get("filters"):
        raise ApiError(422, 1025, "filters are not served here: name the items")
    ids = content.get("content_item_ids")
    if not ids or not all(isinstance(number, str) and number.isascii() and number.isdigit() for number in ids):
        raise ApiError(422, 1022, "content_item_ids has to be a list of numbers as strings")
    return [int(number) for number in ids]


def _wants_links(content: dict[str, Any]) -> bool:
    kinds = [
        known_fields(related, _CONTENT_FIELDS, 1023).get("content_type")
        for related in content.get("related_content", [])
    ]
    for kind in kinds:
        if kind not in RELATED_TYPES:
            raise ApiError(422, 1023, f"related content {kind!r} is none of {list(RELATED_TYPES)}")
    return "FGROUP_LINKS" in kinds


def _export(due: tasks.Due) -> tasks.Outcome:
    known = [
        number
        for number in due.payload["ids"]
        if due.db.execute("SELECT 1 FROM rule WHERE id = ?", (number,)).fetchone() is not None
    ]
    missing = sorted(set(due.payload["ids"]) - set(known))
    if missing and due.settings.export_missing == "exception":
        return tasks.Outcome("EXCEPTION", f"There are no rules {missing}")
    data = write_export(due.db, due.settings, known, links=due.payload["links"], now=due.now)
    due.db.execute("INSERT INTO export_file VALUES (?, ?)", (due.id, data))
    return tasks.Outcome(message="Export completed")


_ONE = f"{BASE}/extension_export_tasks/<task_id>"

ENDPOINTS = (
    posted(
        f"{BASE}/extension_export_tasks",
        create_export,
        Body(_BODY_FIELDS, code=1021, missing_code=1021),
        capability="admin",
    ),
    got(_ONE, read_export, capability="admin", id_code=22606),
    got(f"{_ONE}/results", read_results, capability="admin", id_code=22606),
    Endpoint(
        "GET", f"{_ONE}/extension_export", download, produces="application/zip", capability="admin", id_code=22606
    ),
)
EFFECTS: Mapping[str, tasks.Effect] = {EXPORT: _export}
