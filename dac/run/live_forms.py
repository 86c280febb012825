"""A deployed form as the table of TOML that a stack would declare it with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.resources.kind import Kind

_BLOCKS = "building_blocks"


def as_declared(kind: Kind, form: Deployed, reader: Address, owners: Mapping[str, Address]) -> dict[str, Any]:
    """Lift a form, with building blocks by their addresses where `owners` (by uuid) has them."""
    table = kind.lift(form)
    if _BLOCKS in table:
        table[_BLOCKS] = _named(table[_BLOCKS], reader, owners)
    return table


def _named(value: Any, reader: Address, owners: Mapping[str, Address]) -> Any:
    if isinstance(value, dict):
        return {key: _named(item, reader, owners) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, reader, owners) for item in value]
    owner = owners.get(value)
    if owner is None:
        return value
    return owner.local if owner.stack == reader.stack else str(owner)
