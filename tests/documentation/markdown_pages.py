"""The Markdown files of this repository: their fenced blocks, and the parts between marks, which are made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def chapter(text: str, heading: str) -> str:
    """Return what stands below `## heading`, up to the next heading of that level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"there is no heading `## {heading}`"
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """Return the content of every fenced block in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def made_parts(text: str) -> dict[str, str]:
    """Return what stands between `<!-- generated: NAME -->` and the next `<!-- end -->`, by name."""
    return {found[2]: found[3] for found in _made(text)}


def with_made_part(text: str, name: str, body: str) -> str:
    """Return `text` with one made part replaced."""
    assert name in made_parts(text), f"there is no mark `<!-- generated: {name} -->`"
    return _MADE.sub(lambda found: f"{found[1]}{body}{found[4]}" if found[2] == name else found[0], text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def code(text: str) -> str:
    """Write a word of code; nothing when there is none."""
    return f"`{text}`" if text else ""


_MADE = re.compile(r"(<!-- generated: ([a-z -]+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def _made(text: str) -> Iterable[re.Match[str]]:
    return _MADE.finditer(text)
