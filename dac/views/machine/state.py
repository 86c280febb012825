"""What dac remembers, as JSON: `show --json` and `state list --json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.views.machine.forms import dumped, heading, place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.resource import Recorded


def state_json(resources: Iterable[Recorded]) -> str:
    """Every recorded resource by address, under Terraform's `values.root_module.resources`."""
    listed = sorted(resources, key=lambda item: item.address)
    return dumped({**heading(), "values": {"root_module": {"resources": [_resource(item) for item in listed]}}})


def _resource(item: Recorded) -> dict[str, Any]:
    return {
        **place(item.address),
        "id": item.remote_id,
        "uuid": item.uuid or None,
        "protect": item.protect,
        "values": item.deployed,
        "depends_on": [str(reference) for reference in item.references],
    }
