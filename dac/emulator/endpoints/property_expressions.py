"""/config/event_sources/custom_properties/property_*expressions: nine ways to extract a property."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.emulator.ariel import FilterRefused, is_field, read_value
from dac.emulator.bodies import Body, known_fields
from dac.emulator.call import Answer, Call, Endpoint, deleted, got, listed, posted
from dac.emulator.endpoints.custom_properties import BASE, require_new_owner, require_owner
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Table, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.emulator.settings import Settings

FORMAT_STRING_SINCE = 26
ANY = -1
_COMMON = (
    *numbers("creation_date"),
    *booleans("enabled"),
    *numbers("id"),
    *strings("identifier"),
    *numbers("log_source_id", "log_source_type_id", "low_level_category_id", "modification_date"),
    *strings("payload"),
    *numbers("qid"),
    *strings("regex_property_identifier", "username"),
)
_SERVER_FIELDS = frozenset(("creation_date", "id", "identifier", "modification_date"))
_OPERAND_FIELDS = (Field("numeric_value", "number", real=True), *strings("property_name", "type"))
_OPERATORS = ("ADD", "SUBTRACT", "MULTIPLY", "DIVIDE")
_SCOPES = ("log_source_id", "qid", "low_level_category_id")


def _nulled(field: Field) -> Field:
    return (
        replace(field, column=f"CASE WHEN {field.name} > 0 THEN {field.name} END") if field.name in _SCOPES else field
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the nine collections: its path, the fields it alone has, and which of them a create needs."""

    name: str
    own: tuple[Field, ...]
    required: tuple[str, ...]

    @property
    def path(self) -> str:
        prefix = "" if self.name == "regex" else f"{self.name}_"
        return f"{BASE}/property_{prefix}expressions"

    @property
    def read_only(self) -> tuple[Field, ...]:
        return tuple(field for field in _COMMON if field.name in _SERVER_FIELDS)

    def table(self, scope_echo: str = "sentinel") -> Table:
        """The list; with `scope_echo` null an unset scope is shown as such."""
        common = _COMMON if scope_echo == "sentinel" else tuple(map(_nulled, _COMMON))
        fields = (*self.own, *common)
        indexed = frozenset(("id", "identifier", "regex_property_identifier"))
        return Table("property_expression", fields, indexed=indexed, where=f"kind = '{self.name}'")

    @property
    def body_fields(self) -> tuple[Field, ...]:
        return tuple(field for field in (*self.own, *_COMMON) if field.name not in _SERVER_FIELDS)


_TEXT = strings("expression")
KINDS = (
    Kind(
        "regex",
        (*strings("regex"), *numbers("capture_group"), Field("format_string", since=FORMAT_STRING_SINCE)),
        ("regex",),
    ),
    Kind("json", _TEXT, ("expression",)),
    Kind("leef", _TEXT, ("expression",)),
    Kind("cef", _TEXT, ("expression",)),
    Kind("xml", _TEXT, ("expression",)),
    Kind("nvp", (*_TEXT, *strings("delimiter_pair", "delimiter_name_value")), ("expression",)),
    Kind("genericlist", (*_TEXT, *strings("delimiter")), ("expression",)),
    Kind("aql", _TEXT, ("expression",)),
    Kind(
        "calculated",
        (
            Field("first_operand", "object", fields=_OPERAND_FIELDS),
            Field("second_operand", "object", fields=_OPERAND_FIELDS),
            *strings("operator"),
        ),
        ("first_operand", "second_operand"),
    ),
)


