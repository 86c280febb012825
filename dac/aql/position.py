"""Places in an AQL text, and the error that names one."""

from __future__ import annotations

from typing import NamedTuple

from dac.errors import AqlError


class Position(NamedTuple):
    """Both count from 1, columns in code points."""

    line: int
    column: int


NOWHERE = Position(1, 1)


def error_at(at: Position, code: str, summary: str, hint: str = "") -> AqlError:
    """The AqlError `code` at a place."""
    return AqlError(code, summary, line=at.line, column=at.column, hint=hint)
