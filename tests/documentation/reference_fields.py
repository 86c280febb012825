"""What may stand in dac.toml and in a stack, from the models that read them and the kinds' tables of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from markdown_pages import code, table
from pydantic import BaseModel

from dac.config.dac_toml import ProjectFile
from dac.resources.kind import Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, Managed
from dac.resources.registry import kinds
from dac.resources.wording import annotation_at, described, expectation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from dac.resources.kind import Field, Kind

_PLAIN_HEAD = ("key", "takes", "left out")
_FULL_HEAD = (*_PLAIN_HEAD, "ends up", "what it is")
_READ_EARLIER = {"moved": "an address or a list of addresses", "console": "a table for each console"}
"""Keys that are in no model, because they are gone from a table before its kind sees it."""


def project_file() -> str:
    """Write a table for each table of dac.toml."""
    return "\n".join(_nested(ProjectFile, ""))


def fields() -> str:
    """Write a table for each kind and each table below it, and one for what every kind has."""
    shared = table(_FULL_HEAD, (_row(Managed, row) for row in LIFECYCLE_FIELDS))
    return "\n".join([*(part for kind in kinds().values() for part in _kind(kind)), f"#### Every kind\n\n{shared}"])


def compared() -> str:
    """Write which fields of each kind drift looks at, and which it cannot know of."""
    rows = []
    for kind in kinds().values():
        seen = [code(row.name) for row in kind.fields if row.where is not Where.GIT]
        unseen = [code(row.name) for row in kind.fields if row.where is Where.GIT]
        rows.append((code(kind.name), ", ".join(dict.fromkeys(seen)), ", ".join(dict.fromkeys(unseen))))
    return table(("kind", "compared", "only in Git: not compared"), rows)


def _kind(kind: Kind) -> Iterator[str]:
    """Some fields are only ever read from a console: no table may hold them."""
    declared = _keys(kind.declared)
    rows = [_row(kind.declared, row) for row in kind.fields if row.name in declared and row not in LIFECYCLE_FIELDS]
    yield f"#### `[{kind.name}.NAME]`\n\n{table(_FULL_HEAD, rows)}"
    yield from _nested(kind.declared, f"{kind.name}.NAME.")


def _row(model: type[BaseModel], row: Field) -> tuple[str, ...]:
    return (code(row.name), *_wanted(model, row.name), _where(row), row.doc)


def _nested(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for key, info in _keys(model).items():
        below = _model_in(info.annotation)
        if below is None:
            continue
        listed = annotation_at(model, (key, 0)) is below
        named = "NAME" if annotation_at(model, (key, "NAME")) is below else ""
        path = ".".join(part for part in (f"{prefix}{key}", named) if part)
        rows = [(code(name), *_wanted(below, name)) for name in _keys(below)]
        yield f"`{'[[' if listed else '['}{path}{']]' if listed else ']'}`\n\n{table(_PLAIN_HEAD, rows)}"
        yield from _nested(below, f"{path}.")


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _wanted(model: type[BaseModel], key: str) -> tuple[str, str]:
    info = _keys(model).get(key)
    if info is None:
        return _READ_EARLIER[key], ""
    return expectation(annotation_at(model, (key,))), _default(info)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    default = info.default
    plain = isinstance(default, bool | int | str) and default != ""
    return code(described(default)) if plain else ""


def _where(row: Field) -> str:
    channel = f", {row.channel.value}" if row.channel and row.where.name != "GIT" else ""
    notes = ["; a change replaces it"] if row.replace else []
    notes += [f"; from API {row.since[0]}.{row.since[1]}"] if row.since else []
    return f"{row.where.value}{channel}{''.join(notes)}"
