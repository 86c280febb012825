"""JSON keypaths: how a JSON expression of a custom property reaches a value.

Source: IBM topic "JSON keypath expressions" (DSM Editor). A path begins with `/`, every key is double quoted,
`[n]` picks an element (from 0) and `[]` the whole list; keys are case-sensitive.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r'/"((?:[^"\\]|\\.)+)"((?:\[[0-9]*\])*)')
_INDEX = re.compile(r"\[(\d*)\]")


@dataclass(frozen=True, slots=True)
class Keypath:
    """A parsed keypath: keys (str), list positions (int), and None for "the whole list"."""

    steps: tuple[str | int | None, ...]


def parse_keypath(text: str) -> Keypath:
    """Read `/"a"/"b"[0]/"c"`; ValueError says from which character on it is not a keypath."""
    steps: list[str | int | None] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        key = _unquoted(match[1]) if match else None
        if match is None or key is None:
            msg = (
                f"{text!r} is not a JSON keypath from character {at + 1} on: write every key in double quotes "
                'after a slash, like /"properties"/"location"/"countryOrRegion" or /"Target"[3]/"ID"'
            )
            raise ValueError(msg)
        steps.append(key)
        steps.extend(int(index) if index else None for index in _INDEX.findall(match[2]))
        at = match.end()
    if not steps:
        msg = 'a JSON keypath is wanted, like /"operationName"'
        raise ValueError(msg)
    return Keypath(tuple(steps))


def _unquoted(text: str) -> str | None:
    """Return a key without its JSON escapes; None when one of them is none of JSON's."""
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return None


def extract(payload: str, keypath: Keypath) -> str | None:
    """Return the value as QRadar stores it (text), or None when the path leads nowhere or to null.

    Parsing starts at the first `{` of the payload, so that a syslog header before it is tolerated.
    """
    value = _first_object(payload)
    for step in keypath.steps:
        value = _descend(value, step)
        if value is None:
            return None
    return _as_text(value)


def _first_object(payload: str) -> Any:
    start = payload.find("{")
    if start < 0:
        return None
    try:
        return json.JSONDecoder().raw_decode(payload, start)[0]
    except (ValueError, RecursionError):  # no JSON, or nested deeper than anybody reads
        return None


def _descend(value: Any, step: str | int | None) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    if step is None:
        return value
    return value[step] if step < len(value) else None


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
