"""The reference sets of a console as one reading of two lists saw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dac.errors import BadContent, NotInSnapshot
from dac.model.resource import Live
from dac.qradar import markers, sets
from dac.resources.entry_types import canonical_entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dac.model.deployed import Deployed
    from dac.model.resource import Wanted
    from dac.qradar.client import Client


class SeenEntry(NamedTuple):
    """An entry: its id, its value as the console spells it (a NUM 7 is "7.0"), its notes."""

    id: int
    spelling: str
    notes: str


@dataclass(slots=True)
class SeenSet:
    """A set, with its entries if they were asked for: those that count in every domain by canonical value.

    `foreign` counts those of single domains, which dac never touches.
    """

    id: int
    name: str
    marker: str
    fields: Deployed
    shared: bool
    entries: dict[str, SeenEntry] = field(default_factory=dict)
    foreign: int = 0

    def live(self, *, ours: bool, project: str = "") -> Live:
        """Return the deployed form, whole: others' entries too. `project` as for `Live`."""
        entries = {value: self.entries[value].notes for value in sorted(self.entries)}
        form = self.fields | {"entries": entries}
        return Live(form, str(self.id), uuid="", name=self.name, ours=ours, foreign=self.foreign, project=project)


class SetListing:
    """What is on the console. BadContent when a row lacks what every row has.

    `domains`: entries of a domain that somebody made were seen, so the default domain is one of several.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.sets: dict[int, SeenSet] = {}
        self._marked: dict[str, SeenSet] = {}
        self._named: dict[str, SeenSet] = {}
        self.domains = False
        self.unread: dict[int, str] = {}

    def __iter__(self) -> Iterator[SeenSet]:
        return iter(self.sets.values())

    def refresh(self) -> None:
        """List all sets, without entries: one request a page."""
        seen = [_seen(row) for row in sets.list_sets(self._client)]
        self.sets = {one.id: one for one in seen}
        self._marked = {one.marker: one for one in seen if one.marker}
        self._named = {one.name: one for one in sorted(seen, key=lambda one: one.shared)}

    def fetch_entries(self, set_ids: Collection[int]) -> None:
        """List the entries of these sets together: one request a page. `unread` says which of them a snapshot lacks."""
        self.unread = {}
        for seen in (self.sets[number] for number in set_ids if number in self.sets):
            seen.entries, seen.foreign = {}, 0
        try:
            self._take(sets.list_entries(self._client, set_ids))
        except NotInSnapshot:
            for number in set_ids:
                self._take_if_held(number)

    def _take_if_held(self, number: int) -> None:
        try:
            self._take(sets.list_entries(self._client, [number]))
        except NotInSnapshot as error:
            self.unread[number] = f"{error.summary}; {error.hint}"

    def fetch_touched(self, touched: Mapping[int, Sequence[str]], before: SetListing) -> bool:
        """Look only at the entries that a write touched, by set; the others, and `foreign`, are taken from `before`.

        One request, or False when it would take more.
        """
        self.domains = before.domains
        values = {value for spellings in touched.values() for value in spellings}
        rows = sets.find_entries(self._client, touched, values)
        if rows is None:
            return False
        for seen in (self.sets[number] for number in touched if number in self.sets):
            old = before.sets.get(seen.id)
            if old is not None:
                gone = set(touched[seen.id])
                seen.entries = {value: entry for value, entry in old.entries.items() if entry.spelling not in gone}
        self._take(rows)
        for seen in self.sets.values():
            seen.foreign = before.sets[seen.id].foreign if seen.id in before.sets else 0
        return True

    def _take(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.domains = self.domains or sets.has_domains(rows)
        for row in rows:
            seen = self.sets.get(row.get("collection_id", -1))
            if seen is not None and sets.is_shared(row, domains=self.domains):
                entry = _entry(row)
                seen.entries[_canonical(seen.fields["entry_type"], entry.spelling)] = entry
            elif seen is not None:
                seen.foreign += 1

    def match(self, wanted: Wanted, marker: str) -> SeenSet | None:
        """Find a set by recorded id, else by marker, else by name (a shared one before a tenant's)."""
        if wanted.recorded and wanted.recorded.remote_id.isdecimal():
            recorded = self.sets.get(int(wanted.recorded.remote_id))
            if recorded is not None:
                return recorded
        return self._marked.get(marker) or self.named(wanted.name)

    def named(self, name: str) -> SeenSet | None:
        """Find a set by name."""
        return self._named.get(name)


def _seen(row: Mapping[str, Any]) -> SeenSet:
    number, name, entry_type = row.get("id"), row.get("name"), row.get("entry_type")
    if not isinstance(number, int) or not isinstance(name, str) or not isinstance(entry_type, str):
        raise BadContent(f"GET {sets.SETS} holds a row without id, name or entry_type", request=f"GET {sets.SETS}")
    description, marker = markers.split(row.get("description"))
    fields: Deployed = {"name": name, "entry_type": entry_type}
    if description:
        fields["description"] = description
    if row.get("expiry_type") in ("FIRST_SEEN", "LAST_SEEN"):
        fields["expiry_type"] = row["expiry_type"]
        fields["time_to_live"] = int(row.get("time_to_live") or 0)
    return SeenSet(number, name, marker, fields, shared=row.get("namespace", "SHARED") == "SHARED")


def _entry(row: Mapping[str, Any]) -> SeenEntry:
    number, value = row.get("id"), row.get("value")
    if not isinstance(number, int) or not isinstance(value, str):
        raise BadContent(f"GET {sets.ENTRIES} holds a row without id or value", request=f"GET {sets.ENTRIES}")
    return SeenEntry(number, value, str(row.get("notes") or ""))


def _canonical(entry_type: str, value: str) -> str:
    """What somebody put there by hand may not fit its type: then it stands as it is."""
    try:
        return canonical_entry(entry_type, value)
    except (ValueError, KeyError):
        return value
