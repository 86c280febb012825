"""Putting values into reference sets and taking them out, one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.emulator.entry_values import ValueRefused, canonical

if TYPE_CHECKING:
    import sqlite3

    from dac.emulator.settings import Settings

SHARED_DOMAIN = 2147483647
"""How the database keeps an entry without a domain."""

DEFAULT_SOURCE = "reference data api"
MAX_NOTES = 1024


class EntryRefused(Exception):
    """One row cannot be done; codes are those of POST set_entries."""

    def __init__(self, code: int, message: str, *, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Upserted:
    """The entry that now holds the value, and whether it is new."""

    id: int
    created: bool


def upsert(db: sqlite3.Connection, row: dict[str, Any], settings: Settings, *, now: int) -> Upserted:
    """Add the value, or bring notes, source and last_seen of its entry up to date."""
    entry_type = _entry_type(db, row)
    value = _canonical(entry_type, row, settings)
    notes = row.get("notes")
    if notes is not None and len(notes) > MAX_NOTES:
        raise EntryRefused(20008, f"notes are longer than {MAX_NOTES} characters")
    key = (row["collection_id"], _domain(db, row), value)
    found = db.execute(
        "SELECT id FROM set_entry WHERE collection_id = ? AND domain_id = ? AND value = ?", key
    ).fetchone()
    if found is not None:
        db.execute(
            "UPDATE set_entry SET notes = coalesce(?, notes), source = coalesce(?, source), last_seen = ? WHERE id = ?",
            (notes, row.get("source"), now, found[0]),
        )
        return Upserted(found[0], created=False)
    cursor = db.execute(
        "INSERT INTO set_entry (collection_id, domain_id, value, notes, source, first_seen, last_seen) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*key, notes, row.get("source", DEFAULT_SOURCE), now, now),
    )
    return Upserted(int(cursor.lastrowid or 0), created=True)


def remove(db: sqlite3.Connection, row: dict[str, Any], settings: Settings) -> None:
    """Delete an entry by its id, or by set and value; 404/22001 when there is none."""
    if "id" in row:
        gone = db.execute("DELETE FROM set_entry WHERE id = ?", (row["id"],))
    else:
        value = _canonical(_entry_type(db, row), row, settings)
        gone = db.execute(
            "DELETE FROM set_entry WHERE collection_id = ? AND domain_id = ? AND value = ?",
            (row["collection_id"], _domain(db, row), value),
        )
    if gone.rowcount == 0:
        raise EntryRefused(22001, "There is no such entry", status=404)


_EXPIRED = (
    "SELECT e.id FROM reference_set AS s JOIN set_entry AS e ON e.collection_id = s.id "
    "WHERE s.expiry_type <> 'NO_EXPIRY' AND s.time_to_live > 0 AND s.time_to_live * 1000 + "
    "CASE s.expiry_type WHEN 'FIRST_SEEN' THEN e.first_seen ELSE e.last_seen END <= ?"
)


def any_expired(db: sqlite3.Connection, now: int) -> bool:
    """Whether some entry has outlived its set's time to live, which is in seconds."""
    return db.execute(f"{_EXPIRED} LIMIT 1", (now,)).fetchone() is not None


def expire(db: sqlite3.Connection, now: int) -> None:
    """Drop the entries that have outlived their set's time to live."""
    db.execute(f"DELETE FROM set_entry WHERE id IN ({_EXPIRED})", (now,))  # noqa: S608  # names of ours


def _entry_type(db: sqlite3.Connection, row: dict[str, Any]) -> str:
    if "collection_id" not in row:
        raise EntryRefused(20002, "collection_id is missing")
    if row.get("value") is None:
        raise EntryRefused(20003, "value is missing")
    found = db.execute("SELECT entry_type FROM reference_set WHERE id = ?", (row["collection_id"],)).fetchone()
    if found is None:
        raise EntryRefused(20004, f"There is no reference set {row['collection_id']}")
    return str(found[0])


def _canonical(entry_type: str, row: dict[str, Any], settings: Settings) -> str:
    try:
        return canonical(entry_type, row["value"], settings)
    except ValueRefused as error:
        code = 20007 if error.too_long else 20009 if error.cidr else 20006
        raise EntryRefused(code, f"{row['value'][:80]!r} in a set of {entry_type}: {error}") from None


def _domain(db: sqlite3.Connection, row: dict[str, Any]) -> int:
    domain = row.get("domain_id", SHARED_DOMAIN)
    if domain != SHARED_DOMAIN and db.execute("SELECT 1 FROM domain WHERE id = ?", (domain,)).fetchone() is None:
        raise EntryRefused(20005, f"There is no domain {domain}")
    return int(domain)
