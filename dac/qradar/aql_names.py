"""Whether an AQL text that somebody else wrote reads a thing by its name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dac.errors import AqlError

if TYPE_CHECKING:
    from dac.aql.nodes import Expression, Query
    from dac.aql.references import References


def query_reads(text: str, kind: str, name: str) -> bool:
    """Whether a SELECT reads the reference set or custom property of this name.

    In what dac cannot parse the quoted name decides: one warning too many costs less than a delete.
    """
    return _reads(_of_query(text), text, kind, name)


def condition_reads(text: str, kind: str, name: str) -> bool:
    """The same for a filter or a value: anything that is no whole query."""
    return _reads(_of_condition(text), text, kind, name)


def _reads(found: References | None, text: str, kind: str, name: str) -> bool:
    if found is None:
        quoted = {f"'{name}'".casefold(), f'"{name}"'.casefold()}
        return any(one in text.casefold() for one in quoted)
    if kind == "reference_set":
        return name in found.reference_sets
    return name.casefold() in {one.casefold() for one in found.properties}


@lru_cache(maxsize=4096)
def _of_query(text: str) -> References | None:
    from dac.aql.parsing import parse

    try:
        return _references(parse(text))
    except AqlError:
        return None


@lru_cache(maxsize=4096)
def _of_condition(text: str) -> References | None:
    from dac.aql.parsing import parse_condition, parse_value

    for read in (parse_condition, parse_value):
        try:
            return _references(read(text))
        except AqlError:
            continue
    return None


def _references(node: Query | Expression) -> References:
    from dac.aql.references import references

    return references(node)
