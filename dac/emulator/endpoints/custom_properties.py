"""/config/event_sources/custom_properties/regex_properties: the properties themselves, whatever extracts them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, Answer, Call, deleted, got, listed, posted
from dac.emulator.callers import owner_exists
from dac.emulator.database import next_id
from dac.emulator.dependents import blocking, conflict_message, of_property
from dac.emulator.endpoints.task_status import (
    accepted_delete,
    accepted_dependents,
    delete_status,
    dependents_endpoints,
)
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BASE = "/config/event_sources/custom_properties"
TYPES = ("string", "numeric", "ip", "port", "time")
MAX_NAME = 255
_TABLE = Table(
    "custom_property",
    (
        *booleans("auto_discovered"),
        *numbers("creation_date"),
        *strings("datetime_format", "description"),
        *numbers("id"),
        *strings("identifier", "locale"),
        *numbers("modification_date"),
        *strings("name", "property_type"),
        *booleans("use_for_rule_engine"),
        *strings("username"),
    ),
    indexed=frozenset(("id", "name", "identifier")),
)
_BODY_FIELDS = (
    *strings("datetime_format", "description", "locale", "name", "property_type", "username"),
    *booleans("use_for_rule_engine"),
)
_READ_ONLY = (*numbers("creation_date", "id", "modification_date"), *strings("identifier"))
_UPDATED = ("description", "property_type", "use_for_rule_engine", "datetime_format", "locale", "username")
_DEPENDENTS = {
    "": ("regex_property_dependent_tasks", "regex_property_dependents_tasks"),
    "/disable": ("regex_property_dependent_tasks/disable", "regex_property_disabling_dependents_tasks"),
    "/change_field_type": ("regex_property_dependent_tasks/change_field_type", ""),
}


def list_properties(call: Call) -> Answer:
    """All custom event properties."""
    return answer_list(call, _TABLE)


def read_property(call: Call) -> Answer:
    """One property by identifier, or by its number."""
    return answer_one(call, _TABLE, _existing(call))


def create_property(call: Call) -> Answer:
    """A new property; 422/1005 when the name is taken."""
    body = call.body
    name = body.get("name", "").strip()
    if not name or len(name) > MAX_NAME:
        raise ApiError(422, 1005, f"name is missing or longer than {MAX_NAME} characters")
    _require_type(body.get("property_type"), body)
    if call.db.execute("SELECT 1 FROM custom_property WHERE name = ?", (name,)).fetchone() is not None:
        raise ApiError(422, 1005, f"There is already a property named {name!r}")
    cursor = call.db.execute(
        "INSERT INTO custom_property (identifier, name, property_type, description, use_for_rule_engine, "
        "datetime_format, locale, username, creation_date, modification_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            str(uuid.uuid4()),
            name,
            body["property_type"],
            body.get("description"),
            body.get("use_for_rule_engine", False),
            body.get("datetime_format"),
            body.get("locale"),
            call.caller.name,
            call.now,
            call.now,
        ),
    )
    _keep_offense_type(call, name, engine=body.get("use_for_rule_engine", False))
    found = find(call, _TABLE, "id = ?", (cursor.lastrowid,))
    return answer_one(call, _TABLE, found or {}, status=201)


def update_property(call: Call) -> Answer:
    """Change what was given; the name is ignored with 200."""
    found = _existing(call)
    require_owner(call, found)
    changed = {**found, **{name: call.body[name] for name in _UPDATED if name in call.body}}
    if not {"property_type", "datetime_format", "locale"}.isdisjoint(call.body):
        if changed["property_type"] != "time":
            given = {name: call.body[name] for name in ("datetime_format", "locale") if name in call.body}
            changed |= {"datetime_format": None, "locale": None, **given}
        _require_type(changed["property_type"], {k: v for k, v in changed.items() if v is not None})
    if changed["property_type"] != found["property_type"]:
        _require_unread(call, found["name"])
    if "username" in call.body:
        require_new_owner(call, call.body["username"])
    assignments = ", ".join(f"{name} = :{name}" for name in _UPDATED)
    call.db.execute(
        f"UPDATE custom_property SET {assignments}, modification_date = :now WHERE id = :id",  # noqa: S608  # names of ours
        {**{name: changed[name] for name in _UPDATED}, "now": call.now, "id": found["id"]},
    )
    _keep_offense_type(call, found["name"], engine=changed["use_for_rule_engine"])
    return read_property(call)


def delete_property(call: Call) -> Answer:
    """Queue a delete; it ends in CONFLICT while something reads the property."""
    found = _existing(call)
    require_owner(call, found)
    task = tasks.schedule(call, "regex_property_delete", f"Delete property {found['name']}", {"id": found["id"]})
    return accepted_delete(task, f"{call.base_url}/api{BASE}/regex_property_delete_tasks")


def require_owner(call: Call, found: dict[str, Any]) -> None:
    """403/1009 unless the caller owns the object or is an administrator."""
    if not call.caller.is_admin and found["username"] != call.caller.name:
        raise ApiError(403, 1009, f"Only {found['username']} or an administrator may change this")


def require_new_owner(call: Call, username: str) -> None:
    """422 for an owner who does not exist; services go by `API_token: LABEL`."""
    if not owner_exists(call.db, username):
        raise ApiError(422, 1005, f"There is no user {username!r}")


def _existing(call: Call) -> dict[str, Any]:
    text = call.ids["regex_property_id"]
    found = find(call, _TABLE, "identifier = ?", (text,))
    if found is None and call.settings.property_path == "both" and text.isascii() and text.isdigit():
        found = find(call, _TABLE, "id = ?", (int(text[:18]),))
    if found is None:
        raise ApiError(404, 1002, f"There is no property {text!r}")
    return found


def _require_type(kind: str | None, body: Mapping[str, Any]) -> None:
    if kind not in TYPES:
        raise ApiError(422, 1005, f"property_type has to be one of {list(TYPES)}, not {kind!r}")
    given = [name for name in ("datetime_format", "locale") if body.get(name)]
    if kind == "time" and given != ["datetime_format", "locale"]:  # both of them
        raise ApiError(422, 1005, "property_type time needs datetime_format and locale")
    if kind != "time" and given:
        raise ApiError(422, 1005, f"{' and '.join(given)} go with property_type time only")


def _require_unread(call: Call, name: str) -> None:
    """A type is changed only where nothing counts on it: there is a search for these dependents of its own."""
    readers = blocking(of_property(call.db, name)) if call.settings.property_type_change == "blocked" else ()
    if readers:
        raise ApiError(422, 1005, conflict_message(readers, "a change of property_type"))


def _keep_offense_type(call: Call, name: str, *, engine: bool) -> None:
    """Offenses can be indexed by a property once rules may use it; a type that exists stays."""
    policy = call.settings.offense_types_for_properties
    if policy == "none" or not (engine or policy == "all"):
        return
    known = call.db.execute("SELECT 1 FROM offense_type WHERE custom = 1 AND name = ?", (name,)).fetchone()
    if known is None:
        number = next_id(call.db, "offense_type")
        row = (number, name, name, "EVENTS", 1, f"CUSTOM_{number}")
        call.db.execute("INSERT INTO offense_type VALUES (?, ?, ?, ?, ?, ?)", row)


def _delete(due: tasks.Due) -> tasks.Outcome:
    row = due.db.execute("SELECT identifier, name FROM custom_property WHERE id = ?", (due.payload["id"],)).fetchone()
    if row is None:
        return tasks.Outcome("EXCEPTION", "The property is gone")
    identifier, name = row
    blockers = blocking(of_property(due.db, name))
    if blockers:
        return tasks.Outcome("CONFLICT", conflict_message(blockers))
    policy = due.settings.property_delete_expressions
    expressions = due.db.execute(
        "SELECT count(*) FROM property_expression WHERE regex_property_identifier = ?", (identifier,)
    ).fetchone()[0]
    if expressions and policy == "block":
        return tasks.Outcome("CONFLICT", f"{expressions} expression(s) prevent the deletion")
    if policy == "cascade":
        due.db.execute("DELETE FROM property_expression WHERE regex_property_identifier = ?", (identifier,))
    due.db.execute("DELETE FROM offense_type WHERE custom = 1 AND name = ?", (name,))
    due.db.execute("DELETE FROM custom_property WHERE id = ?", (due.payload["id"],))
    return tasks.Outcome(message="Deleted")


def _find(due: tasks.Due) -> tasks.Outcome:
    return tasks.Outcome(results=of_property(due.db, due.payload["name"]))


def _dependents_handler(suffix: str) -> Callable[[Call], Answer]:
    path, pitfall = _DEPENDENTS[suffix]

    def find_dependents(call: Call) -> Answer:
        """Queue a search for what reads a property."""
        found = _existing(call)
        task = tasks.schedule(call, _family(suffix), f"Find dependents of {found['name']}", {"name": found["name"]})
        return accepted_dependents(call, task, f"{BASE}/{path}", pitfall=pitfall and f"{BASE}/{pitfall}")

    return find_dependents


def _family(suffix: str) -> str:
    return f"regex_property_dependents{suffix}"


_ONE = f"{BASE}/regex_properties/<regex_property_id>"

ENDPOINTS = (
    listed(f"{BASE}/regex_properties", list_properties),
    posted(f"{BASE}/regex_properties", create_property, Body(_BODY_FIELDS, read_only=_READ_ONLY)),
    got(_ONE, read_property),
    posted(_ONE, update_property, Body(_BODY_FIELDS, read_only=_READ_ONLY)),
    deleted(_ONE, delete_property, query=(FIELDS,)),
    *(got(f"{_ONE}/dependents{suffix}", _dependents_handler(suffix), writes=True) for suffix in _DEPENDENTS),
    delete_status(f"{BASE}/regex_property_delete_tasks", "regex_property_delete"),
    *(
        endpoint
        for suffix, (path, _) in _DEPENDENTS.items()
        for endpoint in dependents_endpoints(f"{BASE}/{path}", _family(suffix))
    ),
)
EFFECTS: Mapping[str, tasks.Effect] = {
    "regex_property_delete": _delete,
    **{_family(suffix): _find for suffix in _DEPENDENTS},
}
