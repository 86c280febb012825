"""What the emulator answers, for those who ask before they try."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PROPERTIES = "/config/event_sources/custom_properties"
SINCE = {
    "/reference_data_collections/": 16,
    f"{_PROPERTIES}/property_aql_expressions": 16,
    f"{_PROPERTIES}/property_calculated_expressions": 16,
    f"{_PROPERTIES}/property_xml_expressions": 13,
    "/config/access/authorized_services": 16,
    "/reference_data/sets/bulk_load/{namespace}": 13,
}
"""The API generation that brought what is below a path, where IBM's pages of successive versions show it."""

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

    rows = []
    for endpoint in ENDPOINTS:
        path = _ID.sub(r"{\1}", endpoint.path)
        since = endpoint.since or next((number for start, number in SINCE.items() if path.startswith(start)), 0)
        rows.append(Served(endpoint.method, path, since, endpoint.deprecated_since))
    return sorted(rows, key=lambda row: (row.path, row.method))
