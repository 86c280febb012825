"""What the rules of a plan do with a reference set, for whoever has to judge an entry that came or went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.model.resource import Reference
from dac.resources.worded_tests import IN_SETS, REFERENCE_SETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.resource import Desired, Recorded

_DETECTION, _BLOCK = "detection", "building_block"


@dataclass(frozen=True, slots=True)
class SetRole:
    """Whether its entries are what rules look for, and whether they are what rules let pass; it may be both.

    Of a set that no rule of the plan reads, or one reads in a way that cannot be told, both are to be expected.
    """

    looked_for: bool = True
    spared: bool = True


def role_of(address: Address, changes: Iterable[Change]) -> SetRole:
    """Return what the rules among `changes` do with the set of an address, as they are and as they are to become."""
    every = list(changes)
    names = {form.name for change in every if change.address == address for form in _forms(change)}
    said = [role for name in names for change in every for form in _forms(change) for role in _roles(form, name)]
    if not said:
        return SetRole()
    return SetRole(any(role.looked_for for role in said), any(role.spared for role in said))


def _forms(change: Change) -> list[Desired | Recorded]:
    return [form for form in (change.desired, change.recorded) if form is not None]


def _roles(form: Desired | Recorded, name: str) -> Iterator[SetRole]:
    """What one rule does with a set; of a building block that depends on who asks for it."""
    if Reference("reference_set", name) not in form.references:
        return
    if form.address.kind == _BLOCK:
        yield SetRole()
    elif form.address.kind == _DETECTION:
        found = [*_in_tests(form.deployed.get(REFERENCE_SETS, ()), name), *_in_filter(form.deployed, name)]
        yield from found or [SetRole()]


def _in_tests(rows: Iterable[dict[str, Any]], name: str) -> Iterator[SetRole]:
    for row in rows:
        if any(name in row.get(key, ()) for key in IN_SETS):
            spares = row.get("negate") is True
            yield SetRole(not spares, spares)


def _in_filter(deployed: dict[str, Any], name: str) -> Iterator[SetRole]:
    text = deployed.get("filter")
    if not isinstance(text, str):
        return
    from dac.aql.meaning.set_uses import set_uses  # only for sets whose entries change

    uses = set_uses(text)
    if name in uses.looked_for or name in uses.spared:
        yield SetRole(name in uses.looked_for, name in uses.spared)
