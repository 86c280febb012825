"""What a check sees: every declared resource of every stack, as one console would get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.model.address import Address
    from dac.model.names import Names
    from dac.model.resource import Reference
    from dac.resources.kind import Fact


@dataclass(frozen=True, slots=True)
class Item:
    """One declared resource.

    table: after overrides and variables; it may be one that its kind refuses. references: what it reads, compiled
    or recorded; empty when it could not be compiled. previous: addresses it had before, newest first.
    """

    address: Address
    table: Mapping[str, Any]
    fact: Fact
    references: tuple[Reference, ...] = ()
    previous: tuple[Address, ...] = ()


@dataclass(frozen=True)
class ProjectView:
    """All items by address, the console's names (or those dac ships), and what stacks want forgotten, with why."""

    items: Mapping[Address, Item]
    names: Names
    removed: Mapping[Address, str] = field(default_factory=dict)

    def find(self, text: str, stack: str) -> Item | None:
        """Return what `kind.name` means in `stack`, or `stack/kind.name` anywhere; None when nothing is declared so."""
        return self._by_text.get(text if "/" in text else f"{stack}/{text}")

    def of_kind(self, *kinds: str) -> Iterator[Item]:
        return (item for item in self.items.values() if item.address.kind in kinds)

    @cached_property
    def by_uuid(self) -> Mapping[str, Item]:
        return {item.fact.uuid: item for item in self.items.values()}

    @cached_property
    def _by_text(self) -> Mapping[str, Item]:
        return {str(address): item for address, item in self.items.items()}


def rows(table: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield index and table of an array of tables, leaving out what has another shape: its kind reports that."""
    found = table.get(key)
    for index, row in enumerate(found if isinstance(found, list) else ()):
        if isinstance(row, dict):
            yield index, row
