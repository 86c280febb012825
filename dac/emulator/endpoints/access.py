"""/config/access and /config/domain_management: users, authorized services, domains."""

from __future__ import annotations

import secrets
from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import SORT, Answer, Call, Parameter, deleted, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table, booleans, numbers, strings

_SERVICES = Table(
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
_USERS = Table(
    "user",
    (*strings("description", "email"), *numbers("id", "user_role_id"), *strings("username")),
    indexed=frozenset(("id", "username")),
    sorting=Sorting(frozenset(("id", "username", "email")), 38314001, 38314002),
)
_DOMAINS = Table(
    "domain", (*booleans("deleted"), *strings("description"), *numbers("id"), *strings("name"), *numbers("tenant_id"))
)
_SERVICE_BODY = Body(
    (*strings("label"), *numbers("user_role_id", "security_profile_id", "tenant_id", "expiration_date")),
    code=95103009,
    missing_code=95103001,
)
MAX_LABEL = 255
ROLES = (1, 2, 3)


def list_services(call: Call) -> Answer:
    """All authorized services, or the one that is calling."""
    if call.query.get("current_authorized_service"):
        return answer_list(call, _SERVICES, "id = ?", (call.caller.service_id,))
    return answer_list(call, _SERVICES)


def read_service(call: Call) -> Answer:
    """One authorized service by id."""
    found = find(call, _SERVICES, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, 95101001, f"There is no authorized service {call.ids['id']}")
    return answer_one(call, _SERVICES, found)


def create_service(call: Call) -> Answer:
    """A new service; its token is in this answer and in no other. Roles: 1 all, 2 no administration, 3 read only."""
    body = call.body
    label = body.get("label", "")
    _require_label(call, label)
    if body.get("user_role_id") not in ROLES:
        raise ApiError(422, 95103003, "user_role_id is missing or no role")
    token = secrets.token_urlsafe(32)
    cursor = call.db.execute(
        "INSERT INTO authorized_service (label, token, created_by, tenant_id, security_profile_id, user_role_id, "
        "creation_date, expiration_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            label,
            token,
            call.caller.name,
            body.get("tenant_id"),
            body.get("security_profile_id", 1),
            body["user_role_id"],
            call.now,
            body.get("expiration_date"),
        ),
    )
    found: dict[str, Any] = find(call, _SERVICES, "id = ?", (cursor.lastrowid,)) or {}
    return answer_one(call, _SERVICES, {**found, "token": token}, status=201)


def delete_service(call: Call) -> Answer:
    """Revoke a token."""
    gone = call.db.execute("DELETE FROM authorized_service WHERE id = ?", (call.ids["id"],))
    if gone.rowcount == 0:
        raise ApiError(404, 95105001, f"There is no authorized service {call.ids['id']}")
    return Answer(status=204, content_type="text/plain")


def list_users(call: Call) -> Answer:
    """All users, or the one that is calling."""
    if call.query.get("current_user"):
        return answer_list(call, _USERS, "id = ?", (call.caller.user_id,))
    return answer_list(call, _USERS)


def list_domains(call: Call) -> Answer:
    """All domains; deleted ones stay listed."""
    return answer_list(call, _DOMAINS)


def read_domain(call: Call) -> Answer:
    """One domain by id."""
    found = find(call, _DOMAINS, "id = ?", (call.ids["domain_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no domain {call.ids['domain_id']}")
    return answer_one(call, _DOMAINS, found)


def _require_label(call: Call, label: str) -> None:
    if not label:
        raise ApiError(422, 95103002, "label is missing")
    if len(label) > MAX_LABEL:
        raise ApiError(422, 95103007, f"label is longer than {MAX_LABEL} characters")
    taken = call.db.execute(
        "SELECT 1 FROM authorized_service WHERE label = ? UNION SELECT 1 FROM user WHERE username = ?", (label, label)
    )
    if taken.fetchone() is not None:
        raise ApiError(422, 95103008, f"{label!r} is already the name of a service or a user")


_CURRENT_SERVICE = Parameter("current_authorized_service", "boolean", code=95103009)
_CURRENT_USER = Parameter("current_user", "boolean", code=38314001)

ENDPOINTS = (
    listed("/config/access/authorized_services", list_services, _CURRENT_SERVICE),
    posted("/config/access/authorized_services", create_service, _SERVICE_BODY, capability="admin"),
    got("/config/access/authorized_services/<id>", read_service),
    deleted("/config/access/authorized_services/<id>", delete_service, capability="admin", produces="text/plain"),
    listed("/config/access/users", list_users, SORT, _CURRENT_USER),
    listed("/config/domain_management/domains", list_domains),
    got("/config/domain_management/domains/<domain_id>", read_domain),
)
