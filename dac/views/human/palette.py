"""Colours: a table from role to terminal code, passed in by whoever knows the terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Palette:
    """SGR parameters by role: a sign of the legend (`+`, `-/+`, ...), or `heading`, `error`, `warning`, `faint`."""

    codes: Mapping[str, str] = field(default_factory=dict)

    def paint(self, role: str, text: str) -> str:
        """`text` in the colour of `role`; unchanged where the palette has none."""
        code = self.codes.get(role)
        return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


PLAIN = Palette()
COLOURED = Palette(
    {
        "+": "32",
        "~": "33",
        "-": "31",
        "-/+": "31",
        "=": "36",
        ".": "36",
        "heading": "1",
        "success": "1;32",
        "warning": "1;33",
        "error": "1;31",
        "faint": "2",
    },
)
