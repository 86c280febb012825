"""Reading JSON values that must be what they are said to be, and leaving out those that go without saying."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

_KINDS: Mapping[type, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}
_SHOWN = 40


class Malformed(Exception):
    """A value is missing or wrong; the message says which and how. `codec.decode` turns it into a StateError."""


def take(table: dict[str, Any], key: str, kind: type[T], path: str = "", *, default: T | None = None) -> T:
    """Return `table[key]` when it has exactly the type `kind` (true is no number); `default` when it is not there."""
    value = table.get(key, default)
    if type(value) is kind:
        return value
    if key not in table:
        raise Malformed(f"{path}{key} is missing")
    raise Malformed(f"{path}{key} is {shown(value)}, and should be {_KINDS[kind]}")


def shown(value: object) -> str:
    """Return a value as JSON, cut to what fits in a message."""
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def take_each(table: dict[str, Any], key: str, read: Callable[[dict[str, Any], str], T]) -> tuple[T, ...]:
    """Return what `read` makes of every object in the list `table[key]`; no list is an empty one."""
    found = []
    for index, entry in enumerate(take(table, key, list, default=[])):
        path = f"{key}[{index}]"
        if not isinstance(entry, dict):
            raise Malformed(f"{path} is {shown(entry)}, and should be an object")
        found.append(read(entry, f"{path}."))
    return tuple(found)


def take_texts(table: dict[str, Any], key: str, path: str, *, default: dict[str, Any] | None = None) -> dict[str, str]:
    """Return `table[key]`, an object that holds nothing but texts."""
    texts = take(table, key, dict, path, default=default)
    for name in texts:
        take(texts, name, str, f"{path}{key}.")
    return texts


def lean(table: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """Return `table` and what of `optional` says something: not None, False or empty. Zero does: a time."""
    told = {key: value for key, value in optional.items() if value or (value == 0 and value is not False)}
    return {**table, **told}
