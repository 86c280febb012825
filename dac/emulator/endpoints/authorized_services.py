"""/config/access/authorized_services: who may come with a token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, Parameter, deleted, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE = Table(
    "authorized_service",
    (
        *strings("created_by"),
        *numbers("creation_date", "expiration_date", "id"),
        *strings("label"),
        *numbers("last_used_date", "security_profile_id", "tenant_id"),
        Field("token", column="NULL"),  # told once, when the service is made
        *numbers("user_role_id"),
    ),
    indexed=frozenset(("id", "label")),
)
_WRITABLE = (*strings("label"), *numbers("user_role_id", "security_profile_id", "tenant_id", "expiration_date"))
_READ_ONLY = (*strings("created_by", "token"), *numbers("creation_date", "id", "last_used_date"))
MAX_LABEL = 255
NO_ROLE = 0


@dataclass(frozen=True, slots=True)
class Codes:
    """The 422 codes of one endpoint, by what they refuse."""

    label_missing: int
    label_too_long: int
    label_taken: int
    role_unknown: int
    profile_unknown: int
    tenant_unknown: int
    expired: int


CREATE = Codes(95103002, 95103007, 95103008, 95103003, 95103005, 95103006, 95103012)
UPDATE = Codes(95104013, 95104005, 95104006, 95104002, 95104003, 95104004, 95104010)


def list_services(call: Call) -> Answer:
    """All authorized services, or the one that is calling."""
    if call.query.get("current_authorized_service"):
        return answer_list(call, _TABLE, "id = ?", (call.caller.service_id,))
    return answer_list(call, _TABLE)


def read_service(call: Call) -> Answer:
    """One authorized service by id."""
    return answer_one(call, _TABLE, _existing(call, 95101001))


def create_service(call: Call) -> Answer:
    """A new service; its token is in this answer and in no other. `/config/access/user_roles` says what roles may."""
    body = {"security_profile_id": 1, **call.body}
    if "label" not in body:
        raise ApiError(422, CREATE.label_missing, "label is missing")
    _require_valid(call, {"user_role_id": NO_ROLE, **body}, CREATE)
    token = secrets.token_urlsafe(32)
    cursor = call.db.execute(
        "INSERT INTO authorized_service (label, token, created_by, tenant_id, security_profile_id, user_role_id, "
        "creation_date, expiration_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            body["label"],
            token,
            call.caller.name,
            body.get("tenant_id"),
            body["security_profile_id"],
            body["user_role_id"],
            call.now,
            body.get("expiration_date"),
        ),
    )
    found: dict[str, Any] = find(call, _TABLE, "id = ?", (cursor.lastrowid,)) or {}
    return answer_one(call, _TABLE, {**found, "token": token}, status=201)


def update_service(call: Call) -> Answer:
    """Change what was given; the token stays as it is. IBM documents 201 for it."""
    found = _existing(call, 95104001)
    _require_valid(call, call.body, UPDATE, own=found["id"])
    changed = {field.name: call.body.get(field.name, found[field.name]) for field in _WRITABLE}
    assignments = ", ".join(f"{name} = :{name}" for name in changed)
    call.db.execute(f"UPDATE authorized_service SET {assignments} WHERE id = :id", {**changed, "id": found["id"]})  # noqa: S608  # known fields
    return answer_one(call, _TABLE, _existing(call, 95104001), status=201)


def delete_service(call: Call) -> Answer:
    """Revoke a token."""
    found = _existing(call, 95105001)
    if found["id"] == call.caller.service_id:
        raise ApiError(403, 95105003, "A service cannot revoke its own token")
    call.db.execute("DELETE FROM authorized_service WHERE id = ?", (found["id"],))
    return Answer(status=204, content_type="text/plain")


def _existing(call: Call, code: int) -> dict[str, Any]:
    found = find(call, _TABLE, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, code, f"There is no authorized service {call.ids['id']}")
    return found


def _require_valid(call: Call, body: Mapping[str, Any], codes: Codes, *, own: int = -1) -> None:
    if "label" in body:
        _require_label(call, body["label"], codes, own)
    for name, table, code in (
        ("user_role_id", "user_role", codes.role_unknown),
        ("security_profile_id", "security_profile", codes.profile_unknown),
    ):
        known = "SELECT 1 FROM " + table + " WHERE id = ?"  # noqa: S608  # names of ours
        if name in body and call.db.execute(known, (body[name],)).fetchone() is None:
            raise ApiError(422, code, f"There is no {table} {body[name]}")
    if "tenant_id" in body:
        raise ApiError(422, codes.tenant_unknown, f"There is no tenant {body['tenant_id']}")
    if "expiration_date" in body and body["expiration_date"] <= call.now:
        raise ApiError(422, codes.expired, "expiration_date is not in the future")


def _require_label(call: Call, label: str, codes: Codes, own: int) -> None:
    if not label.strip():
        raise ApiError(422, codes.label_missing, "label is empty")
    if len(label) > MAX_LABEL:
        raise ApiError(422, codes.label_too_long, f"label is longer than {MAX_LABEL} characters")
    taken = call.db.execute(
        "SELECT 1 FROM authorized_service WHERE label = ? AND id <> ? UNION SELECT 1 FROM user WHERE username = ?",
        (label, own, label),
    )
    if taken.fetchone() is not None:
        raise ApiError(422, codes.label_taken, f"{label!r} is already the name of a service or a user")


BASE = "/config/access/authorized_services"
_CURRENT = Parameter("current_authorized_service", "boolean")
_CREATE_BODY = Body(_WRITABLE, code=95103009, missing_code=95103001, read_only=_READ_ONLY)
_UPDATE_BODY = Body(_WRITABLE, code=95104007, missing_code=95104013, read_only=_READ_ONLY)

ENDPOINTS = (
    listed(BASE, list_services, _CURRENT),
    posted(BASE, create_service, _CREATE_BODY, capability="admin"),
    got(f"{BASE}/<id>", read_service),
    posted(f"{BASE}/<id>", update_service, _UPDATE_BODY, capability="admin", id_code=95104007, denied_code=95104011),
    deleted(f"{BASE}/<id>", delete_service, capability="admin", produces="text/plain", denied_code=95105002),
)
