"""The names behind numbers that only some rules hold: log sources, sets, QIDs, custom actions. Read when they do.

API: GET /config/event_sources/log_source_management/log_sources, /reference_data_collections/sets,
/data_classification/qid_records (by filter), /analytics/custom_actions/actions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.errors import NotFound
from dac.qradar import qids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dac.qradar.client import Client
    from dac.resources.names import Names

LISTS = {
    "log_sources": "/config/event_sources/log_source_management/log_sources",
    "reference_sets": "/reference_data_collections/sets",
    "custom_actions": "/analytics/custom_actions/actions",
}
_SIGNS = {  # each begins with plain text, for which a body is searched many times as fast
    "log_sources": (re.compile(rb"DeviceID_Test"), re.compile(rb"getDevices\b")),
    "reference_sets": tuple(map(re.compile, (rb"ReferenceSetTest", rb"getReferenceSets", rb"referenceDataResponse"))),
    "custom_actions": (re.compile(rb"customActionId"),),
}
_OF_SETS = ("reference_data", "reference_set_tests", "reference_set_test")
_QID_VALUES = re.compile(
    rb"(?:QID_Test\"|getQidsByLowLevelCategory).*?<userSelection>([0-9,\s]*)</userSelection>", re.DOTALL
)
_QID_SIGNS = (b"QID_Test", b"getQidsByLowLevelCategory")
_EVENT_QID = re.compile(rb"""qid(?<=\bqid)\s*=\s*["']([0-9]{1,18})["']""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to be looked up: whole lists by name, QIDs by number and by name."""

    lists: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


def of_bodies(bodies: Iterable[bytes]) -> Wanted:
    """Return what the XML of rules may need: one too many is cheaper than to decode all of it twice."""
    lists: set[str] = set()
    numbers: set[int] = set()
    for raw in bodies:
        lists |= {n for n, signs in _SIGNS.items() if n not in lists and any(sign.search(raw) for sign in signs)}
        if any(sign in raw for sign in _QID_SIGNS):
            numbers |= {int(text) for found in _QID_VALUES.findall(raw) for text in found.replace(b",", b" ").split()}
    return Wanted(frozenset(lists), frozenset(numbers))


def event_qids(raw: bytes) -> set[int]:
    """Return the QIDs of the events that a rule's XML dispatches."""
    return {int(number) for number in _EVENT_QID.findall(raw)}


def of_forms(forms: Iterable[Mapping[str, Any]]) -> Wanted:
    """Return what writing deployed forms, or compiling declared ones, needs."""
    lists: set[str] = set()
    names: set[str] = set()
    for key, value in (pair for form in forms for pair in _pairs(form)):
        if key == "qids" and isinstance(value, list):
            names |= {name for name in value if isinstance(name, str) and not name.startswith("#")}
        elif key in LISTS:
            lists.add(key)
        elif key == "custom_action":
            lists.add("custom_actions")
        elif key in _OF_SETS:
            lists.add("reference_sets")
    return Wanted(frozenset(lists), names=frozenset(names))


def with_tables(client: Client, names: Names, wanted: Wanted, *, again: bool = False) -> Names:
    """Return `names` with the tables wanted; those that are there are not read anew, unless `again`."""
    tables: dict[str, Mapping[int, str]] = dict(names.tables)
    for name in sorted(wanted.lists):
        if again or name not in tables:
            tables[name] = _listed(client, LISTS[name])
    known = tables.get("qids", {})
    numbers = wanted.numbers - known.keys()
    missing = wanted.names - set(known.values())
    if numbers or missing:
        tables["qids"] = {**known, **qids.named(client, numbers, missing)}
    return names if tables == names.tables else replace(names, tables=tables)


def _listed(client: Client, path: str) -> dict[int, str]:
    """Return ids and names; nothing from a console that has no such list."""
    try:
        rows = client.list(path, fields="id,name")
    except NotFound:
        return {}
    return {
        row["id"]: row["name"] for row in rows if isinstance(row.get("id"), int) and isinstance(row.get("name"), str)
    }


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)
