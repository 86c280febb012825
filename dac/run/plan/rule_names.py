"""The names that only declared rules of some sorts need: read when one is compiled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.config.findings import diagnose
from dac.errors import NotInSnapshot
from dac.model.diagnostic import Finding, Severity
from dac.qradar import rule_lookups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.config.declared import DeclaredResource
    from dac.model.diagnostic import Diagnostic
    from dac.qradar.client import Client
    from dac.resources.names import Names

_XML = "rule_xml"
_QIDS = "qids"


def with_rule_names(client: Client, names: Names, resources: Iterable[DeclaredResource]) -> Names:
    """Return `names` with log sources, sets, QIDs and custom actions, as far as the tables of rules speak of them."""
    tables = [resource.table for resource in resources]
    files = [table[_XML].encode() for table in tables if isinstance(table.get(_XML), str)]
    wanted = rule_lookups.of_forms(tables)
    if files:
        found = rule_lookups.of_bodies(files)
        numbers = found.numbers.union(*map(rule_lookups.event_qids, files))
        wanted = rule_lookups.Wanted(wanted.lists | found.lists, numbers, wanted.names)
    try:
        return rule_lookups.with_tables(client, names, wanted)
    except NotInSnapshot:
        return _presumed(client, names, wanted)


def _presumed(client: Client, names: Names, wanted: rule_lookups.Wanted) -> Names:
    """Take QIDs that the snapshot does not hold for granted, under numbers that no record has.

    Whether the console has them cannot be known, and is no reason to show nothing of the plan: `unknown_qids` are said.
    """
    found = rule_lookups.with_tables(client, names, replace(wanted, names=frozenset()))
    for name in sorted(wanted.names):
        try:
            found = rule_lookups.with_tables(client, found, rule_lookups.Wanted(names=frozenset({name})))
        except NotInSnapshot:
            known = found.tables.get(_QIDS, {})
            found = replace(found, tables={**found.tables, _QIDS: {**known, -1 - len(known): name}})
    return found


def unknown_qids(names: Names, resources: Iterable[DeclaredResource]) -> Iterator[Diagnostic]:
    """Warn, at their lines, of QIDs that were taken for granted."""
    granted = {name for number, name in names.tables.get(_QIDS, {}).items() if number < 0}
    for resource in resources if granted else ():
        for name in sorted(granted.intersection(resource.table.get(_QIDS, ()))):
            summary = f'whether the console has a QID named "{name}" is not in the snapshot'
            hint = "check the spelling; `dac console snapshot --all-qids` saves all of them"
            finding = Finding("unknown-qid", summary, (_QIDS,), hint=hint, severity=Severity.WARNING)
            yield diagnose(finding, resource.locate, resource.address)
