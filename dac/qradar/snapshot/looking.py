"""Reading everything of a console that a plan may ask for, whatever that plan will be.

API: every list that `dac.qradar` reads, whole; POST /config/extension_management/extension_export_tasks for the bodies
of all rules. QID records and the entries of sets are too many for that: of these, the ones that are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from dac.errors import BadContent, Forbidden, NotFound, Refused
from dac.qradar import names, properties, qids, readers, rule_listing, rule_lookups, sets, versions
from dac.qradar.exports import EXPORTS, export_rules
from dac.qradar.extensions import EXTENSIONS
from dac.qradar.package.content import RuleRow
from dac.qradar.snapshot.seen import Seen, SeenList, SeenRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.qradar.client import Client
    from dac.qradar.paging import Rows

T = TypeVar("T")
Chosen = Callable[[Mapping[str, Any]], bool]
"""Whether something is wanted, by its row."""

_ATTEMPTS = 3
_NAMED = "id,name"
_GONE = 404  # what is reported without a status was not there


def look(client: Client, wants_entries: Chosen, wants_payloads: Chosen, *, all_qids: bool = False) -> Seen:
    """Return what a plan reads. `wants_entries` is asked of each set, `wants_payloads` of each custom property.

    Payloads are sample events, which may hold anything: those of other properties are left out. `all_qids` reads every
    QID record instead of those that rules speak of: some hundred thousand rows. What the token may not read, or the
    console does not have, is remembered as refused. BadContent when rules keep changing.
    """
    return _Look(client).everything(wants_entries, wants_payloads, all_qids=all_qids)


@dataclass
class _Look:
    client: Client
    lists: dict[str, SeenList] = field(default_factory=dict)
    refused: dict[str, SeenRefusal] = field(default_factory=dict)

    def everything(self, wants_entries: Chosen, wants_payloads: Chosen, *, all_qids: bool) -> Seen:
        things = {
            versions.VERSIONS: self.client.get(versions.VERSIONS, fields=versions.VERSION_FIELDS),
            versions.ABOUT: self.client.get(versions.ABOUT),
        }
        with ThreadPoolExecutor(properties.AT_ONCE) as pool:
            list(pool.map(lambda each: self._whole(*each), _whole_lists(self.client)))
        self._without_payloads(wants_payloads)
        rules = self._rules()
        self._entries([int(row["id"]) for row in self._rows(sets.SETS) if wants_entries(row)])
        self._qids([rule.data for rule in rules.values()], every=all_qids)
        return Seen(
            self.client.capabilities.api_version,
            things,
            dict(sorted(self.lists.items())),
            rules,
            dict(sorted(self.refused.items())),
        )

    def _rows(self, path: str) -> Rows:
        return self.lists[path].rows if path in self.lists else []

    def _whole(self, path: str, fields: str) -> None:
        params = sets.BY_ID if path == sets.SETS else None
        rows = self._asked(path, lambda: self.client.list(path, fields=fields, params=params))
        if rows is not None:
            self.lists[path] = SeenList(fields, rows)

    def _without_payloads(self, wanted: Chosen) -> None:
        kept = {row["identifier"] for row in self._rows(properties.PROPERTIES) if wanted(row)}
        for path in properties.KINDS.values():
            for row in self._rows(path):
                if row.get("regex_property_identifier") not in kept:
                    row.pop("payload", None)

    def _rules(self) -> dict[str, RuleRow]:
        """Read the lists of rules and all bodies, until the lists are the same before and after."""
        for _ in range(_ATTEMPTS):
            before = self._rule_lists()
            bodies = self._bodies(before)
            if EXPORTS in self.refused or self._rule_lists() == before:
                return bodies
        raise BadContent(
            "Rules kept changing while they were read",
            detail=f"In {_ATTEMPTS} readings, the lists of rules never were the same before and after.",
            hint="Run this again when nobody else is changing rules.",
        )

    def _rule_lists(self) -> list[Rows]:
        for path in rule_listing.PATHS.values():
            self._whole(path, rule_listing.RULE_FIELDS)
        return [self._rows(path) for path in rule_listing.PATHS.values()]

    def _bodies(self, listed: Sequence[Rows]) -> dict[str, RuleRow]:
        numbers = {str(row["id"]): str(row["identifier"]) for rows in listed for row in rows if row.get("identifier")}
        exported = self._asked(EXPORTS, lambda: export_rules(self.client, list(numbers))) or {}
        found = {number: exported[uuid] for number, uuid in sorted(numbers.items()) if uuid in exported}
        return {number: RuleRow(rule.uuid, rule.id, rule.raw, rule.columns) for number, rule in found.items()}

    def _entries(self, chosen: Sequence[int]) -> None:
        rows = self._asked(sets.ENTRIES, lambda: sets.list_entries(self.client, chosen))
        if rows is not None:
            self.lists[sets.ENTRIES] = SeenList(sets.ENTRY_FIELDS, rows, {"collection_id": frozenset(chosen)})

    def _qids(self, bodies: Sequence[bytes], *, every: bool) -> None:
        """Read the QIDs that rules speak of, and all that share a name with one of them."""
        if every:
            self._whole(qids.PATH, qids.FIELDS)
            return
        numbers = rule_lookups.of_bodies(bodies).numbers.union(*map(rule_lookups.event_qids, bodies))

        def read() -> SeenList:
            by_number = qids.rows_with(self.client, "qid", sorted(numbers))
            shared = frozenset(row["name"] for row in by_number)
            by_name = qids.rows_with(self.client, "name", sorted(shared))
            rows = {row["qid"]: row for row in (*by_number, *by_name)}
            covers = {"qid": frozenset(numbers), "name": shared}
            return SeenList(qids.FIELDS, [rows[qid] for qid in sorted(rows)], covers)

        seen = self._asked(qids.PATH, read)
        if seen is not None:
            self.lists[qids.PATH] = seen

    def _asked(self, path: str, read: Callable[[], T]) -> T | None:
        """Return what `read` gives; a refusal is remembered, for it would be the same the next time."""
        try:
            return read()
        except (Forbidden, NotFound, Refused) as error:
            self.refused[path] = SeenRefusal(error.status or _GONE, error.said, error.code)
            return None


def _whole_lists(client: Client) -> Iterator[tuple[str, str]]:
    """Yield path and columns of every list that is read whole, but for those of rules."""
    yield names.LOG_SOURCE_TYPES, _NAMED
    yield names.CATEGORIES, _NAMED
    yield names.OFFENSE_TYPES, names.OFFENSE_TYPE_FIELDS
    yield sets.SETS, sets.set_fields(client)
    yield properties.PROPERTIES, properties.PROPERTY_FIELDS
    for kind, path in properties.KINDS.items():
        yield path, properties.expression_fields(client, kind)
    yield properties.LOG_SOURCES, _NAMED
    yield rule_lookups.LISTS["custom_actions"], _NAMED
    yield rule_listing.GROUPS, rule_listing.GROUP_FIELDS
    yield readers.SEARCHES, readers.SEARCH_FIELDS
    yield EXTENSIONS, "id"
