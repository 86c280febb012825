"""JSON bodies: read, and checked against the kinds of the fields that an endpoint knows."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.errors import BAD_CONTENT_TYPE, BAD_JSON, ApiError
from dac.emulator.schema import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.emulator.schema import Kind

_JSON_KINDS: dict[Kind, type | tuple[type, ...]] = {
    "string": str,
    "number": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "any": object,
}
HIGHEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Body:
    """What an endpoint takes. Unknown fields are ignored, as QRadar does; known ones of a wrong kind are `code`.

    `read_only` fields may be sent back as they were read: their kinds are checked, their values dropped. `many` bodies
    are arrays, of objects or of plain values of kind `item`. `raw` ones are handed over as bytes with any of the
    `content_types`. With `strict_end` nothing may follow the JSON, not even a line feed.
    """

    fields: tuple[Field, ...] = ()
    code: int = 1005
    many: bool = False
    item: Kind | None = None
    required: bool = True
    missing_code: int = 1005
    raw: bool = False
    content_types: tuple[str, ...] = ("application/json",)
    read_only: tuple[Field, ...] = ()
    strict_end: bool = False


def read_body(body: Body, content_type: str, data: bytes) -> Any:
    """The checked value: a dict of known, non-null fields (a list of them for `many`), bytes for `raw`."""
    mime = content_type.partition(";")[0].strip().lower()
    if not data and not body.raw:
        if body.required:
            raise ApiError(422, body.missing_code, "The request has no body")
        return {}
    if mime not in body.content_types:
        raise ApiError(415, BAD_CONTENT_TYPE, f"Content type {mime!r} is not one of {list(body.content_types)}")
    if body.raw:
        return data
    value = _parse(data)
    if body.strict_end and data[-1:].isspace():
        raise ApiError(400, BAD_JSON, "Unexpected characters after the JSON")
    if not body.many:
        return _checked(value, body)
    if not isinstance(value, list):
        raise ApiError(422, body.code, "The body has to be a JSON array")
    if body.item is not None:
        _require_all(value, body.item, body.code)
        return value
    return [_checked(item, body) for item in value]


def known_fields(value: Any, fields: Sequence[Field], code: int) -> dict[str, Any]:
    """The fields of a JSON object that the endpoint knows, nulls left out; 422 with `code` for a wrong kind."""
    if not isinstance(value, dict):
        raise ApiError(422, code, "The body has to be a JSON object")
    found: dict[str, Any] = {}
    for field in fields:
        given = value.get(field.name)
        if given is None:
            continue
        if not fits(given, field):
            raise ApiError(422, code, f"{field.name} has to be a {field.kind}, not {json.dumps(given)[:80]}")
        found[field.name] = given
    return found


def fits(value: Any, field: Field) -> bool:
    """JSON true is no number, 1.5 is no id, and "5" is a string; what is inside of objects and arrays counts too."""
    if not _is_of_kind(value, field):
        return False
    if isinstance(value, dict):
        inner = {part.name: part for part in field.fields}
        return all(part is None or name not in inner or fits(part, inner[name]) for name, part in value.items())
    if isinstance(value, list):
        element = Field("", "object", fields=field.fields) if field.fields else Field("", field.item)
        return all(fits(item, element) for item in value)
    return True


def _is_of_kind(value: Any, field: Field) -> bool:
    if field.kind == "any":
        return True
    if isinstance(value, bool):
        return field.kind == "boolean"
    if isinstance(value, int):
        return field.kind == "number" and abs(value) <= HIGHEST_NUMBER
    if isinstance(value, float):
        return field.kind == "number" and field.real and math.isfinite(value)
    return isinstance(value, _JSON_KINDS[field.kind])


def _checked(value: Any, body: Body) -> dict[str, Any]:
    known_fields(value, body.read_only, body.code)
    return known_fields(value, body.fields, body.code)


def _require_all(values: list[Any], kind: Kind, code: int) -> None:
    for value in values:
        if not fits(value, Field("", kind)):
            raise ApiError(422, code, f"The elements have to be of kind {kind}, not {json.dumps(value)[:80]}")


def _parse(data: bytes) -> Any:
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
        if b"\\u" in data:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise ApiError(400, BAD_JSON, f"The body is not JSON: {error}") from None
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