def _create(call: Call, kind: Kind) -> Answer:
    body = call.body
    for name in ("regex_property_identifier", "log_source_type_id"):
        if body.get(name) in (None, ""):
            raise ApiError(422, 1005, f"{name} is missing")
    row = {**_defaults(kind, call.settings), **body}
    _require_valid(call, kind, row)
    (highest,) = call.db.execute("SELECT max(id) FROM property_expression WHERE kind = ?", (kind.name,)).fetchone()
    row |= {
        "kind": kind.name,
        "id": (highest or 0) + 1,
        "identifier": str(uuid.uuid4()),
        "username": call.caller.name,
        "creation_date": call.now,
        "modification_date": call.now,
    }
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    call.db.execute(f"INSERT INTO property_expression ({names}) VALUES ({marks})", _kept(row))  # noqa: S608  # known fields
    found = find(call, kind.table(call.settings.scope_echo), "identifier = ?", (row["identifier"],))
    return answer_one(call, kind.table(call.settings.scope_echo), found or {}, status=201)


def _update(call: Call, kind: Kind) -> Answer:
    found = _existing(call, kind)
    require_owner(call, found)
    if "username" in call.body:
        require_new_owner(call, call.body["username"])
    standing = {name: value for name, value in found.items() if value is not None}
    _require_valid(call, kind, {**_defaults(kind, call.settings), **standing, **call.body})
    row = {**call.body, "modification_date": call.now}
    assignments = ", ".join(f"{name} = :{name}" for name in row)
    call.db.execute(
        f"UPDATE property_expression SET {assignments} WHERE identifier = :key",  # noqa: S608  # known fields
        {**_kept(row), "key": found["identifier"]},
    )
    return answer_one(call, kind.table(call.settings.scope_echo), _existing(call, kind))


def _delete(call: Call, kind: Kind) -> Answer:
    found = _existing(call, kind)
    require_owner(call, found)
    call.db.execute("DELETE FROM property_expression WHERE identifier = ?", (found["identifier"],))
    return Answer(status=204, content_type="text/plain")


def _defaults(kind: Kind, settings: Settings) -> dict[str, Any]:
    """What an unset field is echoed as: scopes as -1, but 0 for qid and category of AQL expressions."""
    narrow = 0 if kind.name == "aql" else ANY
    defaults: dict[str, Any] = {"enabled": True, "log_source_id": ANY, "qid": narrow, "low_level_category_id": narrow}
    if kind.name == "regex":
        defaults["capture_group"] = settings.capture_group_default
    if kind.name == "calculated":
        defaults["operator"] = "ADD"
    return defaults


def _require_valid(call: Call, kind: Kind, row: dict[str, Any]) -> None:
    _require_scope(call, row)
    for name in kind.required:
        if row.get(name) in (None, ""):
            raise ApiError(422, 1005, f"{name} is missing")
    if kind.name == "regex":
        _require_regex(row)
    elif kind.name == "json":
        _require_json_path(row["expression"])
    elif kind.name == "aql":
        _require_aql(call, row["expression"])
    elif kind.name == "calculated":
        if row.get("operator") not in _OPERATORS:
            raise ApiError(422, 1005, f"operator has to be one of {list(_OPERATORS)}")
        for name in ("first_operand", "second_operand"):
            _require_operand(call, row[name], name)


def _require_scope(call: Call, row: dict[str, Any]) -> None:
    key = (row["regex_property_identifier"],)
    known = call.db.execute("SELECT 1 FROM custom_property WHERE identifier = ?", key).fetchone()
    if known is None:
        raise ApiError(422, 1005, f"There is no property with the identifier {key[0]!r}")
    _require_row(call, "log_source_type", "id", row["log_source_type_id"], (ANY,))
    _require_row(call, "log_source", "id", row["log_source_id"], (ANY,))
    _require_row(call, "qid_record", "qid", row["qid"], (ANY, 0))
    _require_row(call, "low_level_category", "id", row["low_level_category_id"], (ANY, 0))


def _require_row(call: Call, table: str, column: str, number: int, any_value: tuple[int, ...]) -> None:
    if number in any_value:
        return
    if call.db.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (number,)).fetchone() is None:  # noqa: S608  # names of ours
        raise ApiError(422, 1005, f"There is no {table} {number}")


