"""Patterns that differ in the words between `|` alone, so that it can be said which came and which went.

Anything a pattern may hold beyond plain text, escapes of signs and one group is left alone: then nothing is claimed.
"""

from __future__ import annotations

import re

_ESCAPE = r"\\[^A-Za-z0-9|]|\\[dswDSW]"
_PLAIN = rf"(?:[^|()\[\]\\]|{_ESCAPE})*"
_WORDS = rf"(?!\?)(?:[^()\[\]\\]|{_ESCAPE})*"
_GROUP = re.compile(rf"(?P<head>(?:\(\?i\))?{_PLAIN})\((?:\?:)?(?P<words>{_WORDS})\)(?P<tail>{_PLAIN})")
_REPEATS = ("*", "+", "?", "{")


def alternatives(before: str, after: str) -> tuple[list[str], list[str]] | None:
    """The words that went and that came; None unless all else in the two patterns is equal and some word stays."""
    old, new = _split(before), _split(after)
    if old is None or new is None or old[0] != new[0] or not set(old[1]) & set(new[1]):
        return None
    return [word for word in old[1] if word not in new[1]], [word for word in new[1] if word not in old[1]]


def _split(pattern: str) -> tuple[tuple[str, str], list[str]] | None:
    """What stands around the one group, and the words in it; without any group the whole pattern is one."""
    found = _GROUP.fullmatch(pattern if "(" in pattern else f"({pattern})")
    if found is None or found["tail"].startswith(_REPEATS):
        return None
    return (found["head"], found["tail"]), list(dict.fromkeys(found["words"].split("|")))
