"""Who is calling: the SEC header of an authorized service, or a user's Basic credentials."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.emulator.call import ADMIN, Caller
from dac.emulator.errors import NO_CREDENTIALS, ApiError

if TYPE_CHECKING:
    import sqlite3

    from werkzeug.datastructures import Headers

    from dac.emulator.call import Endpoint
    from dac.emulator.settings import Settings

RUN_SERVICE = "emulator"
WRITING = (
    ("/analytics/", "RULES"),
    ("/reference_data", "REFERENCE_DATA"),
    ("/config/event_sources/custom_properties/", "CUSTOM_PROPERTIES"),
    ("/config/event_sources/log_source_management/", "LOG_SOURCES"),
    ("/data_classification/", "QIDS"),
    ("/ariel/", "SEARCHES"),
)
"""What a caller needs to change something below a path; reading needs nothing, but for what only an ADMIN may see."""

CAPABILITIES = frozenset((ADMIN, *(name for _, name in WRITING)))


@dataclass(frozen=True, slots=True)
class RunToken:
    """The token of the run, which stands for the service `emulator`, and what it may do."""

    text: str
    capabilities: frozenset[str] = CAPABILITIES


def authenticate(db: sqlite3.Connection, settings: Settings, run_token: RunToken, headers: Headers, now: int) -> Caller:
    """The caller; 401 without valid credentials."""
    token = headers.get("SEC")
    if token is not None:
        caller = _service(db, run_token, token, now)
    elif "Authorization" in headers:
        caller = _user(db, settings.admin_password or run_token.text, headers["Authorization"])
    else:
        raise ApiError(
            401,
            NO_CREDENTIALS,
            'No SEC header present in request. Please provide it via "SEC: token" or use BASIC authentication',
        )
    if caller is None:
        raise ApiError(401, NO_CREDENTIALS, "The credentials of this request are not valid")
    return caller


def authorize(caller: Caller, endpoint: Endpoint) -> None:
    """403 when the caller's role lacks the capability."""
    if not may_call(caller, endpoint):
        message = "User has insufficient capabilities to access this endpoint resource"
        raise ApiError(403, endpoint.denied_code, message)


def may_call(caller: Caller, endpoint: Endpoint) -> bool:
    """Whether a caller has what an endpoint asks for."""
    if endpoint.capability == "admin":
        return caller.is_admin
    return endpoint.method == "GET" or needed(endpoint.path) in caller.capabilities


def needed(path: str) -> str:
    """The capability to change what is at a path."""
    return next((name for start, name in WRITING if path.startswith(start)), ADMIN)


def owner_exists(db: sqlite3.Connection, name: str) -> bool:
    """Whether a user, or the service behind `API_token: LABEL`, can own things."""
    label = name.removeprefix("API_token: ")
    if label != name:
        return db.execute("SELECT 1 FROM authorized_service WHERE label = ?", (label,)).fetchone() is not None
    return db.execute("SELECT 1 FROM user WHERE username = ?", (name,)).fetchone() is not None


def _service(db: sqlite3.Connection, run_token: RunToken, token: str, now: int) -> Caller | None:
    if hmac.compare_digest(token.encode(), run_token.text.encode()):
        row = db.execute("SELECT id FROM authorized_service WHERE label = ?", (RUN_SERVICE,)).fetchone()
        return Caller(
            f"API_token: {RUN_SERVICE}", run_token.capabilities, service_id=row[0] if row else None, role_id=1
        )
    row = db.execute(
        "SELECT id, label, user_role_id, expiration_date FROM authorized_service WHERE token = ?", (token,)
    ).fetchone()
    if row is None or (row[3] is not None and row[3] <= now):
        return None
    return Caller(f"API_token: {row[1]}", _of_role(db, row[2]), service_id=row[0], role_id=row[2])


def _user(db: sqlite3.Connection, password: str, header: str) -> Caller | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, given = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    row = db.execute("SELECT id, user_role_id FROM user WHERE username = ?", (name,)).fetchone()
    if row is None or not hmac.compare_digest(given.encode(), password.encode()):
        return None
    return Caller(name, _of_role(db, row[1]), user_id=row[0], role_id=row[1])


def _of_role(db: sqlite3.Connection, role: int) -> frozenset[str]:
    row = db.execute("SELECT capabilities FROM user_role WHERE id = ?", (role,)).fetchone()
    return frozenset() if row is None else frozenset(entry["name"] for entry in json.loads(row[0]))
