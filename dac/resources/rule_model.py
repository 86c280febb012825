"""The declared fields that detections and building blocks share."""

from __future__ import annotations

from typing import Literal

from dac.resources.lifecycle import ConsoleName, Declared, Managed, Many, Prose, Text


class BuildingBlocks(Declared):
    """Which building blocks (or other rules) an event must match: any of, all of, none of."""

    any: Many[str] = ()
    all: Many[str] = ()
    none: Many[str] = ()


class Suppress(Declared):
    """A finding of the linter that is accepted here, and why."""

    code: Text
    reason: Text


class Rule(Managed):
    """A rule: its name, what it looks at first, and where it stands on the console."""

    name: ConsoleName
    type: Literal["event", "flow", "common"] = "event"
    scope: Literal["local", "global"] = "local"
    log_source_types: Many[str] = ()
    building_blocks: BuildingBlocks = BuildingBlocks()
    filter: Text | None = None
    notes: Prose = ""
    groups: Many[str] = ()
    owner: Text | None = None
    enabled: bool = True
    suppress: Many[Suppress] = ()
