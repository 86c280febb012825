"""JSON bodies: read, and checked against the kinds of the fields that an endpoint knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.errors import BAD_CONTENT_TYPE, BAD_JSON, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.emulator.schema import Field, Kind

_JSON_KINDS: dict[Kind, type | tuple[type, ...]] = {
    "string": str,
    "number": int,
    "boolean": bool,
    "object": dict,
    "array": list,
}


@dataclass(frozen=True, slots=True)
class Body:
    """What an endpoint takes. Unknown fields are ignored, as QRadar does; known ones of a wrong kind are `code`.

    `raw` bodies are handed over as bytes with any of the `content_types`.
    """

    fields: tuple[Field, ...] = ()
    code: int = 1005
    many: bool = False
    required: bool = True
    missing_code: int = 1005
    raw: bool = False
    content_types: tuple[str, ...] = ("application/json",)


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
    if not body.many:
        return known_fields(value, body.fields, body.code)
    if not isinstance(value, list):
        raise ApiError(422, body.code, "The body has to be a JSON array")
    return [known_fields(item, body.fields, body.code) for item in value]


def known_fields(value: Any, fields: Sequence[Field], code: int) -> dict[str, Any]:
    """The fields of a JSON object that the endpoint knows, nulls left out; 422 with `code` for a wrong kind."""
    if not isinstance(value, dict):
        raise ApiError(422, code, "The body has to be a JSON object")
    found: dict[str, Any] = {}
    for field in fields:
        given = value.get(field.name)
        if given is None:
            continue
        if not is_of_kind(given, field.kind):
            raise ApiError(422, code, f"{field.name} has to be a {field.kind}, not {json.dumps(given)[:80]}")
        found[field.name] = given
    return found


def is_of_kind(value: Any, kind: Kind) -> bool:
    """JSON true is no number, 1.5 is no id, and "5" is a string."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _JSON_KINDS[kind])


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, BAD_JSON, f"The body is not JSON: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