def _require_regex(row: dict[str, Any]) -> None:
    """QRadar's engine is Java's: what Python cannot compile may still be fine, so only groups are counted if it can."""
    try:
        groups = re.compile(row["regex"]).groups
    except (re.error, OverflowError, RecursionError, Warning):
        groups = row["regex"].count("(")
        if row["regex"].count("[") > row["regex"].count("]"):
            raise ApiError(422, 1005, "regex has an unclosed character class") from None
    capture = row.get("capture_group")
    if not row.get("format_string") and capture is not None and not 0 <= capture <= groups:
        raise ApiError(422, 1005, f"capture_group {capture} is not in a regex of {groups} group(s)")


def _require_json_path(path: str) -> None:
    if re.fullmatch(r'(/"[^"]+"(\[\d*\])*)+', path) is None:
        raise ApiError(422, 1005, f'{path!r} is not of the form /"outer"/"inner"')


def _require_aql(call: Call, text: str) -> None:
    """As a query: what does not run is not kept, and neither is what reads a property that is not there."""
    try:
        reads = read_value(text)
    except FilterRefused as error:
        raise ApiError(422, 1005, f"expression is no AQL expression: {error}") from None
    for name in sorted(reads.properties):
        _require_property(call, name, "expression")


def _require_property(call: Call, name: str, where: str) -> None:
    row = call.db.execute("SELECT 1 FROM custom_property WHERE lower(name) = lower(?)", (name,)).fetchone()
    if row is None and not is_field(name):
        raise ApiError(422, 1005, f"{where} names {name!r}, and there is no such property or field")


def _require_operand(call: Call, operand: Any, name: str) -> None:
    fields = known_fields(operand, strings("property_name", "type"), 1005)
    value = operand.get("numeric_value")
    if fields.get("type") == "STATIC" and isinstance(value, int | float) and not isinstance(value, bool):
        return
    if fields.get("type") == "PROPERTY" and fields.get("property_name"):
        _require_property(call, fields["property_name"], name)
        return
    raise ApiError(422, 1005, f"{name} is neither STATIC with a numeric_value nor PROPERTY with a property_name")


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(_operand(value)) if isinstance(value, dict) else value for name, value in row.items()}


def _operand(value: dict[str, Any]) -> dict[str, Any]:
    return {field.name: value.get(field.name) for field in _OPERAND_FIELDS}


def _existing(call: Call, kind: Kind) -> dict[str, Any]:
    text = call.ids["expression_id"]
    found = find(call, kind.table(call.settings.scope_echo), "identifier = ?", (text,))
    if found is None and text.isascii() and text.isdigit():
        found = find(call, kind.table(call.settings.scope_echo), "id = ?", (int(text[:18]),))
    if found is None:
        raise ApiError(404, 1002, f"There is no expression {text!r}")
    return found


def _bound(work: Callable[[Call, Kind], Answer], kind: Kind, summary: str) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        return work(call, kind)

    handler.__doc__ = summary
    return handler


def _endpoints(kind: Kind) -> tuple[Endpoint, ...]:
    one = f"{kind.path}/<expression_id>"
    body = Body(kind.body_fields, read_only=kind.read_only)
    name = kind.name

    def list_all(call: Call) -> Answer:
        return answer_list(call, kind.table(call.settings.scope_echo))

    def read_one(call: Call) -> Answer:
        return answer_one(call, kind.table(call.settings.scope_echo), _existing(call, kind))

    return (
        listed(kind.path, list_all),
        posted(kind.path, _bound(_create, kind, f"Add a {name} expression; equal ones are not refused."), body),
        got(one, read_one),
        posted(one, _bound(_update, kind, f"Change what was given of a {name} expression."), body),
        deleted(one, _bound(_delete, kind, f"Delete a {name} expression at once."), produces="text/plain"),
    )


ENDPOINTS = tuple(endpoint for kind in KINDS for endpoint in _endpoints(kind))
