"""Filter expressions for list calls, quoted so that no name can change their meaning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST = 6_000
"""Characters of one expression as they stand in the URL: proxies and Tomcat allow a request line of 8 kB."""


_AND = " and "
_ANY_LITERAL = r'(?:"(?:[^"\\]|\\.)*"|-?[0-9]+)'
_LITERAL = re.compile(_ANY_LITERAL, re.DOTALL)
_TERM = re.compile(
    rf"(?P<field>[a-z_]+) (?:= (?P<one>{_ANY_LITERAL})|in \((?P<many>{_ANY_LITERAL}(?:,{_ANY_LITERAL})*)\))", re.DOTALL
)


def quoted(value: str | int) -> str:
    r"""Return a literal for a filter: numbers bare, strings in double quotes with `\\` and `"` escaped."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def equals(field: str, value: str | int) -> str:
    """Return `field = literal`."""
    return f"{field} = {quoted(value)}"


def in_filter(field: str, values: Iterable[str | int], *, longest: int = _LONGEST) -> Iterator[str]:
    """Yield `field in (...)` for all values, in as many expressions as keep each one short. None for no values."""
    batch: list[str] = []
    length = 0
    for value in values:
        literal = quoted(value)
        width = len(quote_plus(literal)) + len("%2C")
        if batch and length + width > longest:
            yield _in(field, batch)
            batch, length = [], 0
        batch.append(literal)
        length += width
    if batch:
        yield _in(field, batch)


def terms(expression: str) -> list[tuple[str, frozenset[str | int]]]:
    """Read what `equals` and `in_filter` write, and several of these joined by `and`: fields and their values.

    ValueError for any other expression.
    """
    found: list[tuple[str, frozenset[str | int]]] = []
    at = 0
    while match := _TERM.match(expression, at):
        literals = _LITERAL.findall(match["one"] or match["many"])
        found.append((match["field"], frozenset(map(_value, literals))))
        if match.end() == len(expression):
            return found
        at = match.end()
        if not expression.startswith(_AND, at):
            break
        at += len(_AND)
    raise ValueError(f"not a filter that dac writes: {expression}")


def _value(literal: str) -> str | int:
    return re.sub(r"\\(.)", r"\1", literal[1:-1], flags=re.DOTALL) if literal.startswith('"') else int(literal)


def _in(field: str, literals: list[str]) -> str:
    return f"{field} in ({','.join(literals)})"
