"""The result of looking at a console. Only a definite answer counts as absence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.model.resource import Live


@dataclass(frozen=True, slots=True)
class Found:
    """It is there."""

    live: Live


@dataclass(frozen=True, slots=True)
class Absent:
    """A complete list, or a 404, says that it is not there."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nobody knows: the reason is for the reader. Nothing may be decided about it.

    `listed` is the record of it, with what the console's lists say all the same: enough to show drift, no more.
    """

    reason: str
    listed: Live | None = None


Read = Found | Absent | Unreadable
