"""`dac list --json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.machine.forms import dumped, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.inventory import Owned


def inventory_json(things: Sequence[Owned]) -> str:
    """Every thing with its kind, numbers and address; what is not known is null."""
    rows = [
        {
            "kind": one.listed.kind,
            "id": one.listed.remote_id,
            "uuid": one.listed.uuid or None,
            "name": one.listed.name,
            "origin": one.listed.origin or None,
            "marker": one.listed.marker or None,
            "address": str(one.address) if one.address else None,
        }
        for one in things
    ]
    return dumped({**heading(), "resources": rows})
