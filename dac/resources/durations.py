"""Lengths of time as people write them in a stack and in dac.toml (30s, 30m, 24h, 7d), and what they lead to."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from dac.resources.wording import Said

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DURATION = re.compile(r"([1-9][0-9]*)([smhd])")
_SPAN = re.compile(r"(0|[1-9][0-9]{0,9})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_MINUTE_MS = 60_000
_LONGEST_DAYS = 3650


def _checked(text: str) -> str:
    if DURATION.fullmatch(text) is None:
        msg = f"{text!r} is no length of time: write a number and s, m, h or d, such as 30m or 7d"
        raise ValueError(msg)
    return text


def _bounded(text: str) -> str:
    if _SPAN.fullmatch(text) is None:
        msg = f"{text!r} is no length of time: write a number and s, m, h or d, such as 12h or 7d; 0d is none"
        raise ValueError(msg)
    if seconds(text) > _LONGEST_DAYS * _SECONDS["d"]:
        msg = f"{text!r} is longer than ten years ({_LONGEST_DAYS}d): was another unit meant?"
        raise ValueError(msg)
    return text


Duration = Annotated[str, AfterValidator(_checked), Said("a length of time such as 30m or 7d")]
Span = Annotated[str, AfterValidator(_bounded), Said("a length of time such as 12h or 7d")]
"""What dates are counted from: at most ten years, and 0d for none at all."""


def seconds(text: str) -> int:
    """Return the seconds of a checked duration."""
    number, unit = text[:-1], text[-1]
    return int(number) * _SECONDS[unit]


def moment(at: int, timezone: ZoneInfo) -> str:
    """Return when something is due (epoch ms) as people of a time zone read it, with the zone's name.

    Rounded up to the minute: whoever comes at that time finds it due.
    """
    return f"{datetime.fromtimestamp(-(-at // _MINUTE_MS) * 60, timezone):%Y-%m-%d %H:%M} {timezone.key}"


def written(length: int) -> str:
    """Return the shortest way to write so many seconds."""
    for unit in "dhm":
        if length and length % _SECONDS[unit] == 0:
            return f"{length // _SECONDS[unit]}{unit}"
    return f"{length}s"
