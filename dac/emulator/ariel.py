"""What the emulator asks of `dac.aql`: is this filter AQL, what does it read, what does Ariel know.

Imported where used: a console that is never asked about AQL never loads the parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Iterable


AQL_INVALID = 2000
UNKNOWN_FUNCTION = 28519


class FilterRefused(Exception):
    """The engine would not take this filter."""


@dataclass(frozen=True, slots=True)
class FilterReads:
    """Names in an AQL filter: custom properties as columns, reference sets in REFERENCESETCONTAINS."""

    properties: frozenset[str]
    reference_sets: frozenset[str]


@lru_cache(maxsize=4096)  # an install asks twice about every filter: may it come in, and what does it lean on
def read_filter(text: str, database: str) -> FilterReads:
    """Raises FilterRefused for what is not AQL, no filter, or calls what Ariel has not."""
    from dac.aql.parsing import parse_condition  # see above
    from dac.aql.references import references  # see above

    try:
        condition = parse_condition(text)
    except AqlError as error:
        raise _refused(error) from None
    found = references(condition, database=database)
    for name in sorted(found.functions):
        _require_function(name)
    return FilterReads(frozenset(found.properties), frozenset(found.reference_sets))


@lru_cache(maxsize=4096)
def read_value(text: str) -> FilterReads:
    """What an AQL expression of a property names. Raises FilterRefused for what is no value of one event."""
    from dac.aql.parsing import parse_value  # see above
    from dac.aql.references import references  # see above

    try:
        found = references(parse_value(text))
    except AqlError as error:
        raise _refused(error) from None
    for name in sorted(found.functions):
        _require_function(name)
    return FilterReads(frozenset(found.properties), frozenset(found.reference_sets))


def is_field(name: str) -> bool:
    """Whether every console has a column of that name among its events."""
    from dac.aql.catalogue import is_builtin_field  # see above

    return is_builtin_field(name)


def _require_function(name: str) -> None:
    """Custom functions would have to be installed first, and this console installs none."""
    from dac.aql.catalogue import functions  # see above

    function = functions().get(name)
    if function is None:
        raise FilterRefused(f"there is no function {name}")
    if function.aggregate or function.place:
        raise FilterRefused(f"{name} has no place in a filter")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a query, and where; both count from 1. `code` is Ariel's own."""

    message: str
    line: int
    column: int
    code: int = AQL_INVALID

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})"


@dataclass(frozen=True, slots=True)
class Columns:
    """The database that a query asks, and name and kind of every column of its result."""

    database: str
    columns: tuple[tuple[str, str], ...]


def query_faults(text: str, properties: Iterable[str]) -> list[Fault]:
    """What the validator has to say about a whole SELECT on a console with these properties; [] when it would run."""
    from dac.aql.checking import check  # see above
    from dac.aql.parsing import parse  # see above
    from dac.aql.references import references  # see above

    try:
        query = parse(text)
    except AqlError as error:
        return [_fault(error)]
    faults = [_fault(error) for error in check(query)]
    found = references(query)
    known = {name.lower() for name in properties}
    missing = [(name, at) for name, at in found.properties.items() if name.lower() not in known]
    return faults + [
        Fault(f'Field "{name}" does not exist in catalog "{found.database}"', at.line, at.column)
        for name, at in missing
    ]


def query_columns(text: str) -> Columns:
    """The columns of a query without faults. A name without alias is the expression as AQL writes it."""
    from dac.aql.nodes import Database, Query, Star  # see above
    from dac.aql.parsing import parse  # see above
    from dac.aql.printing import to_aql  # see above

    query = inner = parse(text)
    while isinstance(inner.source, Query):
        inner = inner.source
    database = inner.source.key if isinstance(inner.source, Database) else "events"
    found: list[tuple[str, str]] = []
    for item in query.items:
        if isinstance(item.expression, Star):
            found += fields(database)
        else:
            name = item.alias.name if item.alias else to_aql(item.expression)
            found.append((name.strip('"'), _kind(item.expression, database)))
    return Columns(database, tuple(found))


def _kind(expression: object, database: str) -> str:
    from dac.aql.catalogue import fields as catalogue  # see above
    from dac.aql.catalogue import functions as known  # see above
    from dac.aql.nodes import Arithmetic, Call, Field, Number  # see above

    if isinstance(expression, Field):
        field = catalogue(database).get(expression.key)
        return field.type if field else "string"
    if isinstance(expression, Call):
        function = known().get(expression.key)
        return {"number": "numeric"}.get(function.result, function.result) if function else "string"
    return "numeric" if isinstance(expression, Number | Arithmetic) else "string"


def _fault(error: AqlError) -> Fault:
    code = UNKNOWN_FUNCTION if error.code == "AQL005" else AQL_INVALID
    return Fault(str(error), error.line, error.column, code)


def query_reads(text: str) -> FilterReads:
    """What a whole SELECT names; nothing at all when it cannot be read."""
    from dac.aql.parsing import parse  # see above
    from dac.aql.references import references  # see above

    try:
        found = references(parse(text))
    except AqlError:
        return FilterReads(frozenset(), frozenset())
    return FilterReads(frozenset(found.properties), frozenset(found.reference_sets))


def _refused(error: AqlError) -> FilterRefused:
    return FilterRefused(f"{error} (line {error.line}, column {error.column})")


def log_source_types() -> list[tuple[int, str]]:
    """Id and name of every log source type; those without a display name go by their internal word."""
    from dac.aql.catalogue import log_source_types as catalogue  # see above

    return [(entry.id, entry.name or entry.type) for entry in catalogue()]


def fields(database: str) -> list[tuple[str, str]]:
    """Name and kind of the columns that every console has."""
    from dac.aql.catalogue import fields as catalogue  # see above

    return [(entry.name, entry.type) for entry in catalogue(database).values()]


def functions() -> list[tuple[str, int, bool, tuple[str, ...], str]]:
    """Name, least arguments, whether the last one may be repeated, a kind for each argument, kind of the result."""
    from dac.aql.catalogue import functions as catalogue  # see above

    return [(f.name, f.least, f.most is None, _each(f.arguments, f.most), f.result) for f in catalogue().values()]


def _each(kinds: tuple[str, ...], most: int | None) -> tuple[str, ...]:
    return kinds if most is None else (*kinds, *kinds[-1:] * (most - len(kinds)))


def keywords() -> tuple[list[str], list[str]]:
    """Words that have a meaning of their own in AQL, and those of them that can stand in WHERE."""
    from dac.aql.catalogue import keywords as catalogue  # see above

    return sorted(catalogue().all), sorted(catalogue().in_where)
