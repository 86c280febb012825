"""What an edit of a query means, for every format that prints edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.aql.meaning import Said
    from dac.model.change import Edit

_FILTER = "filter"


def meaning(edit: Edit) -> tuple[Said, ...]:
    """Say what the edit of a filter changes, what lowers security first; nothing for any other edit.

    `lowers` is about the filter itself: True when it matches fewer events.
    """
    if edit.path != _FILTER or not (isinstance(edit.before, str) and isinstance(edit.after, str)):
        return ()
    from dac.aql.meaning import explain  # most plans change no query

    return explain(edit.before, edit.after)


def is_judged(kind: str) -> bool:
    """Whether what matches fewer events detects less: not a building block, whose readers may ask for none of it."""
    return kind == "detection"
