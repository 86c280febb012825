"""LIKE patterns against short known names."""

from __future__ import annotations

import re

_LONGEST = 200
_WILDCARDS = re.compile("[%_]")


def matches_like(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the whole of `text` is as `pattern` says: % is any text, _ one character. Long ones are never."""
    if len(pattern) > _LONGEST or len(text) > _LONGEST:
        return False
    if ignore_case:
        pattern, text = pattern.lower(), text.lower()
    if any(part not in text for part in _WILDCARDS.split(pattern)):
        return False
    reached = {0}
    for sign in pattern:
        if sign == "%":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(text) and sign in ("_", text[at])}
    return len(text) in reached
