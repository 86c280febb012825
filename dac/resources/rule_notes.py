"""A detection's notes on the console: the author's text, then ATT&CK techniques and known false positives.

They are what an analyst reads beside the offense, and they are read back on import.
"""

from __future__ import annotations

import re
from typing import Any

_MITRE = "MITRE ATT&CK: "
TECHNIQUE = r"T[0-9]{4}(?:\.[0-9]{3})?"
_TECHNIQUES = re.compile(rf"{_MITRE}{TECHNIQUE}(?:, {TECHNIQUE})*")
_FALSE_POSITIVE = re.compile(r"False positive: (?P<text>.+?)(?: \((?P<key>handled by|accepted): (?P<value>.+)\))?")


def compose(text: str, mitre: tuple[str, ...], false_positives: list[dict[str, str]]) -> str:
    """Return the notes; a false positive is `text` and perhaps one of `handled_by` and `accepted`."""
    lines = [_MITRE + ", ".join(mitre)] if mitre else []
    lines += [_line(item) for item in false_positives]
    return "\n\n".join(part for part in (text.strip(), "\n".join(lines)) if part).strip()


def read(notes: str) -> dict[str, Any]:
    """Undo `compose`: `notes`, `mitre` and `false_positive`, each only when it is there.

    Notes that `compose` would not write again to the letter were written by somebody else: they are all text.
    """
    notes = notes.strip()
    found = _parts(notes)
    if compose(found.get("notes", ""), tuple(found.get("mitre", ())), found.get("false_positive", [])) == notes:
        return found
    return {"notes": notes} if notes else {}


def _parts(notes: str) -> dict[str, Any]:
    lines = notes.split("\n")
    items: list[dict[str, str]] = []
    while lines and (match := _FALSE_POSITIVE.fullmatch(lines[-1])):
        items.insert(0, _item(match))
        lines.pop()
    out: dict[str, Any] = {"false_positive": items} if items else {}
    if lines and _TECHNIQUES.fullmatch(lines[-1]):
        out["mitre"] = lines.pop().removeprefix(_MITRE).split(", ")
    text = "\n".join(lines).strip()
    return out | ({"notes": text} if text else {})


def _line(item: dict[str, str]) -> str:
    answer = [f" (handled by: {item['handled_by']})"] if "handled_by" in item else []
    answer += [f" (accepted: {item['accepted']})"] if "accepted" in item else []
    return f"False positive: {item['text']}{''.join(answer[:1])}"


def _item(match: re.Match[str]) -> dict[str, str]:
    item = {"text": match["text"]}
    if match["key"]:
        item[match["key"].replace(" ", "_")] = match["value"]
    return item
