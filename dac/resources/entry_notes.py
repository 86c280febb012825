"""The compact line that carries why an entry is there: on the console it is the entry's `notes`."""

from __future__ import annotations

import re
from typing import Any

_LINE = re.compile(r"(?P<reason>.*?)(?:^| )\[(?P<meta>(?:owner|ticket|expires)=[^\]]*)\]", re.DOTALL)
_KEYS = ("owner", "ticket", "expires")


def compose(*, reason: str = "", owner: str = "", ticket: str = "", expires: str = "") -> str:
    """Return `reason [owner=..; ticket=..; expires=..]`, leaving out what is empty."""
    given = {"owner": owner, "ticket": ticket, "expires": expires}
    meta = "; ".join(f"{key}={given[key]}" for key in _KEYS if given[key])
    return " ".join(part for part in (reason, f"[{meta}]" if meta else "") if part)


def read(notes: str) -> dict[str, Any]:
    """Undo `compose`; a note written by somebody else is all reason."""
    match = _LINE.fullmatch(notes)
    if match is None:
        return {"reason": notes} if notes else {}
    meta = dict(part.split("=", 1) for part in match["meta"].split("; ") if "=" in part)
    if set(meta) - set(_KEYS):
        return {"reason": notes}
    return ({"reason": match["reason"]} if match["reason"] else {}) | meta
