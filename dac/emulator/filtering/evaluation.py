"""A filter tree to a test of one object, checked against the fields the object has."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dac.emulator.filtering.tokens import FilterError, unescape
from dac.emulator.filtering.tree import (
    Between,
    Both,
    Compare,
    Contains,
    Either,
    IsNull,
    Like,
    Negated,
    Node,
    OneOf,
    Path,
    Value,
)
from dac.emulator.schema import Field

Predicate = Callable[[Any], bool]
Reader = Callable[[Any], Any]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def compile_filter(node: Node, fields: Sequence[Field]) -> Predicate:
    """The test. Raises FilterError for unknown fields and for values that do not fit a field's kind.

    A null field fails every positive comparison and passes every negative one (IBM: "Filter syntax").
    """
    scope = {field.name: field for field in fields}
    return _compile(node, scope)


def _compile(node: Node, scope: Mapping[str, Field]) -> Predicate:
    if isinstance(node, Both):
        parts = [_compile(part, scope) for part in node.parts]
        return lambda row: all(part(row) for part in parts)
    if isinstance(node, Either):
        parts = [_compile(part, scope) for part in node.parts]
        return lambda row: any(part(row) for part in parts)
    if isinstance(node, Negated):
        inner = _compile(node.part, scope)
        return lambda row: not inner(row)
    return _condition(node, scope)


def _condition(node: Compare | OneOf | Between | IsNull | Like | Contains, scope: Mapping[str, Field]) -> Predicate:
    field, read = _reader(node.path, scope)
    if isinstance(node, IsNull):
        return (lambda row: read(row) is not None) if node.negated else (lambda row: read(row) is None)
    if isinstance(node, Contains):
        return _contains(node, field, read)
    _require_plain(field)
    if isinstance(node, Like):
        return _like(node, field, read)
    if field.order is not None:
        read = _ordering(field.order, read)
    if isinstance(node, Compare):
        return _compare(node, field, read)
    if isinstance(node, OneOf):
        return _one_of(node, field, read)
    return _between(node, field, read)


def _ordering(order: Callable[[str], Any], read: Reader) -> Reader:
    return lambda row: None if (found := read(row)) is None else order(found)


def _compare(node: Compare, field: Field, read: Reader) -> Predicate:
    wanted = literal(node.value, field)
    if node.operator == "!=":
        return lambda row: (found := read(row)) is None or found != wanted
    if field.kind == "boolean" and node.operator != "=":
        raise FilterError(f"{field.name} is a boolean and has no order")
    test = _COMPARISONS[node.operator]
    return lambda row: (found := read(row)) is not None and test(found, wanted)


def _one_of(node: OneOf, field: Field, read: Reader) -> Predicate:
    wanted = frozenset(literal(value, field) for value in node.values)
    if node.negated:
        return lambda row: (found := read(row)) is None or found not in wanted
    return lambda row: (found := read(row)) is not None and found in wanted


def _between(node: Between, field: Field, read: Reader) -> Predicate:
    if field.kind == "boolean":
        raise FilterError(f"{field.name} is a boolean and has no order")
    low = literal(node.low, field)
    high = literal(node.high, field)
    if node.negated:
        return lambda row: (found := read(row)) is None or not low <= found <= high
    return lambda row: (found := read(row)) is not None and low <= found <= high


def _like(node: Like, field: Field, read: Reader) -> Predicate:
    if field.kind != "string":
        raise FilterError(f"like needs a string, {field.name} is a {field.kind}")
    pattern = like_pattern(node.pattern.text, ignore_case=node.ignore_case)
    return lambda row: (found := read(row)) is not None and pattern.fullmatch(found) is not None


def _contains(node: Contains, field: Field, read: Reader) -> Predicate:
    if field.kind != "array":
        raise FilterError(f"contains needs a list, {field.name} is a {field.kind}")
    element = element_field(field)
    if isinstance(node.element, Value):
        if element.kind == "object":
            raise FilterError(f"the elements of {field.name} are objects: contains needs a condition in brackets")
        wanted = literal(node.element, element)
        return lambda row: wanted in (read(row) or ())
    inner_scope = {inner.name: inner for inner in element.fields} or {".": element}
    test = _compile(node.element, inner_scope)
    return lambda row: any(test(item) for item in read(row) or ())


def element_field(field: Field) -> Field:
    """What one element of a list field is."""
    return Field(".", "object", fields=field.fields) if field.fields else Field(".", field.item)


def _reader(path: Path, scope: Mapping[str, Field]) -> tuple[Field, Reader]:
    name, *inner = path
    field = scope.get(name)
    if field is None:
        raise FilterError(f"there is no field {name!r}")
    if name == ".":
        return field, lambda row: row
    if not inner:
        return field, lambda row: row.get(name)
    if field.kind != "object":
        raise FilterError(f"{name} is not an object and has no fields")
    last, read = _reader(tuple(inner), {part.name: part for part in field.fields})
    return last, lambda row: None if (outer := row.get(name)) is None else read(outer)


def _require_plain(field: Field) -> None:
    if field.kind in ("object", "array"):
        raise FilterError(f"{field.name} is {field.kind}: it cannot be compared with a value")


def literal(value: Value, field: Field) -> Any:
    """What a literal means for a field; raises FilterError when it means nothing there."""
    if field.kind == "string":
        text = unescape(value.text) if value.quoted else value.text
        return text if field.order is None else _ordered(field, text)
    if field.kind == "number" and not value.quoted and _NUMBER.fullmatch(value.text):
        return float(value.text) if "." in value.text else int(value.text)
    if field.kind == "boolean" and not value.quoted and value.text.lower() in ("true", "false"):
        return value.text.lower() == "true"
    shown = f'"{value.text}"' if value.quoted else value.text
    raise FilterError(f"{field.name} is a {field.kind}, {shown} is not", misfit=True)


def _ordered(field: Field, text: str) -> Any:
    try:
        return field.order(text) if field.order else text
    except ValueError as error:
        raise FilterError(f"{field.name}: {error}", misfit=True) from None


def like_pattern(text: str, *, ignore_case: bool) -> re.Pattern[str]:
    """`%` is any text, `_` any character, a backslash takes the next character as it is."""
    parts: list[str] = []
    characters = iter(text)
    for character in characters:
        if character == "\\":
            parts.append(re.escape(next(characters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))
