"""Which cases there are: everything that can go wrong, at every request and around every write of the state."""

from __future__ import annotations

import re
from itertools import cycle
from typing import TYPE_CHECKING

from crash_faults import FAULTS, Place, Strike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crash_faults import Fault
    from crash_runs import Reference

_NUMBER = re.compile(r"/(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=/|$)")
_DIGEST = re.compile(r" (\(signed\)|[0-9a-f]{8})$")


def every_case(reference: Reference) -> list[Strike]:
    """The full matrix, in the order of the requests."""
    return [
        Strike(fault, number, place)
        for place, lines in reference.lines.items()
        for number in range(1, len(lines) + 1)
        for fault in FAULTS[place]
    ]


def sample(reference: Reference, turn: int = 0) -> list[Strike]:
    """One case for every kind of request and write, the faults taking turns. Other turns give other cases."""
    return [
        Strike(fault, numbers[turn % len(numbers)], place)
        for place, lines in reference.lines.items()
        for numbers, fault in zip(_by_kind(lines, place), _from(FAULTS[place], turn), strict=False)
    ]


def kind_of(line: str) -> str:
    """A write without its numbers; a read by the part of the API that it asks, and whether it looks at a task."""
    path, _, query = _DIGEST.sub("", line).partition("?")
    if path.startswith("GET "):
        return path.partition("/")[0] + (" task" if "task" in path else "")
    action = re.search(r"action_type=\w+", query)
    return _NUMBER.sub("/N", path) + (f"?{action[0]}" if action else "")


def _by_kind(lines: Sequence[str], place: Place) -> list[list[int]]:
    """The numbers of the lines of each kind, counted from 1."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines, start=1):
        found.setdefault(kind_of(line) if place is Place.CONSOLE else line, []).append(number)
    return list(found.values())


def _from(faults: Sequence[Fault], turn: int) -> cycle[Fault]:
    start = turn % len(faults)
    return cycle((*faults[start:], *faults[:start]))
