"""A console's look-up tables at one moment: the names behind its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dac.model.deployed import digest

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class OffenseType:
    """A way to index an offense (GET /siem/offense_types). `property` is the console's field name, may be ''."""

    id: int
    name: str
    property: str = ""
    custom: bool = False


@dataclass(frozen=True)
class Names:
    """Names by id, for one console. Ids differ from console to console and never reach a stack or a state.

    `complete` is False for the table that dac ships for work without a console: what it does not hold may still
    exist on a real one.
    """

    log_source_types: Mapping[int, str]
    offense_types: tuple[OffenseType, ...]
    low_level_categories: Mapping[int, str]
    properties: frozenset[str] = frozenset()
    reference_sets: Mapping[str, str] = field(default_factory=dict)  # name -> entry type
    rules: Mapping[str, str] = field(default_factory=dict)  # uuid -> name, of rules and building blocks
    complete: bool = True

    @cached_property
    def digest(self) -> str:
        """Of the tables that compiling reads: when it changes, everything is compiled anew."""
        return digest(
            [
                sorted(self.log_source_types.items()),
                [(t.id, t.name, t.property, t.custom) for t in self.offense_types],
                sorted(self.low_level_categories.items()),
            ],
        )
