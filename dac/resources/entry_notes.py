"""The compact line that carries why an entry is there: on the console it is the entry's `notes`.

`reason [owner=..; ticket=..; expires=..]`. A reason that looks like such a line itself gets an empty `[]` behind it,
so that whatever was written comes back, and what others wrote stays what it is.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

LONGEST = 1024
"""More characters than a console may take. IBM says that there is a limit (422, code 20008), and not which."""

FRAME = ";[]\n"
"""Characters that owner and ticket cannot have: they frame the line."""

_LINE = re.compile(r"(?P<reason>.*?)(?:^| )\[(?P<meta>(?:owner|ticket|expires)=[^\[\]]*)\]", re.DOTALL)
_KEYS = ("owner", "ticket", "expires")
_PLAIN = " []"


def compose(*, reason: str = "", owner: str = "", ticket: str = "", expires: str = "") -> str:
    """Return the line, leaving out what is empty."""
    line = _line(reason, {"owner": owner, "ticket": ticket, "expires": expires})
    return line + _PLAIN if line == reason and _parts(_without_marks(reason)) else line


def read(notes: str) -> dict[str, Any]:
    """Undo `compose`; a note that `compose` would not write again to the letter is all reason."""
    bare = _without_marks(notes)
    parts = _parts(bare)
    if parts is not None and bare == notes:
        return parts
    reason = notes.removesuffix(_PLAIN) if parts is not None else notes
    return {"reason": reason} if reason else {}


def _line(reason: str, given: dict[str, str]) -> str:
    meta = "; ".join(f"{key}={given[key]}" for key in _KEYS if given.get(key))
    return " ".join(part for part in (reason, f"[{meta}]" if meta else "") if part)


def _without_marks(text: str) -> str:
    while text.endswith(_PLAIN):
        text = text.removesuffix(_PLAIN)
    return text


def _parts(line: str) -> dict[str, Any] | None:
    """Take a line apart that has owner, ticket or expiry in it; None for any other text."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    meta = dict(part.split("=", 1) for part in match["meta"].split("; ") if "=" in part)
    is_ours = meta.keys() <= set(_KEYS) and _is_day(meta.get("expires")) and _line(match["reason"], meta) == line
    return ({"reason": match["reason"]} if match["reason"] else {}) | meta if is_ours else None


def _is_day(text: str | None) -> bool:
    try:
        return text is None or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
