"""Which uuid a declared resource has, and what other resources may know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.reads import Found
from dac.resources.kind import Fact
from dac.resources.registry import kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.reads import Read
    from dac.model.resource import Desired, Recorded


def uuid_of(project_id: UUID, resource: DeclaredResource, recorded: Recorded | None) -> str:
    """Return the written uuid, else the recorded one (it may have been adopted), else the derived one."""
    adopted = recorded.uuid if recorded is not None and not resource.written_uuid else ""
    return adopted or resource.uuid(project_id)


def recorded_for(resource: DeclaredResource | Desired, recorded: Mapping[Address, Recorded]) -> Recorded | None:
    """Return the record under the present address, or under the newest earlier one that has any."""
    found = recorded.get(resource.address)
    if found is None:
        found = next((recorded[address] for address in resource.previous if address in recorded), None)
    return found


def declaring(recorded: Iterable[Recorded], resources: Iterable[DeclaredResource]) -> str | None:
    """Return a stack that declares, by kind and console name, something of what is recorded; None when none does."""
    names = {(record.address.kind, record.name) for record in recorded}
    return next((r.address.stack for r in resources if (r.address.kind, _name(r)) in names), None)


def facts_of(
    resources: Iterable[DeclaredResource], uuids: Mapping[Address, str], reads: Mapping[Address, Read]
) -> dict[str, Fact]:
    """Return a fact for every declared resource, keyed by `str(address)`.

    A thing that is taken over by name (`adopt`) keeps the uuid it has on the console.
    """
    return {str(resource.address): _fact(resource, uuids, reads) for resource in resources}


def _fact(resource: DeclaredResource, uuids: Mapping[Address, str], reads: Mapping[Address, Read]) -> Fact:
    described = kind(resource.address.kind)
    name = _name(resource)
    read = reads.get(resource.address)
    adopted = resource.table.get("adopt") is True and isinstance(read, Found) and read.live.uuid
    uuid = read.live.uuid if adopted and isinstance(read, Found) else uuids[resource.address]
    return Fact(described.name, name, uuid, described.fact_type(resource.table))


def _name(resource: DeclaredResource) -> str:
    return kind(resource.address.kind).console_name(resource.address, resource.table)
