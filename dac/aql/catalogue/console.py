"""A console's own lists, and what they mean to a reader of AQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from dac.aql import catalogue
from dac.aql.catalogue import BuiltinField, Function, Keywords, LogSourceType
from dac.aql.catalogue.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.catalogue import OffenseIndex

SOURCE = "console"
"""What `Function.source` is for a number of arguments that a console states."""

_KINDS = {
    "string": ("string", "str", "text", "varchar"),
    "integer": ("byte", "short", "integer", "int", "unsignedbyte", "unsignedshort"),
    "long": ("long", "unsignedint", "unsignedlong", "biginteger", "unsignedinthex"),
    "number": ("number", "numeric", "double", "float"),
    "host": ("host", "hostv4v6", "hostv6", "ip"),
    "port": ("port",),
    "mac": ("macaddress", "mac"),
    "boolean": ("boolean", "bool"),
    "bytes": ("bytearray", "bytes", "byte[]", "binary"),
    "list": ("struct", "list", "array", "set"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_TOLD_APART = {"integer": "number", "long": "number", "time": "number", "port": "number", "mac": "string"}


def kind_of_type(written: str) -> str:
    """The kind behind a console's word for a type, such as `ByteArray`; `any` for a word nobody knows."""
    return _KIND_OF.get(written.strip().lower(), "any")


def broad_kind(kind: str) -> str:
    """`kind` as coarse as consoles tell types apart: numbers are numbers."""
    return _TOLD_APART.get(kind, kind)


@dataclass(frozen=True, slots=True)
class ListedFunction:
    """A row of GET /ariel/functions. `arguments` and `result` are the console's words for types.

    `required` arguments must be given; the last one may be `repeated`.
    """

    name: str
    required: int
    arguments: tuple[str, ...]
    repeated: bool
    result: str

    def merged(self, other: ListedFunction) -> ListedFunction:
        """One row for a name that stands twice, with other arguments: whatever fits either row fits it."""
        arguments = max(self.arguments, other.arguments, key=len)
        result = self.result if self.result == other.result else ""
        return replace(
            self,
            required=min(self.required, other.required),
            arguments=arguments,
            repeated=self.repeated or other.repeated,
            result=result,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class ConsoleVocabulary(Vocabulary):
    """The lists of console `console`, read from it over API `api_version`.

    columns: of each database, the type of every field, custom properties left out. property_types: of custom
    properties that the project did not make, by their own spelling. types: log source types by id. set_types: entry
    types of reference sets that the project did not make, by name; None where nobody has looked. offense_types: those
    of the project's own properties left out.
    """

    console: str
    api_version: str
    listed: tuple[ListedFunction, ...]
    words: frozenset[str]
    words_in_where: frozenset[str]
    columns: Mapping[str, Mapping[str, str]]
    property_types: Mapping[str, str]
    types: Mapping[int, str]
    set_types: Mapping[str, str] | None = None
    categories: Mapping[int, str] | None = None
    offense_types: tuple[OffenseIndex, ...] | None = None

    @cached_property
    def properties(self) -> Mapping[str, str]:
        return MappingProxyType({name.lower(): name for name in self.property_types})

    @property
    def reference_sets(self) -> Mapping[str, str] | None:
        return self.set_types

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The console's, and whatever belongs to the grammar rather than to its list: aggregates and the like."""
        shipped = catalogue.functions()
        rows: dict[str, ListedFunction] = {}
        for row in self.listed:
            key = row.name.upper()
            rows[key] = row.merged(rows[key]) if key in rows else row
        grammar = {name: known for name, known in shipped.items() if known.aggregate or known.place}
        return MappingProxyType(grammar | {key: _function(row, shipped.get(key)) for key, row in rows.items()})

    @cached_property
    def databases(self) -> Mapping[str, Mapping[str, BuiltinField]]:
        """Types that dac ships are finer than the console's: a time in milliseconds is a Long there."""
        return MappingProxyType({name.lower(): _fields(name, columns) for name, columns in self.columns.items()})

    @property
    def keywords(self) -> Keywords:
        return Keywords(self.words, self.words_in_where)

    @cached_property
    def log_source_types(self) -> tuple[LogSourceType, ...]:
        internal = {kind.id: kind.type for kind in catalogue.log_source_types()}
        return tuple(
            LogSourceType(number, internal.get(number, ""), self.types[number]) for number in sorted(self.types)
        )

    @cached_property
    def log_source_type_ids(self) -> Mapping[str, int]:
        """By the console's own names, and by the other names that dac knows of the same types."""
        own = {name.lower(): number for number, name in self.types.items()}
        others = {other.lower(): number for number, name in self.types.items() for other in catalogue.alias_group(name)}
        return MappingProxyType(others | own)

    def own_name(self, number: int) -> str | None:
        return self.types.get(number)


def _function(row: ListedFunction, shipped: Function | None) -> Function:
    """The console's number of arguments, and what dac knows about their meaning."""
    most = None if row.repeated else max(len(row.arguments), row.required)
    if shipped is not None:
        return replace(shipped, least=row.required, most=most, source=SOURCE)
    kinds = tuple(map(broad_kind, map(kind_of_type, row.arguments)))
    result = broad_kind(kind_of_type(row.result))
    return Function(row.name.upper(), row.required, most, kinds, result, source=SOURCE)


def _fields(database: str, columns: Mapping[str, str]) -> Mapping[str, BuiltinField]:
    shipped = catalogue.fields(database)
    return MappingProxyType({name.lower(): _field(name.lower(), columns[name], shipped) for name in columns})


def _field(name: str, written: str, shipped: Mapping[str, BuiltinField]) -> BuiltinField:
    kind, known = kind_of_type(written), shipped.get(name)
    if known is None:
        return BuiltinField(name, kind)
    return known if broad_kind(kind) in ("any", broad_kind(known.type)) else replace(known, type=kind)
