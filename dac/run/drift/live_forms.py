"""What is declared, recorded and on the console, as the tables of TOML that a stack would say it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.config.live_values import Forms
from dac.model.reads import Found
from dac.planning.ignored import with_ignored
from dac.resources.rule_conditions import told_as
from dac.resources.worded_tests import IN_SETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.resources.kind import Kind
    from dac.run.plan.planning import Planned

_BLOCKS, _SET_TESTS = "building_blocks", "reference_set_test"


@dataclass(frozen=True, slots=True)
class Sight:
    """Two looks at one console: with the files as they are, and with some of them edited; at first both are one."""

    first: Planned
    now: Planned

    def tables(self, address: Address, table: Mapping[str, Any]) -> Forms | None:
        """Return the three tables of a resource in the way that `table` declares it; None when it is not there."""
        found = _tables(self.now, address, table)
        if found is None or self.now is self.first:
            return found
        before = _tables(self.first, address, table)
        return found if before is None else as_followed(before, found)


def as_followed(before: Forms, now: Forms) -> Forms:
    """Return the tables after an edit so that only what follows from that edit is a difference."""
    kept = {key: now.declared.get(key) for key in now.declared}
    for key in {*before.declared, *now.live}:
        if before.declared.get(key) != before.live.get(key):
            kept[key] = now.live.get(key)  # the stack's own edit, or one that was made already
    return Forms(kept, now.declared, now.live)


@dataclass(frozen=True, slots=True)
class Owners:
    """Who declares what rules refer to: rules by uuid, reference sets by their name on the console."""

    rules: Mapping[str, Address]
    sets: Mapping[str, Address]


def as_declared(
    kind: Kind, form: Deployed, reader: Address, owners: Owners, table: Mapping[str, Any]
) -> dict[str, Any]:
    """Lift a form as `table` says such things: building blocks and sets by their addresses, tests as it has them."""
    out = kind.lift(told_as(form, table))
    if _BLOCKS in out:
        out[_BLOCKS] = _named(out[_BLOCKS], reader, owners.rules)
    if _SET_TESTS in out:
        written = {text for row in table.get(_SET_TESTS, ()) for key in IN_SETS for text in row.get(key, ())}
        sets = {name: owner for name, owner in owners.sets.items() if name not in written}
        out[_SET_TESTS] = [_with_sets(row, reader, sets) for row in out[_SET_TESTS]]
    return out


def _with_sets(row: Mapping[str, Any], reader: Address, sets: Mapping[str, Address]) -> dict[str, Any]:
    return {key: _named(value, reader, sets) if key in IN_SETS else value for key, value in row.items()}


def _tables(planned: Planned, address: Address, table: Mapping[str, Any]) -> Forms | None:
    situation = planned.observation.situation
    read = situation.reads.get(address)
    if not isinstance(read, Found):
        return None
    desired, recorded = situation.desired[address], situation.recorded[address]
    kind = situation.kinds[address.kind]
    owned = kind.owned(read.live.deployed, desired.deployed, recorded.deployed)
    live = with_ignored(kind, desired.ignore_changes, owned, desired.deployed)
    sets = [one for one in situation.desired.values() if one.address.kind == "reference_set"]
    owners = Owners(
        {one.uuid: one.address for one in situation.desired.values()},
        {one.deployed["name"]: one.address for one in sets},
    )
    forms = (recorded.deployed, desired.deployed, live)
    return Forms(*(as_declared(kind, form, address, owners, table) for form in forms))


def _named(value: Any, reader: Address, owners: Mapping[str, Address]) -> Any:
    if isinstance(value, dict):
        return {key: _named(item, reader, owners) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, reader, owners) for item in value]
    owner = owners.get(value)
    if owner is None:
        return value
    return owner.local if owner.stack == reader.stack else str(owner)
