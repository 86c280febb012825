"""QID records of dispatched events: found by name in batches, made where missing, never deleted.

API: GET and POST /data_classification/qid_records. A record's `qid` is the number that rules hold; its `id` is only
for paths. QRadar lets several records have one name, and lists hundreds of thousands: so always with a filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.errors import AmbiguousAnswer, BadContent, ConsoleError
from dac.qradar.filters import equals, in_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.qradar.client import Client
    from dac.resources.names import Names

PATH = "/data_classification/qid_records"
FIELDS = "id,qid,name,description"
_RULE_ENGINE = "Custom Rule Engine"
_FIRST_CUSTOM = 2_000_000_000  # a rule's own event is found by its marker first: this only breaks ties


@dataclass(frozen=True, slots=True)
class QidSpec:
    """A QID record as it should be. `marker` ends its description and tells it from others of its name."""

    name: str
    description: str
    severity: int
    category_id: int
    marker: str


def find(client: Client, wanted: Mapping[str, QidSpec]) -> dict[str, int]:
    """Return the QIDs that the console has for the names wanted; those it lacks are left out."""
    return _best(rows_with(client, "name", wanted), wanted)


def names_of(client: Client, qids: Iterable[int]) -> dict[int, str]:
    """Return the names behind QIDs; those that no longer exist are left out."""
    return {row["qid"]: row["name"] for row in rows_with(client, "qid", sorted(set(qids)))}


def named(client: Client, numbers: Iterable[int], names: Iterable[str] = ()) -> dict[int, str]:
    """Return every QID that has one of the names, or the name of one of the numbers: so it shows who shares a name."""
    found = set(names) | set(names_of(client, numbers).values())
    return {row["qid"]: row["name"] for row in rows_with(client, "name", sorted(found))}


def create(client: Client, names: Names, spec: QidSpec) -> int:
    """Make a QID record and return its QID. A lost answer is resolved by looking."""
    log_source_type = names.log_source_type_id(_RULE_ENGINE)
    if log_source_type is None:
        raise ConsoleError(f"This console has no log source type {_RULE_ENGINE!r}, which dispatched events belong to")
    body = {
        "log_source_type_id": log_source_type,
        "name": spec.name,
        "description": "\n".join(part for part in (spec.description, spec.marker) if part),
        "severity": spec.severity,
        "low_level_category_id": spec.category_id,
    }
    try:
        record = client.post(PATH, json=body, fields=FIELDS).object()
    except AmbiguousAnswer:
        again = _best(client.list(PATH, fields=FIELDS, filter=equals("name", spec.name)), {spec.name: spec})
        if spec.name not in again:
            raise
        return again[spec.name]
    if not isinstance(record.get("qid"), int):
        raise BadContent(f"POST {PATH} made no QID for {spec.name!r}", request=f"POST {PATH}")
    return int(record["qid"])


def rows_with(client: Client, field: str, values: Iterable[str | int]) -> list[dict[str, Any]]:
    """List the records whose `field` (`qid` or `name`) has one of the values, with FIELDS."""
    return [
        row
        for expression in in_filter(field, values)
        for row in client.list(PATH, fields=FIELDS, filter=expression)
        if isinstance(row.get("qid"), int) and isinstance(row.get("name"), str)
    ]


def _best(rows: list[dict[str, Any]], wanted: Mapping[str, QidSpec]) -> dict[str, int]:
    """Of several records with one name: the one with our marker, then a custom one, then the first made."""
    ranked: dict[str, tuple[bool, bool, int]] = {}
    for row in rows:
        spec = wanted.get(row["name"])
        if spec is None:
            continue
        rank = (spec.marker not in (row.get("description") or ""), row["qid"] < _FIRST_CUSTOM, row["qid"])
        ranked[spec.name] = min(rank, ranked.get(spec.name, rank))
    return {name: rank[2] for name, rank in ranked.items()}
