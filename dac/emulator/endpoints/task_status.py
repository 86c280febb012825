"""The endpoints that watch tasks: status, cancel, results. Every area has its own paths and codes for them."""

from __future__ import annotations

from typing import Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, Endpoint, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_values
from dac.emulator.schema import Field, booleans, numbers, strings

DELETE_FIELDS = (
    *numbers("completed", "created"),
    Field("created_by"),
    *numbers("id"),
    Field("message"),
    *numbers("modified"),
    Field("name"),
    *numbers("started"),
    Field("status"),
)
COMPONENT_FIELDS = (
    *numbers("completed", "created", "maximum"),
    Field("message"),
    *numbers("modified", "number_of_dependents", "progress", "started"),
    *strings("status", "task_sub_type"),
)
DEPENDENTS_FIELDS = (
    Field("cancelled_by"),
    *DELETE_FIELDS,
    *numbers("maximum", "number_of_dependents", "progress"),
    Field("task_components", "array", fields=COMPONENT_FIELDS),
)
DEPENDENT_FIELDS = (
    *booleans("blocking"),
    Field("dependent_database"),
    Field("dependent_group_ids", "array", item="number"),
    *strings("dependent_id", "dependent_name", "dependent_owner", "dependent_type"),
    *booleans("user_has_edit_permissions"),
)
CANCEL_BODY_FIELDS = strings("status")


def shown_delete(task: tasks.Task) -> dict[str, Any]:
    """A task as the delete endpoints show it."""
    return {field.name: getattr(task, field.name) for field in DELETE_FIELDS}


def shown_dependents(task: tasks.Task) -> dict[str, Any]:
    """A task as the dependents endpoints show it: with progress, and what was looked through."""
    found = len(task.results) if task.status == "COMPLETED" else None
    component = {field.name: getattr(task, field.name, None) for field in COMPONENT_FIELDS}
    steps = {"maximum": 1, "progress": int(task.status == "COMPLETED"), "number_of_dependents": found}
    return {
        **shown_delete(task),
        **steps,
        "cancelled_by": task.cancelled_by,
        "task_components": [{**component, **steps, "task_sub_type": "FIND_DEPENDENT_RULES"}],
    }


def accepted_delete(task: tasks.Task, location: str) -> Answer:
    """The 202 of a DELETE."""
    headers = {"Location": f"{location}/{task.id}"}
    return Answer(shown_delete(task), status=202, headers=headers, fields=DELETE_FIELDS)


def accepted_dependents(call: Call, task: tasks.Task, base: str, *, pitfall: str = "") -> Answer:
    """The 202 of a dependents request. IBM prints `..._dependents_tasks` in its Location where no such path exists."""
    shown = pitfall if pitfall and call.settings.location_pitfall else base
    headers = {"Location": f"{call.base_url}/api{shown}/{task.id}"}
    return Answer(shown_dependents(task), status=202, headers=headers, fields=DEPENDENTS_FIELDS)


def delete_status(path: str, family: str, *, code: int = 1002, id_code: int = 1005, name: str = "task_id") -> Endpoint:
    """GET of one delete task."""

    def handler(call: Call) -> Answer:
        task = tasks.read(call, family, call.ids[name], _missing(code, call.ids[name]))
        return Answer(shown_delete(task), fields=DELETE_FIELDS)

    return got(f"{path}/<{name}>", handler, id_code=id_code)


def dependents_endpoints(
    path: str,
    family: str,
    *,
    codes: tuple[int, int, int, int, int] = (1002, 1002, 1004, 1005, 1002),
    name: str = "task_id",
    listed_results: bool = False,
) -> tuple[Endpoint, ...]:
    """GET and cancel of one dependents task, and its results.

    `codes`: no such task on GET, on cancel; already finished; bad value; no such task on results.
    """
    missing, cancel_missing, finished, bad_value, results_missing = codes

    def status(call: Call) -> Answer:
        task = tasks.read(call, family, call.ids[name], _missing(missing, call.ids[name]))
        return Answer(shown_dependents(task), fields=DEPENDENTS_FIELDS)

    def cancel(call: Call) -> Answer:
        task = tasks.read(call, family, call.ids[name], _missing(cancel_missing, call.ids[name]))
        if call.body.get("status") != "CANCEL_REQUESTED":
            raise ApiError(422, bad_value, "status can only be set to CANCEL_REQUESTED")
        if task.finished:
            raise ApiError(409, finished, f"Task {task.id} has already finished")
        tasks.cancel(call, task)
        return status(call)

    def results(call: Call) -> Answer:
        task = tasks.read(call, family, call.ids[name], _missing(results_missing, call.ids[name]))
        if task.status != "COMPLETED":
            raise ApiError(404, results_missing, f"Task {task.id} has no results (yet)")
        if listed_results:
            return answer_values(call, task.results, DEPENDENT_FIELDS)
        return Answer(task.results, fields=DEPENDENT_FIELDS)

    one = f"{path}/<{name}>"
    body = Body(CANCEL_BODY_FIELDS, code=bad_value, missing_code=bad_value)
    return (
        got(one, status),
        posted(one, cancel, body, id_code=bad_value),
        (listed if listed_results else got)(f"{one}/results", results),
    )


def _missing(code: int, number: int) -> ApiError:
    return ApiError(404, code, f"There is no task {number}")
