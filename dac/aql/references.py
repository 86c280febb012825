"""What a query or condition needs from a console: properties, reference data, log source types, rules, QIDs."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from dac.aql.catalogue.vocabulary import SHIPPED
from dac.aql.cursor import MOST_DIGITS
from dac.aql.nodes import (
    Call,
    Comparison,
    Database,
    Expression,
    Field,
    GlobalView,
    In,
    Node,
    Number,
    Query,
    SelectItem,
    String,
)
from dac.aql.walking import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.aql.position import Position

_BY_FIRST_ARGUMENT = {
    "REFERENCESETCONTAINS": "reference_sets",
    "REFERENCEMAP": "reference_maps",
    "REFERENCEMAPSETCONTAINS": "reference_maps",
    "REFERENCETABLE": "reference_tables",
}
_BY_COMPARED_CALL = {"LOGSOURCETYPENAME": "log_source_type_names", "RULENAME": "rule_names"}
_BY_COMPARED_FIELD = {"devicetype": "log_source_type_ids", "qid": "qids"}
_NAMING = (GlobalView, Call, Comparison, In)


@dataclass(frozen=True, slots=True)
class References:
    """Names are spelled as where they first stand.

    `properties` maps each custom property to that place; `positions` holds the place of every other entry,
    by (attribute, name). Functions are in upper case. Names compared with LIKE or MATCHES are not references:
    they say no name.
    """

    properties: Mapping[str, Position]
    reference_sets: frozenset[str]
    reference_maps: frozenset[str]
    reference_tables: frozenset[str]
    log_source_type_names: frozenset[str]
    log_source_type_ids: frozenset[int]
    qids: frozenset[int]
    rule_names: frozenset[str]
    functions: frozenset[str]
    saved_searches: frozenset[str]
    database: str
    positions: Mapping[tuple[str, str | int], Position] = field(compare=False, repr=False)


def references(
    node: Query | Expression,
    *,
    aliases: Iterable[str] = (),
    database: str = "",
    vocabulary: Vocabulary = SHIPPED,
) -> References:
    """Everything `node` refers to; what `vocabulary` has no field for is a custom property.

    `aliases` are names that a bare condition may use and that are no properties; a query brings its own.
    `database` says where a bare condition is asked ("events" unless given).
    """
    database = database or database_of(node)
    known = frozenset(alias.lower() for alias in aliases)
    properties: dict[str, tuple[str, Position]] = {}
    for column, builtin_in in _columns(node, known, database):
        if column.key not in vocabulary.fields(builtin_in):
            properties.setdefault(column.key, (column.name, column.at))
    positions: dict[tuple[str, str | int], Position] = {}
    for part in walk(node):
        if isinstance(part, _NAMING):
            for kind, name in _named(part):
                positions.setdefault((kind, name), part.at)

    def names(kind: str) -> frozenset[str]:
        return frozenset(str(name) for found, name in positions if found == kind)

    def numbers(kind: str) -> frozenset[int]:
        return frozenset(int(name) for found, name in positions if found == kind)

    return References(
        properties=MappingProxyType(dict(properties.values())),
        reference_sets=names("reference_sets"),
        reference_maps=names("reference_maps"),
        reference_tables=names("reference_tables"),
        log_source_type_names=names("log_source_type_names"),
        log_source_type_ids=numbers("log_source_type_ids"),
        qids=numbers("qids"),
        rule_names=names("rule_names"),
        functions=names("functions"),
        saved_searches=names("saved_searches"),
        database=database,
        positions=MappingProxyType(positions),
    )


def database_of(node: Query | Expression) -> str:
    while isinstance(node, Query):
        if isinstance(node.source, Database):
            return node.source.key
        if isinstance(node.source, GlobalView):
            break
        node = node.source
    return "events"


def _columns(node: Node, aliases: frozenset[str], database: str) -> Iterator[tuple[Field, str]]:
    """The fields below `node` that are no aliases, with the database they are read from."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Query):
            yield from _columns_of_query(part, aliases)
        elif isinstance(part, Field):
            if part.key not in aliases:
                yield part, database
        else:
            waiting += reversed(children(part))


def _columns_of_query(query: Query, outer: frozenset[str]) -> Iterator[tuple[Field, str]]:
    database = database_of(query)
    inner = (
        frozenset(item.alias.key for item in query.source.items if item.alias)
        if isinstance(query.source, Query)
        else frozenset()
    )
    own = frozenset(item.alias.key for item in query.items if item.alias)
    visible = outer | inner | own | ({"sessionid"} if query.session else frozenset())
    for item in query.items:
        # In `"AppName" AS AppName` the field is the property, not the alias it gets.
        hidden = visible - {item.alias.key} if item.alias else visible
        yield from _columns(item.expression, hidden | inner, database)
    for part in children(query):
        if isinstance(part, Query):
            yield from _columns_of_query(part, frozenset())
        elif not isinstance(part, SelectItem):
            yield from _columns(part, visible, database)


def _named(node: Node) -> Iterator[tuple[str, str | int]]:
    """What one node alone refers to."""
    match node:
        case GlobalView():
            yield "saved_searches", node.search
        case Call():
            yield "functions", node.key
            kind = _BY_FIRST_ARGUMENT.get(node.key)
            if kind and node.arguments and isinstance(node.arguments[0], String):
                yield kind, node.arguments[0].value
        case Comparison(operator="=" | "!="):
            yield from _compared(node.left, (node.right,))
            yield from _compared(node.right, (node.left,))
        case In():
            yield from _compared(node.operand, node.choices)


def _compared(operand: Expression, values: Iterable[Expression]) -> Iterator[tuple[str, str | int]]:
    if isinstance(operand, Call) and operand.key in _BY_COMPARED_CALL:
        for value in values:
            if isinstance(value, String):
                yield _BY_COMPARED_CALL[operand.key], value.value
    elif isinstance(operand, Field) and operand.key in _BY_COMPARED_FIELD:
        for value in values:
            text = value.text if isinstance(value, Number) else value.value if isinstance(value, String) else ""
            if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
                yield _BY_COMPARED_FIELD[operand.key], int(text)
