"""What already has a name or a uuid of the stacks on the console at the end: seen in its lists, without a plan.

Whatever is wrong with the files, or unknown to the console, it hides none of this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.resource import Desired
from dac.planning.conflict import in_the_way
from dac.planning.situation import Situation
from dac.resources.registry import kind, kinds
from dac.run.desired.identities import recorded_for, uuid_of
from dac.run.plan.observation import wanted
from dac.run.records import bound, read_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.plan import Refusal
    from dac.run.console import Console
    from dac.run.scope import Scope


def namesakes(scope: Scope, console: Console) -> list[Refusal]:
    """Return why things of the selected stacks cannot be made under their names, by address. DacError as for a plan."""
    records = bound(read_records(scope), scope.ref, console.identity, accept=False)
    recorded = records.recorded
    uuids = {one.address: uuid_of(scope.project.id, one, recorded_for(one, recorded)) for one in scope.resources}
    console.remember_origins(scope.resources)
    seen = Situation(
        console=replace(scope.ref, identity=console.identity),
        stacks=scope.selected,
        kinds=kinds(),
        desired={one.address: _hollow(one, uuids) for one in scope.resources if one.address.stack in scope.selected},
        recorded={address: record for address, record in recorded.items() if address.stack in scope.selected},
        reads=console.read(wanted(scope, records, recorded, uuids), deep=False),
        readers=tuple(record for address, record in sorted(recorded.items()) if address.stack not in scope.selected),
    )
    found = (in_the_way(seen, seen.desired[address]) for address in sorted(seen.desired))
    return [refusal for refusal in found if refusal is not None]


def _hollow(one: DeclaredResource, uuids: Mapping[Address, str]) -> Desired:
    """What is wanted, less its form: that may not compile."""
    return Desired(
        address=one.address,
        uuid=uuids[one.address],
        name=kind(one.address.kind).console_name(one.address, one.table),
        deployed={},
        digest="",
        adopt=one.table.get("adopt") is True,
        previous=one.previous,
        written_uuid=one.written_uuid,
    )
