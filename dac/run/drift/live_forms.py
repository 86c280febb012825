"""What is declared, recorded and on the console, as the tables of TOML that a stack would say it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.config.live_values import Forms
from dac.model.reads import Found
from dac.planning.ignored import with_ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.resources.kind import Kind
    from dac.run.planning import Planned

_BLOCKS = "building_blocks"


@dataclass(frozen=True, slots=True)
class Sight:
    """Two looks at one console: with the files as they are, and with some of them edited; at first both are one."""

    first: Planned
    now: Planned

    def tables(self, address: Address) -> Forms | None:
        """Return the three tables of a resource; None when it is not on the console."""
        found = _tables(self.now, address)
        if found is None or self.now is self.first:
            return found
        before = _tables(self.first, address)
        return found if before is None else as_followed(before, found)


def as_followed(before: Forms, now: Forms) -> Forms:
    """Return the tables after an edit so that only what follows from that edit is a difference."""
    kept = {key: now.declared.get(key) for key in now.declared}
    for key in {*before.declared, *now.live}:
        if before.declared.get(key) != before.live.get(key):
            kept[key] = now.live.get(key)  # the stack's own edit, or one that was made already
    return Forms(kept, now.declared, now.live)


def as_declared(kind: Kind, form: Deployed, reader: Address, owners: Mapping[str, Address]) -> dict[str, Any]:
    """Lift a form, with building blocks by their addresses where `owners` (by uuid) has them."""
    table = kind.lift(form)
    if _BLOCKS in table:
        table[_BLOCKS] = _named(table[_BLOCKS], reader, owners)
    return table


def _tables(planned: Planned, address: Address) -> Forms | None:
    situation = planned.observation.situation
    read = situation.reads.get(address)
    if not isinstance(read, Found):
        return None
    desired, recorded = situation.desired[address], situation.recorded[address]
    kind = situation.kinds[address.kind]
    owned = kind.owned(read.live.deployed, desired.deployed, recorded.deployed)
    live = with_ignored(kind, desired.ignore_changes, owned, desired.deployed)
    names = {one.uuid: one.address for one in situation.desired.values()}
    forms = (recorded.deployed, desired.deployed, live)
    return Forms(*(as_declared(kind, form, address, names) for form in forms))


def _named(value: Any, reader: Address, owners: Mapping[str, Address]) -> Any:
    if isinstance(value, dict):
        return {key: _named(item, reader, owners) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, reader, owners) for item in value]
    owner = owners.get(value)
    if owner is None:
        return value
    return owner.local if owner.stack == reader.stack else str(owner)
