"""Lengths of time as the old reference API writes them: `1 month` in, `0 years 1 mons 0 days 0 hours ...` out."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {
    "year": "years", "years": "years", "mon": "months", "mons": "months", "month": "months", "months": "months",
    "week": "weeks", "weeks": "weeks", "day": "days", "days": "days", "hour": "hours", "hours": "hours",
    "min": "minutes", "mins": "minutes", "minute": "minutes", "minutes": "minutes",
    "sec": "seconds", "secs": "seconds", "second": "seconds", "seconds": "seconds",
}  # fmt: skip
_PART = re.compile(r"\s*(\d{1,9})(?:\.\d+)?\s*([a-z]+)\s*,?", re.IGNORECASE)
_SECONDS = {"years": 365 * 86400, "months": 30 * 86400, "weeks": 7 * 86400, "days": 86400, "hours": 3600, "minutes": 60}
MONTHS, DAYS, SIXTY = 12, 7, 60


class IntervalRefused(ValueError):
    """The text is no length of time."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time in PostgreSQL's three parts, which are not converted into each other."""

    months: int = 0
    days: int = 0
    time: int = 0

    @property
    def seconds(self) -> int:
        """A year counts 365 days, a month 30."""
        years, months = divmod(self.months, MONTHS)
        return years * _SECONDS["years"] + months * _SECONDS["months"] + self.days * _SECONDS["days"] + self.time

    def __str__(self) -> str:
        years, months = divmod(self.months, MONTHS)
        minutes, seconds = divmod(self.time, SIXTY)
        hours, minutes = divmod(minutes, SIXTY)
        return f"{years} years {months} mons {self.days} days {hours} hours {minutes} mins {seconds}.00 secs"


def read_interval(text: str) -> Interval:
    """`1 month`, `90 days`, `1 year 2 mons 3.00 secs`: numbers and units, in any order, each unit once or more."""
    totals = {"months": 0, "days": 0, "time": 0}
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        unit = _UNITS.get(match[2].lower()) if match else None
        if match is None or unit is None:
            raise IntervalRefused(f"{text!r} is no length of time such as '1 month' or '90 days'")
        _add(totals, unit, int(match[1]))
        at = match.end()
    if not text.strip():
        raise IntervalRefused("the length of time is empty")
    return Interval(**totals)


def _add(totals: dict[str, int], unit: str, number: int) -> None:
    if unit == "years":
        totals["months"] += MONTHS * number
    elif unit == "months":
        totals["months"] += number
    elif unit in ("days", "weeks"):
        totals["days"] += number * (DAYS if unit == "weeks" else 1)
    else:
        totals["time"] += number * _SECONDS.get(unit, 1)
