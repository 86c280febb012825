"""What a console has before anybody adds to it: functions, fields, log source types.

The tables ship with dac and may lag behind a console, which answers GET /ariel/functions and
GET /ariel/databases/{name} for itself. Each table is read once, when first asked for.
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
    anywhere, else the clause it belongs to (TIMES, PARAMETERS, FROM).
    """

    name: str
    least: int
    most: int | None
    arguments: tuple[str, ...]
    result: str
    aggregate: bool = False
    place: str = ""


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


@cache
def functions() -> Mapping[str, Function]:
    """The functions of AQL, by upper-case name."""
    rows = (Function(**(row | {"arguments": tuple(row["arguments"])})) for row in _table("functions"))
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
            for kind, names in table.get(database.lower(), {}).items()
            for name in names
        }
    )


def is_builtin_field(name: str, database: str = "events") -> bool:
    """Whether `name`, in any case, is a field every console has; all others are custom properties or aliases."""
    return name.lower() in fields(database)


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
def _alias_groups() -> Mapping[str, tuple[str, ...]]:
    groups = [(row["name"], *row["also"]) for row in _table("log_source_types") if row.get("also")]
    return MappingProxyType({name.lower(): group for group in groups for name in group})


@cache
def _table(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
