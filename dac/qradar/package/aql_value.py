"""The value of an AQL filter test: `percent(one line)|percent(JSON array of the lines)`.

The engine is believed to read the first half, the wizard the second. Spaces are %20, never +.
"""

from __future__ import annotations

import json
from urllib.parse import quote, unquote


def encode(text: str, engine: str | None = None) -> str:
    """Return the value for a filter of one or more lines; `engine` where its one line is not just those joined."""
    lines = text.split("\n")
    one_line = engine if engine is not None else " ".join(lines)
    array = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return f"{quote(one_line, safe='')}|{quote(array, safe='')}"


def decode(value: str) -> tuple[str, str | None] | None:
    """Return the filter's text and, when it differs from its lines joined, the engine's one line.

    A value without a second half, or with one that is no list of lines, is read from its first half alone. None
    when nothing is in it, or when it is not percent-encoded UTF-8.
    """
    head, _, tail = value.strip().partition("|")
    try:
        engine = unquote(head, errors="strict")
        lines = _lines(unquote(tail, errors="strict"))
    except UnicodeDecodeError:
        return None
    if not lines or not any(line.strip() for line in lines):
        lines = engine.split("\n")
    text = "\n".join(lines)
    if not text.strip():
        return None
    return text, None if engine in _renderings(text.split("\n")) else engine


def _lines(array: str) -> list[str]:
    try:
        lines = json.loads(array)
    except (ValueError, RecursionError):
        return []
    return lines if isinstance(lines, list) and all(isinstance(line, str) for line in lines) else []


def _renderings(lines: list[str]) -> set[str]:
    """All ways to write lines on one line that mean the same: consoles differ in what they strip."""
    stripped = [line.strip() for line in lines]
    kept = [line for line in stripped if line]
    return {" ".join(lines), " ".join(stripped), " ".join(kept), "\n".join(lines)}
