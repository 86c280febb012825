"""The names that only declared rules of some sorts need: read when one is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.qradar import rule_lookups

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.config.declared import DeclaredResource
    from dac.qradar.client import Client
    from dac.resources.names import Names

_XML = "rule_xml"


def with_rule_names(client: Client, names: Names, resources: Iterable[DeclaredResource]) -> Names:
    """Return `names` with log sources, sets, QIDs and custom actions, as far as the tables of rules speak of them."""
    tables = [resource.table for resource in resources]
    files = [table[_XML].encode() for table in tables if isinstance(table.get(_XML), str)]
    wanted = rule_lookups.of_forms(tables)
    if files:
        found = rule_lookups.of_bodies(files)
        numbers = found.numbers.union(*map(rule_lookups.event_qids, files))
        wanted = rule_lookups.Wanted(wanted.lists | found.lists, numbers, wanted.names)
    return rule_lookups.with_tables(client, names, wanted)
