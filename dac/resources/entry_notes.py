"""The compact line that carries why an entry is there: on the console it is the entry's `notes`."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_LINE = re.compile(r"(?P<reason>.*?)(?:^| )\[(?P<meta>(?:owner|ticket|expires)=[^\]]*)\]", re.DOTALL)
_KEYS = ("owner", "ticket", "expires")


def compose(*, reason: str = "", owner: str = "", ticket: str = "", expires: str = "") -> str:
    """Return `reason [owner=..; ticket=..; expires=..]`, leaving out what is empty."""
    given = {"owner": owner, "ticket": ticket, "expires": expires}
    meta = "; ".join(f"{key}={given[key]}" for key in _KEYS if given[key])
    return " ".join(part for part in (reason, f"[{meta}]" if meta else "") if part)


def read(notes: str) -> dict[str, Any]:
    """Undo `compose`; a note that `compose` would not write again to the letter is all reason."""
    match = _LINE.fullmatch(notes)
    if match is not None:
        meta = dict(part.split("=", 1) for part in match["meta"].split("; ") if "=" in part)
        found = ({"reason": match["reason"]} if match["reason"] else {}) | meta
        if meta.keys() <= set(_KEYS) and _is_day(meta.get("expires")) and compose(**found) == notes:
            return found
    return {"reason": notes} if notes else {}


def _is_day(text: str | None) -> bool:
    try:
        return text is None or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
