"""A console's look-up tables at one moment: the names behind its numbers."""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.deployed import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.calibration import TestForm

_STOCK_INDEXES = (
    "sourceip", "destinationip", "qid", "username", "sourcemac", "destinationmac", "logsourceid", "hostname",
    "sourceport", "destinationport", "sourcev6", "destinationv6", "sourceasn", "destinationasn", "rule",
    "applicationid", "sourceidentity", "destinationidentity", "searchresult",
)  # fmt: skip
"""AQL's names for the offense types every console has, by their ids from 0 on."""


@dataclass(frozen=True, slots=True)
class OffenseType:
    """A way to index an offense (GET /siem/offense_types). `property` is the console's field name, may be ''."""

    id: int
    name: str
    property: str = ""
    custom: bool = False

    @builtins.property
    def index(self) -> str:
        """What deployed forms call it: AQL's field name in lower case, or the custom property's own name."""
        if self.custom:
            return self.property or self.name
        if 0 <= self.id < len(_STOCK_INDEXES):
            return _STOCK_INDEXES[self.id]
        return (self.property or self.name).lower()


@dataclass(frozen=True, slots=True)
class PropertyFact:
    """A custom property that is on the console.

    identifier: what its expressions refer to it by. rule_engine: whether rules see it. expressions: the log source
    type (its usual name, '' for any) of each, and whether it is enabled; None when nobody has asked for them.
    """

    identifier: str
    rule_engine: bool = False
    expressions: tuple[tuple[str, bool], ...] | None = None


@dataclass(frozen=True)
class Names:
    """Names by id, for one console. Ids differ from console to console and never reach a stack or a state.

    `complete` is False for the table that dac ships for work without a console: what it does not hold may still
    exist on a real one. `aliases` leads from the lower-case names under which consoles know a log source type to
    the usual one; deployed forms hold that one, so that consoles which renamed a type compare equal. `catalogue`
    names the console whose saved catalogue the properties, the sets and the `catalogued` lists (by what their things
    are called) are from; '' when they are not.

    `tables` are look-ups that only some rules need, by what deployed forms call them (`log_sources`, `reference_sets`,
    `qids`, `custom_actions`); one that is not there was not asked for.

    `tests` is how the console writes the tests of a class, as far as a calibration has learnt it.

    The look-ups from a name return None when nothing matches, and raise DacError when two things do.
    """

    log_source_types: Mapping[int, str]
    offense_types: tuple[OffenseType, ...]
    low_level_categories: Mapping[int, str]
    properties: frozenset[str] = frozenset()
    reference_sets: Mapping[str, str] = field(default_factory=dict)  # name -> entry type
    rules: Mapping[str, str] = field(default_factory=dict)  # uuid -> name, of rules and building blocks
    complete: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    property_facts: Mapping[str, PropertyFact] = field(default_factory=dict)  # by name; of `properties`, when asked for
    catalogue: str = ""
    catalogued: frozenset[str] = frozenset()
    tables: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    tests: Mapping[str, tuple[TestForm, ...]] = field(default_factory=dict)

    def log_source_type_id(self, name: str) -> int | None:
        """Return the id behind a name: exact, or in another case, or by another name of the same type."""
        return _only(self._types.find(name) or self._of_group(name), "log source type", name)

    def log_source_type_name(self, number: int) -> str:
        """Return the usual name of a type; `id N` for one that this console does not list."""
        own = self.log_source_types.get(number)
        if own is None:
            return f"id {number}"
        head = self.aliases.get(own.lower(), own)
        return own if head != own and head in self._types.exact else head

    def log_source_type_spelling(self, name: str) -> str:
        """Return the usual name of the type that `name` means; `name` itself when nothing or two things match."""
        try:
            number = self.log_source_type_id(name)
        except DacError:
            return name
        return name if number is None else self.log_source_type_name(number)

    def offense_type_id(self, index: str) -> int | None:
        """Return the offense type for an index as deployed forms spell it; stock ones in any case."""
        exact = [row.id for row in self.offense_types if row.index == index]
        folded = [row.id for row in self.offense_types if not row.custom and row.index == index.lower()]
        return _only(exact or folded, "offense type", index)

    def offense_index(self, number: int) -> str:
        """Return what offenses of a type are indexed by; `id N` for one that this console does not list."""
        return next((row.index for row in self.offense_types if row.id == number), f"id {number}")

    def category_id(self, name: str) -> int | None:
        """Return the id of a low level category; exact first, then in any case."""
        return _only(self._categories.find(name), "low level category", name)

    def number_in(self, table: str, name: str) -> int | None:
        """Return the id behind an exact name in one of `tables`; None when it has none there, or several."""
        index = self._indexes.get(table)
        found = index.exact.get(name, []) if index else []
        return found[0] if len(found) == 1 else None

    @cached_property
    def _indexes(self) -> Mapping[str, _Index]:
        return {name: _Index(table) for name, table in self.tables.items()}

    @cached_property
    def _types(self) -> _Index:
        return _Index(self.log_source_types)

    @cached_property
    def _categories(self) -> _Index:
        return _Index(self.low_level_categories)

    def _of_group(self, name: str) -> list[int]:
        head = self.aliases.get(name.lower())
        if head is None:
            return []
        return [number for number, text in self.log_source_types.items() if self.aliases.get(text.lower()) == head]

    @cached_property
    def digest(self) -> str:
        """Of the tables that compiling reads: when it changes, everything is compiled anew."""
        tables = [
            sorted(self.log_source_types.items()),
            [(t.id, t.name, t.property, t.custom) for t in self.offense_types],
            sorted(self.low_level_categories.items()),
        ]
        forms = {
            name: [(form.rule_type, form.id, repr(form.parameters)) for form in forms]
            for name, forms in self.tests.items()
        }
        return digest([*tables, forms] if forms else tables)


class _Index:
    """Ids by name, and by lower-case name."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.exact: dict[str, list[int]] = {}
        self.folded: dict[str, list[int]] = {}
        for number, text in names.items():
            self.exact.setdefault(text, []).append(number)
            self.folded.setdefault(text.lower(), []).append(number)

    def find(self, name: str) -> list[int]:
        return self.exact.get(name) or self.folded.get(name.lower(), [])


def _only(numbers: list[int], what: str, name: str) -> int | None:
    if len(numbers) > 1:
        raise DacError(
            f"{len(numbers)} things on this console could be the {what} {name!r}",
            detail=f"Their ids are {', '.join(map(str, sorted(numbers)))}.",
            hint="Rename one of them on the console, or write the name exactly as the console shows it.",
        )
    return numbers[0] if numbers else None
