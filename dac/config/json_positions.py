"""The line on which a value of a JSON file stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.model.diagnostic import KeyPath

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def line_of(text: str, path: KeyPath) -> int:
    """Line from 1 of the value at `path`, or of the nearest value around it that is there; `text` is valid JSON."""
    at = _skip(text, 0, _BLANK)
    for key in path:
        found = _members(text, at).get(key)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _members(text: str, start: int) -> dict[str | int, int]:
    """Where the values of the object or array that begins at `start` begin themselves, by key or index."""
    found: dict[str | int, int] = {}
    if text[start] not in "{[":
        return found
    is_object = text[start] == "{"
    at = _skip(text, start + 1, _BLANK)
    while text[at] not in "}]":
        key: str | int = len(found)
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at, _BLANK + ":")
        found[key] = at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at, _BLANK + ",")
    return found


def _skip(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at
