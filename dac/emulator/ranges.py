"""Paging: `Range: items=0-49` in, `Content-Range: items 0-49/1234` out (IBM: "Range header")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dac.emulator.errors import BAD_RANGE, ApiError

_RANGE = re.compile(r"items=(\d{1,18})-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class ItemRange:
    """Zero based, both ends included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def content_range(self, total: int) -> str:
        """The answer's header; clipped at the end, `*` when nothing is left."""
        if self.first >= total:
            return f"items */{total}"
        return f"items {self.first}-{min(self.last, total - 1)}/{total}"


def parse_range(header: str | None) -> ItemRange | None:
    """None without a header; 422 when it is not of the form `items=x-y` with x <= y."""
    if header is None:
        return None
    match = _RANGE.fullmatch(header.strip())
    found = ItemRange(int(match[1]), int(match[2])) if match else None
    if found is None or found.last < found.first:
        raise ApiError(
            422,
            BAD_RANGE,
            f"Failed to parse Range header {header!r}: it must follow the pattern items=x-y, x not above y",
        )
    return found
