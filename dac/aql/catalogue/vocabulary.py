"""What queries and rules can name on one console: the one whose lists were saved, or any of which nothing is known."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from dac.aql import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.catalogue import BuiltinField, Function, Keywords, LogSourceType, OffenseIndex

_NO_FIELDS: Mapping[str, BuiltinField] = MappingProxyType({})


class Vocabulary:
    """The tables that dac ships; `ConsoleVocabulary` answers the same questions from a console's own lists.

    `console` is the name of that console, and '' here. `categories` are low level ones by id, `offense_types` what
    an offense can be indexed by; None where nobody has looked.
    """

    console: str = ""
    categories: Mapping[int, str] | None = None
    offense_types: tuple[OffenseIndex, ...] | None = None

    @property
    def properties(self) -> Mapping[str, str]:
        """Custom properties that are on the console and that the project did not make, by lower-case name."""
        return MappingProxyType({})

    @property
    def reference_sets(self) -> Mapping[str, str] | None:
        """Entry types of the sets that are on the console and that the project did not make; None: not known."""
        return None

    @property
    def functions(self) -> Mapping[str, Function]:
        """By upper-case name."""
        return catalogue.functions()

    @cached_property
    def databases(self) -> Mapping[str, Mapping[str, BuiltinField]]:
        """The built-in fields of each database by lower-case name."""
        return MappingProxyType({name: catalogue.fields(name) for name in ("events", "flows")})

    @property
    def keywords(self) -> Keywords:
        return catalogue.keywords()

    @property
    def log_source_types(self) -> tuple[LogSourceType, ...]:
        """By ascending id."""
        return catalogue.log_source_types()

    @property
    def log_source_type_ids(self) -> Mapping[str, int]:
        """By every name that leads to a type, in lower case."""
        return catalogue.log_source_type_ids()

    def fields(self, database: str) -> Mapping[str, BuiltinField]:
        """The built-in fields of one database; none for a database that is not known."""
        return self.databases.get(database.lower(), _NO_FIELDS)

    def own_name(self, number: int) -> str | None:
        """What this very console calls a log source type; None where nobody has looked, or there is no such type."""
        del number
        return None

    def has_no(self, what: str) -> str:
        """`there is no ..`, or `console prod has no ..` where its own list says so."""
        return f"console {self.console} has no {what}" if self.console else f"there is no {what}"


SHIPPED = Vocabulary()
