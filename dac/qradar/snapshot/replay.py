"""A console that is not there: a transport which answers from a snapshot, and refuses what the snapshot does not hold.

It sits where the network would be, so that everything above it is the same as on a live console.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx

from dac.errors import NotInSnapshot
from dac.qradar.exports import EXPORTS, ROOT
from dac.qradar.filters import terms
from dac.qradar.package.archive import write_archive
from dac.qradar.package.content import write_content
from dac.qradar.qids import PATH as QIDS
from dac.qradar.sets import ENTRIES, SETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.qradar.snapshot.seen import Asked, Seen, SeenList

_TASK = re.compile(rf"{re.escape(ROOT)}/(?:extensions_task_status|extension_export_tasks)/(\d+)")
_ARCHIVE = re.compile(rf"{re.escape(EXPORTS)}/(\d+)/extension_export")
_RANGE = re.compile(r"items=(\d+)-(\d+)")
_CONTENT = "custom_rules.xml"


class Replay(httpx.BaseTransport):
    """Answers as the console of a snapshot did. A write, and whatever the snapshot lacks, is NotInSnapshot."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._exports: list[list[str]] = []  # the numbers of the rules of each export that was asked for

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.partition("/api")[2]
        refused = self._seen.refused.get(path)
        if refused is not None:
            return _refusal(refused.status, refused.message, refused.code)
        if request.method == "POST" and path == EXPORTS:
            return self._start_export(request)
        if request.method != "GET":
            raise _lacks(f"what a console would say to {request.method} {path}")
        if path in self._seen.things:
            return _json(self._seen.things[path])
        if path in self._seen.lists:
            return self._page(path, request)
        if _TASK.fullmatch(path):
            return _json({"status": "COMPLETED"})
        if export := _ARCHIVE.fullmatch(path):
            return httpx.Response(200, content=self._archive(self._exports[int(export[1])]))
        raise _lacks(path)

    def _page(self, path: str, request: httpx.Request) -> httpx.Response:
        """Answer one page of a list: the rows that pass the filter, with the columns asked for."""
        seen = self._seen.lists[path]
        columns = request.url.params.get("fields", seen.fields).split(",")
        if missing := set(columns) - set(seen.fields.split(",")):
            raise _lacks(f"{', '.join(sorted(missing))} of {path}")
        wanted = _wanted(request.url.params.get("filter", ""), path)
        if lacking := _lacking(seen, wanted):
            raise self._without(path, lacking)
        rows = [row for row in seen.rows if all(row.get(name) in values for name, values in wanted)]
        match = _RANGE.fullmatch(request.headers.get("Range", ""))
        first, last = (int(match[1]), int(match[2])) if match else (0, len(rows))
        page = [{name: row[name] for name in columns if name in row} for row in rows[first : last + 1]]
        return _json(page, {"Content-Range": f"items {first}-{max(first, first + len(page) - 1)}/{len(rows)}"})

    def _without(self, path: str, lacking: Asked) -> NotInSnapshot:
        if path == ENTRIES:
            names = {row["id"]: str(row["name"]) for row in self._seen.lists[SETS].rows}
            sets = sorted(names.get(number, str(number)) for number in lacking)
            return _lacks(f"the entries of {', '.join(sets)}", "--all-entries")
        values = ", ".join(sorted(map(str, lacking)))
        if path == QIDS:
            return _lacks(f"the QID records {values}", "--all-qids")
        return _lacks(f"{values} of {path}")

    def _start_export(self, request: httpx.Request) -> httpx.Response:
        contents = json.loads(request.read())["export_contents"]
        self._exports.append([number for each in contents for number in each["content_item_ids"]])
        return _json({"task_id": len(self._exports) - 1, "status": "QUEUED"})

    def _archive(self, numbers: Iterable[str]) -> bytes:
        """What was listed and does not come back was gone when the snapshot was made, just as on a console."""
        rules = [self._seen.rules[number] for number in numbers if number in self._seen.rules]
        return write_archive({_CONTENT: write_content("", rules, [], now=0)})


def _lacks(what: str, option: str = "") -> NotInSnapshot:
    made = f"`dac console snapshot {option}` saves them" if option else "plan on the console itself"
    return NotInSnapshot(f"the snapshot does not hold {what}", hint=made)


def _wanted(expression: str, path: str) -> list[tuple[str, Asked]]:
    """Return the terms of a filter."""
    try:
        return terms(expression) if expression else []
    except ValueError as error:
        raise _lacks(f"{path} ({error})") from error


def _lacking(seen: SeenList, wanted: Iterable[tuple[str, Asked]]) -> Asked:
    """Return values that rows were not asked for when the snapshot was made: what passes the filter may be missing."""
    if not seen.covers:
        return frozenset()
    gaps = [values - seen.covers[name] for name, values in wanted if name in seen.covers]
    return min(gaps, key=len, default=frozenset({"every one"}))


def _json(body: Any, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return httpx.Response(200, json=body, headers=headers)


def _refusal(status: int, message: str, code: int | None = None) -> httpx.Response:
    body = {"message": message} | ({} if code is None else {"code": code})
    return httpx.Response(status, json=body)
