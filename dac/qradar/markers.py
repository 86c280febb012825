"""The line that says which project made a thing, at the end of its description."""

from __future__ import annotations

import re

_MARKER = re.compile(r"(?:\A|\n)[ \t]*(\[dac [^\[\]\s/]+/[^\[\]\s/]+/[^\[\]\s/]+\])\s*\Z")


def split(text: str | None) -> tuple[str, str]:
    """Return a description without its marker line, and the marker; '' when it has none."""
    match = _MARKER.search(text or "")
    if match is None:
        return text or "", ""
    return (text or "")[: match.start()], match[1]


def join(text: str, marker: str) -> str:
    """Put the marker below a description: the inverse of `split`."""
    return f"{text}\n{marker}" if text else marker


def of_another_project(marker: str | None, ours: str) -> bool:
    """Whether a thing carries the marker of another project than the one that writes `ours`; no marker is nobody's."""
    return bool(marker) and (marker or "").partition("/")[0] != ours.partition("/")[0]


def other_project(marker: str | None, ours: str) -> str:
    """Return the name of the other project whose marker a thing carries; '' for none."""
    return (marker or "").partition("/")[0].removeprefix("[dac ") if of_another_project(marker, ours) else ""
