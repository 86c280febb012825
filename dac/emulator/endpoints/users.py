"""/config/access: users, their roles, their security profiles."""

from __future__ import annotations

from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import SORT, Answer, Call, Parameter, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table, booleans, numbers, strings

BASE = "/config/access"
_WRITABLE = (
    *booleans("allow_system_authentication_fallback", "enable_popup_notifications"),
    *strings("description", "display_theme", "email", "locale_id"),
    *numbers("inactivity_timeout", "security_profile_id", "user_role_id"),
)
_SHOWN = (
    *_WRITABLE,
    *numbers("id", "password_creation_time", "tenant_id"),
    *booleans("local_only_account"),
    Field("notification_flag", column="NULL"),
    Field("old_password", column="NULL"),
    Field("password", column="NULL"),
    *strings("username"),
)
_ONE_USER = Table("user", _SHOWN)
_USERS = Table(
    "user",
    (*_SHOWN, *strings("show_awf_default_dashboard")),
    indexed=frozenset(("id", "username")),
    sorting=Sorting(frozenset(("id", "username", "email")), 38314001, 38314002),
)
_READ_ONLY = (
    *booleans("local_only_account"),
    *numbers("id", "password_creation_time", "tenant_id"),
    *strings("old_password", "show_awf_default_dashboard", "username"),
)
_ROLES = Table(
    "user_role",
    (
        Field("capabilities", "array", fields=(*numbers("application_id"), *strings("description", "name"))),
        *numbers("id"),
        *strings("name"),
    ),
    indexed=frozenset(("id", "name")),
)
_PROFILES = Table(
    "security_profile",
    (Field("domain_ids", "array", item="number"), *numbers("id"), *strings("name")),
    indexed=frozenset(("id", "name")),
)
MAX_TEXT = 255
FIRST_USER = 1


def list_users(call: Call) -> Answer:
    """All users, or the one that is calling."""
    if call.query.get("current_user"):
        return answer_list(call, _USERS, "id = ?", (call.caller.user_id,))
    return answer_list(call, _USERS)


def read_user(call: Call) -> Answer:
    """One user by id."""
    return answer_one(call, _ONE_USER, _user(call, 38310001))


def update_user(call: Call) -> Answer:
    """Change what was given, but for the name; passwords cannot be set here."""
    found = _user(call, 38311001)
    body = call.body
    if not call.caller.is_admin and call.caller.user_id != found["id"]:
        raise ApiError(403, 38311002, "Only an administrator may change another user")
    if "password" in body:
        raise ApiError(403, 38311016, "This console sets no passwords")
    if found["id"] == FIRST_USER and body.get("user_role_id", FIRST_USER) != FIRST_USER:
        raise ApiError(403, 38311011, "The role of admin cannot be changed")
    for name, code in (("email", 38311004), ("description", 38311003)):
        if len(body.get(name, "")) > MAX_TEXT:
            raise ApiError(422, code, f"{name} is longer than {MAX_TEXT} characters")
    for name, table, code in (
        ("user_role_id", "user_role", 38311006),
        ("security_profile_id", "security_profile", 38311007),
    ):
        known = "SELECT 1 FROM " + table + " WHERE id = ?"  # noqa: S608  # names of ours
        if name in body and call.db.execute(known, (body[name],)).fetchone() is None:
            raise ApiError(422, code, f"There is no {table} {body[name]}")
    changed = {field.name: body.get(field.name, found[field.name]) for field in _WRITABLE}
    assignments = ", ".join(f"{name} = :{name}" for name in changed)
    call.db.execute(f"UPDATE user SET {assignments} WHERE id = :id", {**changed, "id": found["id"]})  # noqa: S608  # known fields
    found = find(call, _USERS, "id = ?", (found["id"],)) or {}
    return answer_one(call, _USERS, found)


def list_roles(call: Call) -> Answer:
    """All roles, those with a capability (`contains`), or that of the caller."""
    where, parameters = "", list[Any]()
    if call.query.get("current_user_role"):
        where, parameters = "id = ?", [call.caller.role_id]
    if "contains" in call.query:
        holds = "EXISTS (SELECT 1 FROM json_each(capabilities) WHERE json_extract(value, '$.name') = ?)"
        where = f"({where}) AND {holds}" if where else holds
        parameters.append(call.query["contains"])
    return answer_list(call, _ROLES, where, parameters)


def read_role(call: Call) -> Answer:
    """One role by id."""
    return _one(call, _ROLES, 38341001)


def list_profiles(call: Call) -> Answer:
    """All security profiles; this console has no tenants."""
    if "tenant_id" in call.query:
        raise ApiError(422, 38330001, f"There is no tenant {call.query['tenant_id']}")
    return answer_list(call, _PROFILES)


def read_profile(call: Call) -> Answer:
    """One security profile by id."""
    return _one(call, _PROFILES, 38331001)


def _user(call: Call, code: int) -> dict[str, Any]:
    found = find(call, _ONE_USER, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, code, f"There is no user {call.ids['id']}")
    return found


def _one(call: Call, table: Table, code: int) -> Answer:
    found = find(call, table, "id = ?", (call.ids["id"],))
    if found is None:
        raise ApiError(404, code, f"There is no {table.source} {call.ids['id']}")
    return answer_one(call, table, found)


ENDPOINTS = (
    listed(f"{BASE}/users", list_users, SORT, Parameter("current_user", "boolean", code=38314001)),
    got(f"{BASE}/users/<id>", read_user),
    posted(
        f"{BASE}/users/<id>",
        update_user,
        Body((*_WRITABLE, *strings("password")), code=38311005, missing_code=38311005, read_only=_READ_ONLY),
        capability="admin",
        id_code=38311005,
        denied_code=38311002,
    ),
    listed(
        f"{BASE}/user_roles",
        list_roles,
        Parameter("current_user_role", "boolean"),
        Parameter("contains"),
    ),
    got(f"{BASE}/user_roles/<id>", read_role),
    listed(
        f"{BASE}/security_profiles",
        list_profiles,
        Parameter("tenant_id", "integer", code=38330001),
        Parameter("current_security_profile", "boolean", code=38330001),
    ),
    got(f"{BASE}/security_profiles/<id>", read_profile),
)
