"""Values as they stand in a plan: the way TOML writes them, harmless to any terminal.

Names, notes and rule bodies come from a console on which others write. Whatever a terminal would obey or hide (escape
sequences, bidirectional overrides, zero-width characters, lone surrogates) is printed as a visible escape.
"""

from __future__ import annotations

import json
import re
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LAST_BYTE, _LAST_BMP = 0xFF, 0xFFFF


def visible(text: str, *, keep: str = "") -> str:
    """`text` with every unprintable character but those in `keep` written as an escape; one line when keep is ''."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else _escape(char) for char in text)


def quoted(text: str) -> str:
    """A string as one line of TOML: literal where that spares escapes, basic otherwise."""
    if text.isprintable() and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(escaped)}"'


def wants_block(text: str) -> bool:
    """Whether a string is read better as lines of its own: it has some, or would need escapes within one."""
    return "\n" in text or ("'" in text and ('"' in text or "\\" in text))


def paragraph(text: str, indent: str = "  ") -> list[str]:
    """Prose of several lines, indented; what it quotes from a console stays harmless."""
    return [f"{indent}{visible(line)}".rstrip() for line in text.strip("\n").split("\n")]


def key(text: str) -> str:
    """A key of a table: bare where TOML and the eye allow it."""
    return text if _BARE_KEY.fullmatch(text) else quoted(text)


def scalar(value: Any) -> str:
    """Any deployed value on one line."""
    if isinstance(value, str):
        return quoted(value)
    return visible(json.dumps(value, sort_keys=True, ensure_ascii=False))


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code <= _LAST_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _LAST_BMP else f"\\U{code:08x}"
