"""Which custom properties somebody reads: what rules count on, QRadar has to parse in advance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.resources import custom_property
from dac.run.desired.identities import recorded_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.resource import Desired, Recorded, Reference


def switch_on_read_properties(
    resources: Iterable[DeclaredResource],
    desired: dict[Address, Desired],
    references: Mapping[Address, tuple[Reference, ...]],
    recorded: Mapping[Address, Recorded],
) -> None:
    """Tell every custom property in `desired` whether a rule or an offense index of the project reads it."""
    own = [resource for resource in resources if resource.address.kind == custom_property.KIND.name]
    known = {resource.address: recorded_for(resource, recorded) for resource in own}
    parsed = {address for address, one in known.items() if one and one.deployed.get("use_for_rule_engine") is True}
    read = _read_in_advance(desired, references, parsed)
    for resource in own:
        one = desired.get(resource.address)
        if one is None:
            continue
        is_parsed = resource.address in parsed
        form = custom_property.for_readers(one.deployed, resource.table, is_read=one.name in read, is_parsed=is_parsed)
        if form != one.deployed:
            desired[resource.address] = replace(one, deployed=form)


def _read_in_advance(
    desired: Mapping[Address, Desired], references: Mapping[Address, tuple[Reference, ...]], parsed: set[Address]
) -> set[str]:
    """Return the properties that rules read, and those which properties that are parsed in advance are made of."""
    kind_name = custom_property.KIND.name
    made_of: dict[str, list[str]] = {}
    waiting: list[str] = []
    for address, read_there in references.items():
        names = [reference.name for reference in read_there if reference.kind == kind_name]
        one = desired.get(address)
        if address.kind != kind_name or one is None:
            waiting += names
        else:
            made_of[one.name] = names
            if address in parsed or one.deployed.get("use_for_rule_engine") is True:
                waiting += names
    read: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in read:
            read.add(name)
            waiting += made_of.get(name, ())
    return read
