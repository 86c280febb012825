"""Text from stacks and consoles inside Markdown: it can leave no fence, mention nobody, and be no HTML.

CommonMark 0.31, as GitHub and GitLab render it.
"""

from __future__ import annotations

import re
from html import escape

from dac.views.human.quote import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]#!|~$]|://|www\.)")
_JOINER = "\u2060"  # renders as nothing, and makes no mention of @name and no reference of #1 and !1


def inline(text: str) -> str:
    """Return text for a line of prose: nothing in it is markup, a mention, a reference or a link."""
    return _SPECIAL.sub(lambda match: f"\\{match[0]}" if len(match[0]) == 1 else _split(match[0]), _harmless(text))


def html(text: str) -> str:
    """Return text for within an HTML tag, where Markdown is not read but mentions and references are."""
    return re.sub(r"[#!]", lambda match: match[0] + _JOINER, _harmless(text))


def _harmless(text: str) -> str:
    return escape(visible(text.replace("\n", " ")), quote=False).replace("@", f"@{_JOINER}")


def _split(start: str) -> str:
    """Break what would become a link by itself."""
    return f"{start[:-1]}{_JOINER}{start[-1]}"


def fenced(lines: list[str], language: str = "") -> list[str]:
    """Return lines as a code block, between fences longer than any within."""
    ticks = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    shown = [visible(part, keep="\t") for line in lines for part in (line.splitlines() or [""])]
    return [f"{fence}{language}", *shown, fence]


def folded(summary: str, body: list[str]) -> list[str]:
    """Return a body that opens on a click. `summary` is HTML; the tags need empty lines around."""
    return ["<details>", f"<summary>{summary}</summary>", "", *body, "", "</details>", ""]
