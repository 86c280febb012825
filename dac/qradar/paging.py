"""Whole lists in pages: `Range: items=a-b` out, `Content-Range: items a-b/total` back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Rows = list[dict[str, Any]]

_THREADS = 4
_ATTEMPTS = 3
_TOTAL = re.compile(r"items\s+(?:\d+-\d+|\*)/(\d+)")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and how many there are altogether where the console says so."""

    rows: Rows
    total: int | None


def total_of(content_range: str) -> int | None:
    """Read the total from a Content-Range header; None when it is missing or says `*`."""
    match = _TOTAL.match(content_range)
    return int(match[1]) if match else None


def read_pages(fetch: Callable[[int, int], Page], size: int, what: str) -> Rows:
    """Fetch pages of `size` by first and last index until the list is complete.

    Lists on a console have no stable order and change while they are read. Pages that do not agree on the total, or
    do not add up to it, are thrown away and read again; BadContent when that does not help.
    """
    for _ in range(_ATTEMPTS):
        pages = list(_pages(fetch, size))
        rows = [row for page in pages for row in page.rows]
        totals = {page.total for page in pages}
        if totals == {None} or totals == {len(rows)}:
            return rows
    raise BadContent(
        f"{what}: the list kept changing while it was read",
        detail=f"{_ATTEMPTS} readings did not add up to the total the console gave.",
        hint="Run this again when nobody else is changing the console.",
        request=what,
    )


def _pages(fetch: Callable[[int, int], Page], size: int) -> Iterator[Page]:
    first = fetch(0, size - 1)
    yield first
    if first.total is None:
        yield from _until_short(fetch, size, first)
    elif first.total > len(first.rows) and first.rows:
        starts = range(len(first.rows), first.total, size)
        with ThreadPoolExecutor(min(_THREADS, len(starts))) as pool:
            yield from pool.map(lambda start: fetch(start, start + size - 1), starts)


def _until_short(fetch: Callable[[int, int], Page], size: int, page: Page) -> Iterator[Page]:
    """Some endpoints give no total: a page that is not exactly full is the last (longer: Range was ignored)."""
    start = size
    while len(page.rows) == size:
        page = fetch(start, start + size - 1)
        yield page
        start += size
