"""What a console has before anybody adds to it: functions, fields, keywords, log source types, known values.

The tables ship with dac and may lag behind a console, which answers GET /ariel/functions,
GET /ariel/parser_keywords and GET /ariel/databases/{name} for itself. Each table is read once, when first asked
for. Where each of them comes from is in sources.json; `source` of a row is a key of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Function:
    """`arguments` and `result` are kinds: any, number, string, host, bytes, boolean, list.

    `most` is None where any number of arguments may follow. `place` is empty for a function that may stand
    anywhere, else the clause it belongs to (TIMES, PARAMETERS, FROM). `meant_for` names the fields that the first
    argument is meant to be, where there are such.
    """

    name: str
    least: int
    most: int | None
    arguments: tuple[str, ...]
    result: str
    aggregate: bool = False
    place: str = ""
    meant_for: tuple[str, ...] = ()
    source: str = ""

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        if self.most is None:
            return f"{self.least} or more arguments"
        if self.least == self.most:
            return {0: "no argument", 1: "1 argument"}.get(self.least, f"{self.least} arguments")
        return f"{self.least} to {self.most} arguments"


@dataclass(frozen=True, slots=True)
class BuiltinField:
    """`type` is host, port, mac, time (milliseconds), integer, long, string, boolean, list or bytes.

    `not_in_rules` says why a rule test cannot use the field; it is empty for nearly all.
    """

    name: str
    type: str
    not_in_rules: str = ""


@dataclass(frozen=True, slots=True)
class LogSourceType:
    """`id` is the devicetype, `type` the internal name, `name` what LOGSOURCETYPENAME shows where known."""

    id: int
    type: str
    name: str | None


@dataclass(frozen=True, slots=True)
class OffenseIndex:
    """What a console can index offenses by: a field, or a custom property that rules see. `property` may be ''."""

    id: int
    name: str
    property: str = ""
    custom: bool = False


@dataclass(frozen=True, slots=True)
class NoField:
    """A name that people take for a built-in field; `certain` where a plain console is known to refuse it."""

    name: str
    instead: str
    certain: bool


@dataclass(frozen=True, slots=True)
class KnownValues:
    """What a field or property can hold: listed `values`, a `range` of numbers, or a `shape` of so many capitals.

    `log_source_types` holds the ids of the types whose events alone carry the property; empty where any may.
    """

    name: str
    source: str
    values: tuple[str, ...] = ()
    range: tuple[int, int] | None = None
    shape: str = ""
    length: int = 0
    log_source_types: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Keywords:
    """The words of the grammar, and those of them that can stand in WHERE; upper case."""

    all: frozenset[str]
    in_where: frozenset[str]


@cache
def functions() -> Mapping[str, Function]:
    """The functions of AQL, by upper-case name."""
    rows = (Function(**(row | _tuples(row, "arguments", "meant_for"))) for row in _table("functions"))
    return MappingProxyType({function.name: function for function in rows})


@cache
def other_names() -> Mapping[str, str]:
    """Functions that people take for AQL, by upper-case name, with what AQL has instead."""
    return MappingProxyType(_table("other_names"))


@cache
def fields(database: str = "events") -> Mapping[str, BuiltinField]:
    """The built-in fields of a database, by lower-case name; none for a database that is not known."""
    table = _table("fields")
    reasons: dict[str, str] = table["not_in_rules"]
    return MappingProxyType(
        {
            name: BuiltinField(name, kind, reasons.get(name, ""))
            for kind, names in table["databases"].get(database.lower(), {}).items()
            for name in names
        }
    )


def is_builtin_field(name: str, database: str = "events") -> bool:
    """Whether `name`, in any case, is a field every console has; all others are custom properties or aliases."""
    return name.lower() in fields(database)


@cache
def no_fields() -> Mapping[str, NoField]:
    """Names that are no fields, by lower-case name. A custom property can have such a name all the same."""
    table = _table("not_fields")
    return MappingProxyType(
        {
            name: NoField(name, instead, certain=certainty == "certain")
            for certainty in ("certain", "probable")
            for name, instead in table[certainty].items()
        }
    )


@cache
def known_values() -> Mapping[str, KnownValues]:
    """Fields and well-known custom properties whose values are a closed list, by lower-case name."""
    rows = (
        KnownValues(**(row | _tuples(row, "values", "range", "log_source_types"))) for row in _table("enumerations")
    )
    return MappingProxyType({row.name.lower(): row for row in rows})


@cache
def keywords() -> Keywords:
    table = _table("keywords")
    return Keywords(frozenset(table["keywords"]), frozenset(table["where_clause_keywords"]))


@cache
def sources() -> Mapping[str, str]:
    """Where the tables and their rows come from, by the key that a row carries as `source`."""
    return MappingProxyType(_table("sources"))


@cache
def log_source_types() -> tuple[LogSourceType, ...]:
    """The log source types QRadar ships, by ascending id. Custom types begin at 4000 and are not here."""
    return tuple(LogSourceType(row["id"], row["type"], row["name"]) for row in _table("log_source_types"))


def alias_group(name: str) -> tuple[str, ...]:
    """All names under which consoles know the log source type `name`, the usual one first.

    The look-up tolerates case; a name that is in no group comes back alone.
    """
    return _alias_groups().get(name.lower(), (name,))


@cache
def log_source_type_ids() -> Mapping[str, int]:
    """Ids of the shipped log source types by lower-case name, other names and internal names among them."""
    ids = {kind.type.lower(): kind.id for kind in log_source_types()}
    named = ((kind.name, kind.id) for kind in log_source_types() if kind.name)
    ids |= {other.lower(): number for name, number in named for other in alias_group(name)}
    return MappingProxyType(ids)


@cache
def _alias_groups() -> Mapping[str, tuple[str, ...]]:
    groups = [(row["name"], *row["also"]) for row in _table("log_source_types") if row.get("also")]
    return MappingProxyType({name.lower(): group for group in groups for name in group})


def _tuples(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: tuple(row[name]) for name in names if name in row}


@cache
def _table(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
