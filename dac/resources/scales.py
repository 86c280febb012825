"""Severity, confidence and status as people write them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as ModelField

_WORDS = {"low": 3, "medium": 5, "high": 8, "critical": 10}
STATUSES = ("experimental", "test", "stable", "deprecated")

Level = Annotated[int, ModelField(ge=0, le=10)] | Literal["low", "medium", "high", "critical"]
Kept = Literal["unchanged"]
"""Instead of a level: whatever the event has."""

Status = Literal["experimental", "test", "stable", "deprecated"]
Rollout = Literal["disabled", "monitor", "active"]


def number(level: int | str) -> int:
    """Return QRadar's 0 to 10 for a word or a number."""
    return _WORDS[level] if isinstance(level, str) else level


def word(level: int | None) -> int | str:
    """Return the word for a number that has one, else the number; `unchanged` for None."""
    if level is None:
        return "unchanged"
    return {value: name for name, value in _WORDS.items()}.get(level, level)


def retires(status: object) -> bool:
    """Whether a status says that a detection is on its way out."""
    return status == "deprecated"


def below(status: str, minimum: str) -> bool:
    """Whether a status is too early for a console that wants at least `minimum`."""
    return STATUSES.index(status) < STATUSES.index(minimum)
