"""A model's annotations in words: what a key wants, said to people who never heard of pydantic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.diagnostic import KeyPath

_PLAIN: dict[Any, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dt.date: "a date such as 2027-03-31",
    dt.datetime: "a date and time such as 2027-03-31T18:00:00Z",
    dt.time: "a time such as 18:00:00",
    dict: "a table",
    list: "a list",
    tuple: "a list",
}
_LISTS = (list, tuple, set, frozenset, Sequence)
_TABLES = (dict, Mapping)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Said:
    """In an annotation: what is wanted, where that is more than its type says."""

    text: str


def key_text(path: KeyPath) -> str:
    """Write a key path the way people say it: `exception[0].when`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def described(value: object) -> str:
    """Say what a value is: scalars are shown, tables and lists are named."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= _SHOWN and "\n" not in value else "a text"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, dt.date):
        return f"the date {value.isoformat()}"
    return str(value)


def annotation_at(model: Any, path: KeyPath) -> Any:
    """Return the annotation that rules at `path` below `model`; Any when it cannot be told."""
    found = model
    for part in path:
        found = next((step for step in (_step(member, part) for member in _members(found)) if step), Any)
    return found


def words_of(annotation: Any) -> list[str]:
    """The texts that may stand here: the keys of a table, the values of a choice."""
    words: list[str] = []
    for member in _members(annotation):
        if isinstance(member, type) and issubclass(member, BaseModel):
            words += [field.alias or name for name, field in member.model_fields.items()]
        elif isinstance(member, type) and issubclass(member, Enum):
            words += [str(item.value) for item in member]
        elif get_origin(member) is Literal:
            words += [value for value in get_args(member) if isinstance(value, str)]
    return words


def expectation(annotation: Any) -> str:
    """Say what is wanted: `a whole number from 0 to 10 or low/medium/high/critical`."""
    wanted = list(dict.fromkeys(_wanted(annotation, ())))
    for wider, narrower in ((_PLAIN[float], _PLAIN[int]), (_PLAIN[dt.date], _PLAIN[dt.datetime])):
        if wider in wanted and narrower in wanted:
            wanted.remove(narrower)
    *first, last = wanted or ["another value"]
    return f"{', '.join(first)} or {last}" if first else last


def _wanted(annotation: Any, metadata: tuple[Any, ...]) -> Iterable[str]:
    annotation, extra = _bare(annotation)
    metadata = (*extra, *metadata)
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        for member in get_args(annotation):
            if member is not type(None):
                yield from _wanted(member, metadata)
    elif origin is Literal:
        yield "/".join(_word(value) for value in get_args(annotation))
    elif origin in _LISTS:
        yield _list_of(get_args(annotation))
    elif origin in _TABLES or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        yield "a table"
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        yield "/".join(str(item.value) for item in annotation)
    elif annotation in _PLAIN:
        said = next((entry.text for entry in metadata if isinstance(entry, Said)), "")
        yield said or _PLAIN[annotation] + _bounds(metadata)


def _list_of(args: tuple[Any, ...]) -> str:
    item = expectation(args[0]) if args else ""
    return f"a list of {item[2:]}s" if item in ("a text", "a number", "a whole number", "a table") else "a list"


def _bounds(metadata: tuple[Any, ...]) -> str:
    """Say the limits of a number, from `annotated_types` or a pydantic field; a text has none of these."""
    limits: dict[str, Any] = {}
    for entry in metadata:
        for part in (entry, *getattr(entry, "metadata", ())):
            found = {name: getattr(part, name, None) for name in ("ge", "gt", "le", "lt")}
            limits |= {name: value for name, value in found.items() if value is not None}
    if "ge" in limits and "le" in limits:
        return f" from {limits['ge']} to {limits['le']}"
    texts = {"ge": "of at least", "gt": "above", "le": "of at most", "lt": "below"}
    return "".join(f" {text} {limits[name]}" for name, text in texts.items() if name in limits)


def _word(value: object) -> str:
    return described(value) if isinstance(value, bool) else str(value)


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Take off Annotated and type aliases; return the metadata met on the way."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *extra = get_args(annotation)
            metadata = (*extra, *metadata)
        elif hasattr(annotation, "__value__"):
            annotation = annotation.__value__
        else:
            return (Any if isinstance(annotation, TypeVar) else annotation), metadata


def _members(annotation: Any) -> list[Any]:
    annotation, _ = _bare(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return [inner for member in get_args(annotation) for inner in _members(member)]
    return [annotation]


def _step(annotation: Any, part: str | int) -> Any:
    """Return the annotation one key or index further in, or None when this one has no such part."""
    origin, args = get_origin(annotation), get_args(annotation)
    if isinstance(part, int):
        return args[0] if origin in _LISTS and args else None
    if origin in _TABLES and args:
        return args[1]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _field(annotation, part)
    return None


def _field(model: type[BaseModel], key: str) -> Any:
    for name, field in model.model_fields.items():
        if key in (field.alias, name):
            return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return None
