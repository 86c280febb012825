"""The look-up tables that dac ships, for work without a console."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from dac.aql import catalogue
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
    """Return the same, with log source types, custom properties and sets as a console's catalogue has them."""
    if not vocabulary.console:
        return shipped_names()
    return replace(
        shipped_names(),
        log_source_types={row.id: row.name for row in vocabulary.log_source_types if row.name},
        properties=frozenset(vocabulary.properties.values()),
        reference_sets=vocabulary.reference_sets or {},
        catalogue=vocabulary.console,
    )


@cache
def shipped_aliases() -> Mapping[str, str]:
    """Return the usual name of every log source type that has several, by each of its names in lower case."""
    groups = (catalogue.alias_group(row.name) for row in catalogue.log_source_types() if row.name)
    return {name.lower(): group[0] for group in groups if len(group) > 1 for name in group}
