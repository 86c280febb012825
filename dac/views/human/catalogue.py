"""What `console refresh` found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.quote import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.catalogue.differences import Differences

SAME = "no difference\n"


def differences_text(found: Differences) -> str:
    """A heading for each subject, and a line for each difference."""
    return "".join(_lines(found)) or f"  {SAME}"


def _lines(found: Differences) -> Iterator[str]:
    for title, sentences in found.items():
        yield f"  {title}:\n"
        yield from (f"    {visible(sentence)}\n" for sentence in sentences)
