"""The look-up tables that dac ships, for work without a console."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from dac.aql import catalogue
from dac.resources.lookups import CATEGORY, LOG_SOURCE_TYPE, OFFENSE_INDEX
from dac.resources.names import Names, OffenseType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.aql.catalogue.vocabulary import Vocabulary


@cache
def shipped_names() -> Names:
    """Return what every console has out of the box. Not `complete`: a real one knows more, and newer names."""
    stock = json.loads(files(__package__).joinpath("stock_names.json").read_text(encoding="utf-8"))
    return Names(
        log_source_types={row.id: row.name for row in catalogue.log_source_types() if row.name},
        offense_types=tuple(OffenseType(row["id"], row["name"], row["property"]) for row in stock["offense_types"]),
        low_level_categories={int(number): name for number, name in stock["low_level_categories"].items()},
        complete=False,
        aliases=shipped_aliases(),
    )


def catalogued_names(vocabulary: Vocabulary) -> Names:
    """Return the same, as far as a console's catalogue has the lists: one of an earlier dac has not all."""
    shipped = shipped_names()
    if not vocabulary.console:
        return shipped
    categories, indexes = vocabulary.categories, vocabulary.offense_types
    types = None if indexes is None else tuple(OffenseType(t.id, t.name, t.property, t.custom) for t in indexes)
    has = {LOG_SOURCE_TYPE.what: True, CATEGORY.what: categories is not None, OFFENSE_INDEX.what: types is not None}
    return replace(
        shipped,
        log_source_types={row.id: row.name for row in vocabulary.log_source_types if row.name},
        low_level_categories=shipped.low_level_categories if categories is None else categories,
        offense_types=shipped.offense_types if types is None else types,
        properties=frozenset(vocabulary.properties.values()),
        reference_sets=vocabulary.reference_sets or {},
        catalogue=vocabulary.console,
        catalogued=frozenset(what for what, is_there in has.items() if is_there),
    )


@cache
def shipped_aliases() -> Mapping[str, str]:
    """Return the usual name of every log source type that has several, by each of its names in lower case."""
    groups = (catalogue.alias_group(row.name) for row in catalogue.log_source_types() if row.name)
    return {name.lower(): group[0] for group in groups if len(group) > 1 for name in group}
