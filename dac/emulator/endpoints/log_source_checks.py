"""What a log source has to be. Creating and updating refuse the same things, under different numbers."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.endpoints.log_source_types import PROTOCOLS
from dac.emulator.errors import ApiError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

MAX_NAME = 255
MAX_DESCRIPTION = 255
MAX_CREDIBILITY = 10


@dataclass(frozen=True, slots=True)
class Codes:
    """The 422 codes of one endpoint, named after what they refuse. IBM says in words what they are about."""

    name_missing: int
    name_too_long: int
    description_too_long: int
    type_unknown: int
    type_internal: int
    protocol_unknown: int
    parameter_unknown: int
    parameter_missing: int
    credibility: int
    group_unknown: int
    address: int


CREATE = Codes(1003, 1004, 1005, 1007, 1008, 1010, 1013, 1015, 1016, 1025, 1031)
UPDATE = Codes(1004, 1005, 1006, 1007, 1008, 1009, 1013, 1015, 1016, 1025, 1032)
NAME_TAKEN, KEY_TAKEN = 1001, 1002  # 409


def checked(
    db: sqlite3.Connection, body: Mapping[str, Any], codes: Codes, standing: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The columns to write. `standing` is the log source that is changed. Raises ApiError for what cannot be."""
    row = dict(body)
    whole = {**(standing or {}), **row}
    _require_name(db, whole, codes, standing)
    if len(row.get("description", "")) > MAX_DESCRIPTION:
        raise ApiError(422, codes.description_too_long, f"description is longer than {MAX_DESCRIPTION} characters")
    _require_type(db, whole, row, codes)
    if whole.get("protocol_type_id") not in PROTOCOLS:
        raise ApiError(422, codes.protocol_unknown, f"There is no protocol {whole.get('protocol_type_id')}")
    if not 0 <= row.get("credibility", 0) <= MAX_CREDIBILITY:
        raise ApiError(422, codes.credibility, f"credibility has to be between 0 and {MAX_CREDIBILITY}")
    for group in row.get("group_ids", ()):
        if db.execute("SELECT 1 FROM log_source_group WHERE id = ?", (group,)).fetchone() is None:
            raise ApiError(422, codes.group_unknown, f"There is no log source group {group}")
    if "sending_ip" in row:
        _require_address(row["sending_ip"], codes)
    if "protocol_parameters" in row or standing is None:
        row["identifier"] = _identifier(row.get("protocol_parameters", []), codes)
    _require_new_key(db, {**whole, **row}, standing)
    return row


def _require_name(
    db: sqlite3.Connection, whole: Mapping[str, Any], codes: Codes, standing: Mapping[str, Any] | None
) -> None:
    name = whole.get("name", "")
    if not name.strip():
        raise ApiError(422, codes.name_missing, "name is missing or empty")
    if len(name) > MAX_NAME:
        raise ApiError(422, codes.name_too_long, f"name is longer than {MAX_NAME} characters")
    own = -1 if standing is None else standing["id"]
    if db.execute("SELECT 1 FROM log_source WHERE name = ? AND id <> ?", (name, own)).fetchone() is not None:
        raise ApiError(409, NAME_TAKEN, f"There is already a log source {name!r}")


def _require_type(db: sqlite3.Connection, whole: Mapping[str, Any], row: Mapping[str, Any], codes: Codes) -> None:
    found = db.execute("SELECT internal FROM log_source_type WHERE id = ?", (whole.get("type_id"),)).fetchone()
    if found is None:
        raise ApiError(422, codes.type_unknown, f"There is no log source type {whole.get('type_id')}")
    if found[0] and "type_id" in row:
        raise ApiError(422, codes.type_internal, f"Log source type {whole['type_id']} is internal")


def _require_address(text: str, codes: Codes) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise ApiError(422, codes.address, f"sending_ip {text!r} is no address") from None


def _identifier(parameters: list[dict[str, Any]], codes: Codes) -> str:
    """The value of Syslog's one parameter."""
    values = {str(parameter.get("name")): parameter.get("value") for parameter in parameters}
    unknown = sorted(set(values) - {"identifier", "incomingPayloadEncoding"})
    if unknown:
        raise ApiError(422, codes.parameter_unknown, f"Syslog has no parameter {unknown[0]!r}")
    if not values.get("identifier"):
        raise ApiError(422, codes.parameter_missing, "The protocol parameter identifier is missing")
    return str(values["identifier"])


def _require_new_key(db: sqlite3.Connection, whole: Mapping[str, Any], standing: Mapping[str, Any] | None) -> None:
    own = -1 if standing is None else standing["id"]
    identifier = whole.get("identifier")
    if identifier is None and standing is not None:
        (identifier,) = db.execute("SELECT identifier FROM log_source WHERE id = ?", (own,)).fetchone()
    taken = db.execute(
        "SELECT name FROM log_source WHERE type_id = ? AND protocol_type_id = ? AND identifier = ? AND id <> ?",
        (whole.get("type_id"), whole.get("protocol_type_id"), identifier, own),
    ).fetchone()
    if taken is not None:
        raise ApiError(409, KEY_TAKEN, f"Log source {taken[0]!r} has this type, protocol and identifier")
