"""Which console this is: a random id that dac leaves on it, in a permanent reference set of its own.

A clone of a console carries the id of the original; URL and id together tell them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import AmbiguousAnswer, Conflict, StateError
from dac.qradar import sets

if TYPE_CHECKING:
    from dac.qradar.client import Client

_DESCRIPTION = "dac tells this console from others by the entry in here. Keep it."


def read_identity(client: Client) -> str:
    """Return the console's id; '' before the first apply."""
    found = sets.find_set(client, sets.IDENTITY_SET)
    return _identity_in(client, int(found["id"])) if found else ""


def ensure_identity(client: Client, new_id: str) -> str:
    """Return the console's id, giving it `new_id` when it has none.

    Two runs that do this at once agree: of two entries, the one that the console numbered first counts.
    """
    existing = read_identity(client)
    if existing:
        return existing
    sets.put_entry(client, _ensure_set(client), new_id)
    settled = read_identity(client)
    if not settled:
        raise StateError(
            f"The console took its identity and does not show it in the set {sets.IDENTITY_SET!r}",
            hint="Look at that set in the console; nothing else was changed.",
        )
    return settled


def _ensure_set(client: Client) -> int:
    body = {"name": sets.IDENTITY_SET, "entry_type": "ALN"}
    if client.capabilities.set_descriptions:
        body["description"] = _DESCRIPTION
    found = sets.find_set(client, sets.IDENTITY_SET)
    if found:
        return int(found["id"])
    try:
        return sets.create_set(client, body)
    except (Conflict, AmbiguousAnswer):
        found = sets.find_set(client, sets.IDENTITY_SET)
        if found is None:
            raise
        return int(found["id"])


def _identity_in(client: Client, set_id: int) -> str:
    rows = sets.list_entries(client, [set_id])
    return str(min(rows, key=lambda row: int(row["id"]))["value"]) if rows else ""
