"""/config/domain_management/domains: made, changed, and marked as deleted."""

from __future__ import annotations

import json
from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, Answer, Call, deleted, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, booleans, numbers, strings

BASE = "/config/domain_management/domains"
_LISTS = (
    "asset_scanner_ids", "disconnected_log_collector_ids", "event_collector_ids", "flow_collector_ids",
    "flow_source_ids", "flow_vlan_ids", "log_source_group_ids", "log_source_ids", "qvm_scanner_ids",
)  # fmt: skip
_PROPERTY_FIELDS = (*strings("capture_result"), *numbers("id"))
_MEMBERS = (
    *(Field(name, "array", item="number") for name in _LISTS),
    Field("custom_properties", "array", fields=_PROPERTY_FIELDS),
)
_TABLE = Table(
    "domain",
    (
        *(
            Field(
                field.name,
                "array",
                column=f"coalesce(json_extract(members, '$.{field.name}'), '[]')",
                fields=field.fields,
                item=field.item,
            )
            for field in _MEMBERS
        ),
        *booleans("deleted"),
        *strings("description"),
        *numbers("id"),
        *strings("name"),
        *numbers("tenant_id"),
    ),
    indexed=frozenset(("id", "name")),
)
_BODY = Body((*_MEMBERS, *strings("description", "name"), *numbers("tenant_id")), read_only=booleans("deleted"))
DEFAULT = 0
MAX_TEXT = 255


def list_domains(call: Call) -> Answer:
    """All domains; deleted ones stay listed."""
    return answer_list(call, _TABLE)


def read_domain(call: Call) -> Answer:
    """One domain by id."""
    return answer_one(call, _TABLE, _existing(call))


def create_domain(call: Call) -> Answer:
    """A new domain; what belongs to another domain already is 409."""
    if not call.body.get("name", "").strip():
        raise ApiError(422, 1005, "name is missing or empty")
    _require_valid(call, call.body, own=-1)
    cursor = call.db.execute(
        "INSERT INTO domain (name, description, deleted, members, requires_deploy) VALUES (?, ?, 0, ?, 1)",
        (call.body["name"], call.body.get("description", ""), json.dumps(_members(call.body))),
    )
    return answer_one(call, _TABLE, find(call, _TABLE, "id = ?", (cursor.lastrowid,)) or {}, status=201)


def update_domain(call: Call) -> Answer:
    """Change what was given; the default domain takes no members of its own."""
    found = _existing(call)
    members = _members(call.body)
    if found["id"] == DEFAULT and any(members.values()):
        raise ApiError(422, 1010, "Nothing can be assigned to the default domain")
    if found["deleted"]:
        raise ApiError(422, 1011, "The domain is deleted")
    _require_valid(call, call.body, own=found["id"])
    call.db.execute(
        "UPDATE domain SET name = ?, description = ?, members = ?, requires_deploy = 1 WHERE id = ?",
        (
            call.body.get("name", found["name"]),
            call.body.get("description", found["description"]),
            json.dumps({field.name: found[field.name] for field in _MEMBERS} | members),
            found["id"],
        ),
    )
    return read_domain(call)


def delete_domain(call: Call) -> Answer:
    """Mark a domain as deleted; it stays listed, and its members are free again."""
    found = _existing(call)
    if found["id"] == DEFAULT:
        raise ApiError(422, 1005, "The default domain cannot be deleted")
    profiles = call.db.execute("SELECT name, domain_ids FROM security_profile").fetchall()
    for name, ids in profiles:
        if found["id"] in json.loads(ids):
            raise ApiError(422, 1012, f"The domain is assigned to security profile {name!r}")
    call.db.execute("UPDATE domain SET deleted = 1, members = '{}', requires_deploy = 1 WHERE id = ?", (found["id"],))
    return read_domain(call)


def _existing(call: Call) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["domain_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no domain {call.ids['domain_id']}")
    return found


def _members(body: dict[str, Any]) -> dict[str, Any]:
    return {field.name: body[field.name] for field in _MEMBERS if field.name in body}


def _require_valid(call: Call, body: dict[str, Any], *, own: int) -> None:
    if not 1 <= len(body.get("name", "x").strip()) <= MAX_TEXT or len(body.get("description", "")) > MAX_TEXT:
        raise ApiError(422, 1005, f"name has 1 to {MAX_TEXT} characters, description at most {MAX_TEXT}")
    if "tenant_id" in body:
        raise ApiError(422, 1005, f"There is no tenant {body['tenant_id']}")
    others = call.db.execute("SELECT name, members FROM domain WHERE id <> ? AND deleted = 0", (own,)).fetchall()
    for name, members in others:
        if "name" in body and name == body["name"]:
            raise ApiError(409, 1004, f"There is already a domain {name!r}")
        taken = json.loads(members)
        for key in _LISTS:
            if set(taken.get(key, ())) & set(body.get(key, ())):
                raise ApiError(409, 1004, f"Some of {key} belong to domain {name!r}")


ENDPOINTS = (
    listed(BASE, list_domains),
    posted(BASE, create_domain, _BODY, capability="admin"),
    got(f"{BASE}/<domain_id>", read_domain),
    posted(f"{BASE}/<domain_id>", update_domain, _BODY, capability="admin"),
    deleted(f"{BASE}/<domain_id>", delete_domain, query=(FIELDS,), capability="admin"),
)
