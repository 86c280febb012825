"""The use case `list`: what is on a console, and which of it the project has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.inventory import Owned
from dac.model.reads import Found
from dac.run.desired.identities import recorded_for, uuid_of
from dac.run.importing.drafts import RULES
from dac.run.importing.selection import Selection, checked, is_meant, reason_to_leave
from dac.run.plan.observation import wanted as wanted_of
from dac.run.records import bound, read_records

if TYPE_CHECKING:
    from dac.run.console import Console
    from dac.run.scope import Scope


def on_console(scope: Scope, console: Console, wanted: Selection, *, unmanaged: bool) -> tuple[Owned, ...]:
    """Return what is there, by kind and name; with `unmanaged` what `dac import` with the same selection would take.

    Nothing but lists is read, so rules that another project marked count as nobody's. DacError for an unknown kind.
    """
    records = bound(read_records(scope), scope.ref, console.identity, accept=False)
    recorded = records.recorded
    uuids = {r.address: uuid_of(scope.project.id, r, recorded_for(r, recorded)) for r in scope.resources}
    console.remember_origins(scope.resources)
    reads = console.read(wanted_of(scope, records, recorded, uuids), deep=False)
    owners = {
        (address.kind in RULES, read.live.remote_id): address
        for address, read in reads.items()
        if isinstance(read, Found)
    }
    meant = [one for one in console.listed() if is_meant(one, checked(wanted))]
    if unmanaged:
        meant = [one for one in meant if not (one.managed or one.marker or reason_to_leave(one, wanted))]
    return tuple(Owned(one, owners.get((one.kind in RULES, one.remote_id))) for one in meant)
