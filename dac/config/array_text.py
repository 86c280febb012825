"""The text of one TOML array with some items taken out and others put at its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.config.positions import Extent

_COMMA = re.compile(r"[ \t]*,")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\r?\n)")


@dataclass(frozen=True, slots=True)
class _Item:
    """`lead` is what stands before it, with comments on lines of their own; `note` the comment behind it."""

    lead: str
    text: str
    note: str = ""


def changed_array(array: str, spans: Sequence[Extent], dropped: Sequence[int], added: Sequence[str]) -> str:
    """Return `array` (with its brackets) less some items, comments included, and with others appended.

    spans: where each item starts and ends in it. ValueError where a comma does not follow its item.
    """
    if not spans:
        return f"[{', '.join(added)}]"
    items, tail, ends_with_comma = _taken_apart(array, spans)
    kept = [item for at, item in enumerate(items) if at not in dropped]
    if kept and kept[0] is not items[0] and "\n" not in kept[0].lead:
        kept[0] = _Item(items[0].lead, kept[0].text, kept[0].note)
    last = items[-1].lead
    lead = "\n" + last.rpartition("\n")[2] if "\n" in last else " "
    first = [items[0].lead if "\n" not in items[0].lead and not kept else lead]
    kept += [_Item(first[0] if not kept and at == 0 else lead, text) for at, text in enumerate(added)]
    commas = [","] * (len(kept) - 1) + ["," if ends_with_comma and kept else ""]
    inside = "".join(f"{item.lead}{item.text}{comma}{item.note}" for item, comma in zip(kept, commas, strict=True))
    return f"[{inside}{tail}"


def _taken_apart(array: str, spans: Sequence[Extent]) -> tuple[list[_Item], str, bool]:
    items: list[_Item] = []
    at = 1
    ends_with_comma = False
    for start, end in spans:
        lead = array[at:start]
        comma = _COMMA.match(array, end)
        at = comma.end() if comma else end
        rest = _REST_OF_LINE.match(array, at)
        note = rest[0] if rest else ""
        at = rest.end() if rest else at
        items.append(_Item(lead, array[start:end], note))
        ends_with_comma = comma is not None
        if comma is None and end != spans[-1][1]:
            raise ValueError("a comma of the list does not stand behind its item")
    return items, array[at:], ends_with_comma
