"""The marker in a rule's notes: their last line, so that a rule says who made it even without a state."""

from __future__ import annotations

import re

_MARKER = re.compile(r"\[dac [^\]\n]+\]")


def marked(notes: str, marker: str) -> str:
    """Return the notes with the marker behind them; without a marker, as they are."""
    if not marker:
        return notes
    return f"{notes}\n{marker}" if notes else marker


def unmarked(text: str) -> tuple[str, str | None]:
    """Return the notes and the marker. It is found even when somebody wrote something below it."""
    lines = text.replace("\r\n", "\n").split("\n")
    for at in range(len(lines) - 1, -1, -1):
        if _MARKER.fullmatch(lines[at].strip()):
            return "\n".join(lines[:at] + lines[at + 1 :]), lines[at].strip()
    return "\n".join(lines), None
