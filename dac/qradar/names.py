"""A console's look-up tables, read once a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent
from dac.resources.names import Names, OffenseType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.qradar.client import Client

LOG_SOURCE_TYPES = "/config/event_sources/log_source_management/log_source_types"
OFFENSE_TYPES = "/siem/offense_types"
CATEGORIES = "/data_classification/low_level_categories"

OFFENSE_TYPE_FIELDS = "id,name,property_name,custom"


def read_names(client: Client, aliases: Mapping[str, str] | None = None) -> Names:
    """Read log source types, offense types and low level categories, in three requests at the same time.

    `aliases` leads from lower-case names of log source types to the usual ones, as `Names` wants it.
    """
    with ThreadPoolExecutor(3) as pool:
        log_source_types = pool.submit(read_log_source_types, client)
        categories = pool.submit(read_categories, client)
        offense_types = pool.submit(read_offense_types, client)
        return Names(
            log_source_types=log_source_types.result(),
            offense_types=offense_types.result(),
            low_level_categories=categories.result(),
            aliases=aliases or {},
        )


def read_log_source_types(client: Client) -> dict[int, str]:
    """Read the names of all log source types, by id."""
    return _by_id(client.list(LOG_SOURCE_TYPES, fields="id,name"), LOG_SOURCE_TYPES)


def read_categories(client: Client) -> dict[int, str]:
    """Read the names of all low level categories, by id."""
    return _by_id(client.list(CATEGORIES, fields="id,name"), CATEGORIES)


def read_offense_types(client: Client) -> tuple[OffenseType, ...]:
    """Read the ways to index an offense; a new custom property can add one, so they are worth a second look."""
    rows = client.list(OFFENSE_TYPES, fields=OFFENSE_TYPE_FIELDS)
    return tuple(
        OffenseType(number, name, str(row.get("property_name") or ""), custom=_true(row.get("custom")))
        for row, (number, name) in zip(rows, _pairs(rows, OFFENSE_TYPES), strict=True)
    )


def _by_id(rows: Sequence[Mapping[str, Any]], path: str) -> dict[int, str]:
    return dict(sorted(_pairs(rows, path)))


def _pairs(rows: Sequence[Mapping[str, Any]], path: str) -> list[tuple[int, str]]:
    pairs = [(row.get("id"), row.get("name")) for row in rows]
    for number, name in pairs:
        if not isinstance(number, int) or not isinstance(name, str):
            raise BadContent(f"GET {path} holds a row without id and name", request=f"GET {path}")
    return [(int(str(number)), str(name)) for number, name in pairs]


def _true(value: object) -> bool:
    """Older consoles write booleans of this table as text."""
    return value is True or value == "true"
