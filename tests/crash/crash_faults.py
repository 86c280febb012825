"""What can go wrong, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """Where something goes wrong. What a run does at each is written down, one line after the other."""

    CONSOLE = "request"
    SERVER = "request to the state server"
    WRITE = "write of the state"


class Fault(StrEnum):
    """What goes wrong at one request, or around one write of the state."""

    DROPPED = "dropped before"
    LOST = "answer lost after"
    STATUS_500 = "500"
    STATUS_502 = "502 although done"
    STATUS_503 = "503 for a while"
    REVOKED = "access revoked"
    KILLED_BEFORE = "SIGKILL before"
    KILLED_AFTER = "SIGKILL after the effect"


KILLS = (Fault.KILLED_BEFORE, Fault.KILLED_AFTER)
FAULTS = {Place.CONSOLE: tuple(Fault), Place.SERVER: tuple(Fault), Place.WRITE: KILLS}
REFUSED = {Fault.STATUS_500: [500], Fault.STATUS_503: [503] * 3}
"""Answers in place of the server's own; a read is tried more than three times."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One thing that goes wrong: at the `nth` request or write at a place, counted from 1."""

    fault: Fault
    nth: int
    place: Place = Place.CONSOLE


class Kind(NamedTuple):
    """A fault at a place: a line of the table of what was tried."""

    place: Place
    fault: Fault
