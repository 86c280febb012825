"""What IBM's API reference states of every endpoint in reach of this product, as data: `endpoints.json`.

One endpoint a line, as of API 26.0. The emulator does not obey this file: it is written by hand, and the tests hold it
against these facts. Only `/help/endpoints` and `dac emulator endpoints` read it, to say what there is.

A shape is `number`, `string`, `boolean`, `null` or `any`; `A|B` for a string of a closed list; `[shape]` for an array;
`{"field": shape}` for an object, `{"*": shape}` for one with names of the caller's choice; `@name` for a shape of
`shapes`. `also` are fields that a page's prose names and its sample lacks. A query parameter is `string`, `integer`,
`boolean` or `array`, and ends in `!` when it is required.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Shape = Any
"""As in the file, without `@`."""


class Refusal(NamedTuple):
    """One documented error: HTTP status, the code that is unique within its endpoint, and what it is about."""

    status: int
    code: int
    about: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stated of one method on one path. `body` is None where none is taken; its shape may be unknown."""

    method: str
    path: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    required: frozenset[str]
    headers: frozenset[str]
    produces: tuple[str, ...]
    body: Shape | None
    body_types: tuple[str, ...]
    body_required: bool
    success: frozenset[int]
    errors: tuple[Refusal, ...]
    response: Shape | None
    also: frozenset[str]
    location: bool
    deprecated: bool

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


@cache
def facts() -> Mapping[str, Facts]:
    """All endpoints by `METHOD /path/{parameter}`."""
    document = json.loads(files("dac.emulator.contract").joinpath("endpoints.json").read_text("utf-8"))
    return {found.key: found for found in _read(document)}


def _read(document: Mapping[str, Any]) -> Iterator[Facts]:
    shapes = document["shapes"]
    for row in document["endpoints"]:
        body = row.get("body")
        query = row.get("query", {})
        yield Facts(
            method=row["method"],
            path=row["path"],
            ids=row.get("ids", {}),
            query={name: kind.removesuffix("!") for name, kind in query.items()},
            required=frozenset(name for name, kind in query.items() if kind.endswith("!")),
            headers=frozenset(row.get("headers", ())),
            produces=tuple(row.get("produces", ("application/json",))),
            body=None if body is None else _whole(body.get("shape", "any"), shapes),
            body_types=() if body is None else tuple(body.get("types", ("application/json",))),
            body_required=body is not None and body.get("required", False),
            success=frozenset(row.get("success", ())),
            errors=tuple(Refusal(*error) for error in row["errors"]),
            response=None if "response" not in row else _whole(row["response"], shapes),
            also=frozenset(row.get("also", ())),
            location=row.get("location", False),
            deprecated=row.get("deprecated", False),
        )


def _whole(shape: Shape, shapes: Mapping[str, Any]) -> Shape:
    """The shape with every `@name` replaced."""
    if isinstance(shape, str):
        return _whole(shapes[shape[1:]], shapes) if shape.startswith("@") else shape
    if isinstance(shape, list):
        return [_whole(shape[0], shapes)]
    return {name: _whole(inner, shapes) for name, inner in shape.items()}
