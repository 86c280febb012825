"""What the emulator answers, and what of IBM's reference it does not, for those who ask before they try."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Served:
    """One endpoint. `since` is the API generation that brought it, where that is known, and 0 where not."""

    method: str
    path: str
    since: int
    deprecated_since: int


def served() -> list[Served]:
    """Every endpoint, by path and method."""
    from dac.emulator.endpoints import ENDPOINTS  # imports every area

    rows = [
        Served(endpoint.method, _ID.sub(r"{\1}", endpoint.path), endpoint.since, endpoint.deprecated_since)
        for endpoint in ENDPOINTS
    ]
    return sorted(rows, key=lambda row: (row.path, row.method))


def not_served() -> list[str]:
    """`METHOD /path` of what is documented and answered with 404 or 405 here."""
    from dac.emulator.contract import facts  # reads a file

    return sorted(set(facts()) - {f"{row.method} {row.path}" for row in served()}, key=lambda key: key.split()[::-1])
