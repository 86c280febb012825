"""/ariel/searches: their life, from WAIT to COMPLETED. They find nothing, and say that this console runs no search."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from dac.emulator.ariel import query_columns
from dac.emulator.call import Answer, Call, Endpoint, Parameter
from dac.emulator.clock import is_frozen
from dac.emulator.endpoints.ariel import column_answer, require_query
from dac.emulator.endpoints.saved_searches import existing as existing_saved_search
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_values
from dac.emulator.ranges import parse_range
from dac.emulator.schema import Field

BASE = "/ariel/searches"
WAIT_SHARE, EXECUTE_SHARE = 0.2, 0.8
MAX_WAIT = 30
RETENTION = 86_400_000
PARTIAL = 206
_PREFER = re.compile(r"\s*wait\s*=\s*(\d{1,6})\s*")
_NOTE = {
    "code": "0",
    "contexts": [],
    "message": "The emulator runs no searches: the result is always empty",
    "severity": "INFO",
}
_COLUMNS = "search_id, query_string, database, created, finishes, canceled, save_results"


@dataclass(frozen=True, slots=True)
class Search:
    """A search as the database keeps it; times are epoch milliseconds."""

    search_id: str
    query: str
    database: str
    created: int
    finishes: int
    canceled: int | None
    save_results: bool

    def status(self, now: int) -> str:
        """Time alone moves a search on."""
        if self.canceled is not None and self.canceled < self.finishes:
            return "CANCELED"
        if now >= self.finishes:
            return "COMPLETED"
        share = (now - self.created) / max(1, self.finishes - self.created)
        return "WAIT" if share < WAIT_SHARE else "EXECUTE" if share < EXECUTE_SHARE else "SORTING"

    def over(self, now: int) -> bool:
        return self.status(now) in ("COMPLETED", "CANCELED")

    def shown(self, now: int) -> dict[str, Any]:
        """The object of the API. `cursor_id` is the `search_id`, as IBM's sample has it."""
        status = self.status(now)
        length = max(1, self.finishes - self.created)
        nothing = dict.fromkeys(
            ("compressed_data_file_count", "compressed_data_total_size", "data_file_count", "data_total_size",
             "index_file_count", "index_total_size", "processed_record_count", "record_count"), 0,
        )  # fmt: skip
        return {
            "cursor_id": self.search_id,
            **nothing,
            "error_messages": [_NOTE] if status == "COMPLETED" else [],
            "desired_retention_time_msec": RETENTION,
            "progress": 100 if status == "COMPLETED" else min(99, (now - self.created) * 100 // length),
            "progress_details": [],
            "query_execution_time": max(0, min(now, self.finishes) - self.created),
            "query_string": self.query,
            "save_results": self.save_results,
            "status": status,
            "snapshot": None,
            "subsearch_ids": [],
            "search_id": self.search_id,
        }


def list_searches(call: Call) -> Answer:
    """The ids of all searches, or of those on one database."""
    rows = call.db.execute(
        "SELECT search_id FROM ariel_search WHERE database = coalesce(?, database) ORDER BY created, search_id",
        (call.query.get("db_name"),),
    )
    return answer_values(call, [search_id for (search_id,) in rows], (Field("."),))


def start_search(call: Call) -> Answer:
    """Start a search; the same query asked again by the same caller a little later is the same search."""
    query = _query(call)
    since = call.now - int(call.settings.search_reuse_seconds * 1000)
    row = call.db.execute(
        f"SELECT {_COLUMNS} FROM ariel_search WHERE query_string = ? AND owner = ? AND created > ? "  # noqa: S608  # names of ours
        "AND canceled IS NULL ORDER BY created DESC LIMIT 1",
        (query, call.caller.name, since),
    ).fetchone()
    if row is not None:
        return Answer(_search(row).shown(call.now), status=201)
    search_id = str(uuid.uuid4())
    finishes = call.now + int(call.settings.search_seconds * 1000)
    call.db.execute(
        "INSERT INTO ariel_search (search_id, query_string, database, owner, created, finishes) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (search_id, query, _database(query), call.caller.name, call.now, finishes),
    )
    return Answer(_existing(call, search_id).shown(call.now), status=201)


def read_search(call: Call) -> Answer:
    """Where a search stands. `Prefer: wait=N` waits up to N seconds for its end; 206 when it has not come by then."""
    search = _existing(call, call.ids["search_id"])
    prefer = call.headers.get("Prefer")
    if prefer is None:
        return Answer(search.shown(call.now))
    match = _PREFER.fullmatch(prefer)
    if match is None:
        raise ApiError(422, 1005, f"The Prefer header {prefer!r} is not of the form wait=N")
    now = call.now + _waited(call, search, int(match[1]))
    return Answer(search.shown(now), status=200 if search.over(now) else PARTIAL)


def update_search(call: Call) -> Answer:
    """Cancel with `status=CANCELED`, keep the results with `save_results=true`; one of them at least."""
    search = _existing(call, call.ids["search_id"])
    status, save = call.query.get("status"), call.query.get("save_results")
    if status is None and save is None:
        raise ApiError(422, 1005, "Neither status nor save_results is given")
    if status not in (None, "CANCELED"):
        raise ApiError(422, 1005, f"status can only be set to CANCELED, not to {status!r}")
    if save not in (None, "true", "false"):
        raise ApiError(422, 1005, f"save_results has to be true or false, not {save!r}")
    if status is not None and not search.over(call.now):
        call.db.execute("UPDATE ariel_search SET canceled = ? WHERE search_id = ?", (call.now, search.search_id))
    if save is not None:
        call.db.execute(
            "UPDATE ariel_search SET save_results = ? WHERE search_id = ?", (save == "true", search.search_id)
        )
    return Answer(_existing(call, search.search_id).shown(call.now))


def delete_search(call: Call) -> Answer:
    """Discard a search, canceling it when it is under way."""
    search = _existing(call, call.ids["search_id"])
    call.db.execute("DELETE FROM ariel_search WHERE search_id = ?", (search.search_id,))
    return Answer(search.shown(call.now), status=202)


def read_metadata(call: Call) -> Answer:
    """The columns of the result."""
    return column_answer(call, query_columns(_existing(call, call.ids["search_id"]).query).columns)


def read_results(call: Call) -> Answer:
    """The rows, of which there are none: as JSON under the name of the database, or as the heading of a CSV."""
    search = _existing(call, call.ids["search_id"])
    if search.status(call.now) != "COMPLETED":
        raise ApiError(404, 1003, f"Search {search.search_id} has no results (yet)")
    window = parse_range(call.range_header)
    headers = {"Content-Range": window.content_range(0)} if window else {}
    best = call.accepted(("application/json", "application/csv"))
    if best == "application/csv":
        heading = ",".join(name for name, _ in query_columns(search.query).columns)
        return Answer(f"{heading}\n".encode(), headers=headers, content_type=best)
    return Answer({search.database: []}, headers=headers)


def _query(call: Call) -> str:
    text, number = call.query.get("query_expression"), call.query.get("saved_search_id")
    if (text is None) == (number is None):
        raise ApiError(422, 1005, "One of query_expression and saved_search_id has to be given")
    if number is not None:
        saved = existing_saved_search(call, number)
        text = saved["aql"] or "SELECT * FROM events LAST 5 MINUTES"
    return require_query(call, str(text))


def _database(query: str) -> str:
    return query_columns(query).database


def _existing(call: Call, search_id: str) -> Search:
    row = call.db.execute(f"SELECT {_COLUMNS} FROM ariel_search WHERE search_id = ?", (search_id,)).fetchone()  # noqa: S608  # names of ours
    if row is None:
        raise ApiError(404, 1002, f"There is no search {search_id!r}")
    return _search(row)


def _search(row: tuple[Any, ...]) -> Search:
    search_id, query, database, created, finishes, canceled, save_results = row
    return Search(search_id, query, database, created, finishes, canceled, bool(save_results))


def _waited(call: Call, search: Search, seconds: int) -> int:
    """Wait in real time, as the caller asked; returns the milliseconds. Nothing comes of waiting for a frozen clock."""
    left = max(0, search.finishes - call.now)
    if search.over(call.now) or is_frozen(call.db):
        return 0
    waited = min(left, seconds * 1000, MAX_WAIT * 1000)
    time.sleep(waited / 1000)
    return waited


_ONE = f"{BASE}/<search_id>"

ENDPOINTS = (
    Endpoint("GET", BASE, list_searches, query=(Parameter("db_name"), Parameter("filter")), ranged=True),
    Endpoint(
        "POST",
        BASE,
        start_search,
        query=(Parameter("query_expression"), Parameter("saved_search_id", "integer")),
        writes=True,
    ),
    Endpoint("GET", _ONE, read_search),
    Endpoint("POST", _ONE, update_search, query=(Parameter("status"), Parameter("save_results")), writes=True),
    Endpoint("DELETE", _ONE, delete_search, writes=True),
    Endpoint("GET", f"{_ONE}/metadata", read_metadata, query=(Parameter("fields"), Parameter("filter")), ranged=True),
    Endpoint("GET", f"{_ONE}/results", read_results, ranged=True, alternatives=("application/csv",)),
)
