"""The path of an edit, taken apart: `entries["203.0.113.7"]` is the key `entries`, then the key `203.0.113.7`."""

from __future__ import annotations

import re

Path = tuple[str, ...]

_PLAIN = re.compile(r"\.?([^.\[\]\"]+)")
_LAST_KEY = re.compile(r'\["(.*)"\]\Z', re.DOTALL)


def steps(path: str) -> Path:
    """Keys from the outside in; a path in no known form is one key, so nothing is ever lost.

    A key in `["…"]` is the last step and stands there as it is, quotes and backslashes included. Lists are edited as
    a whole, so a path never counts.
    """
    found: list[str] = []
    at = 0
    while at < len(path):
        if last := _LAST_KEY.match(path, at):
            return (*found, last[1])
        plain = _PLAIN.match(path, at)
        if plain is None:
            return (path,)
        found.append(plain[1])
        at = plain.end()
    return tuple(found)
