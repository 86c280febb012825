"""What a check sees: every declared resource of every stack, as one console would get it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dac.aql.catalogue.vocabulary import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.model.address import Address
    from dac.model.diagnostic import KeyPath, Severity
    from dac.model.resource import Reference
    from dac.resources.kind import Fact
    from dac.resources.names import Names


@dataclass(frozen=True, slots=True)
class Item:
    """One declared resource.

    table: after overrides and variables; it may be one that its kind refuses. references: what it reads, compiled
    or recorded; empty when it could not be compiled. previous: addresses it had before, newest first. anew: False for
    what has not changed since it was checked and applied.
    """

    address: Address
    table: Mapping[str, Any]
    fact: Fact
    references: tuple[Reference, ...] = ()
    previous: tuple[Address, ...] = ()
    anew: bool = True


@dataclass(frozen=True, slots=True)
class LintPolicy:
    """What a project makes of the linter: severities by code (None: off), and how long a window may be, in hours."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    longest_hours: int = 24


@dataclass(frozen=True)
class ProjectView:
    """All items by address, the console's names (or those dac ships), and what stacks want forgotten, with why.

    `vocabulary` is what AQL can name there: as the console's catalogue says, or as dac ships it.
    """

    items: Mapping[Address, Item]
    names: Names
    removed: Mapping[Address, str] = field(default_factory=dict)
    lint: LintPolicy = LintPolicy()
    vocabulary: Vocabulary = SHIPPED

    def find(self, text: str, stack: str) -> Item | None:
        """Return what `kind.name` means in `stack`, or `stack/kind.name` anywhere; None when nothing is declared so."""
        return self._by_text.get(text if "/" in text else f"{stack}/{text}")

    def of_kind(self, *kinds: str) -> Iterator[Item]:
        return (item for item in self.items.values() if item.address.kind in kinds)

    @cached_property
    def by_uuid(self) -> Mapping[str, Item]:
        return {item.fact.uuid: item for item in self.items.values()}

    @cached_property
    def properties(self) -> Mapping[str, Item]:
        """The declared custom properties by the name they have on the console."""
        return {item.fact.name: item for item in self.of_kind("custom_property")}

    @cached_property
    def _by_text(self) -> Mapping[str, Item]:
        return {str(address): item for address, item in self.items.items()}


def rows(table: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield index and table of an array of tables, leaving out what has another shape: its kind reports that."""
    found = table.get(key)
    for index, row in enumerate(found if isinstance(found, list) else ()):
        if isinstance(row, dict):
            yield index, row


def texts(table: object, key: str, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the texts of a list in a table, each with its place below `path`."""
    values = table.get(key) if isinstance(table, dict) else None
    for at, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, str):
            yield (*path, key, at), value


def place_of(table: Mapping[str, Any], name: str) -> tuple[KeyPath, int]:
    """Return key path and line of the first text that holds the name; the table itself when none does."""
    for path, text in _texts(table, ()):
        at = text.find(name)
        if at >= 0 and path[0] not in ("name", "notes", "false_positive"):
            return path, text.count("\n", 0, at)
    return (), 0


def _texts(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
