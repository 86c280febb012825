"""What on a console reads a thing that a plan takes away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Reader:
    """One reader, in words. `kind` (`rule`, `custom_property`) and `remote_id` find it among the things of the project.

    Both are '' for what dac never manages: a saved search, a report, a routing rule.
    """

    text: str
    kind: str = ""
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Readers:
    """All readers of one thing that could be found, and reasons why there may be more."""

    found: tuple[Reader, ...] = ()
    unknown: tuple[str, ...] = ()
