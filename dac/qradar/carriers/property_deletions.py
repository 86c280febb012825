"""Deleting custom properties without leaving detections blind or taking others' work along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import ConsoleError, Refused
from dac.model.run import Outcome, Result
from dac.qradar import properties
from dac.qradar.carriers.deletions import delete_all, remote_id_of, still_read_by
from dac.qradar.carriers.property_listing import PropertyListing
from dac.qradar.carriers.work import told
from dac.qradar.dependents import find_blockers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.change import Change
    from dac.qradar.carrier import Owned
    from dac.qradar.carriers.expressions import SeenExpression
    from dac.qradar.carriers.property_listing import SeenProperty
    from dac.qradar.client import Client
    from dac.resources.names import Names


def delete_properties(
    client: Client, changes: Sequence[Change], names: Names, owned: Owned, *, timeout: float
) -> list[Outcome]:
    """Delete properties with the expressions dac made. `timeout` is for one delete task, in seconds.

    A property stays whole when something reads it, or when it has expressions of others.
    """
    identifiers = [remote_id_of(change) for change in changes]
    try:
        now = PropertyListing(client, names)
        now.refresh()
        now.attach(identifiers)
    except ConsoleError as error:
        return [Outcome(change.address, Result.FAILED, change.recorded, told(error)) for change in changes]

    def start(change: Change) -> str | None:
        seen = now.properties.get(remote_id_of(change))
        if seen is None:
            return None
        ours = _ours(change, seen, owned)
        _refuse_others(seen, len(seen.expressions) - len(ours))
        _refuse_readers(client, seen)
        for one in ours:
            properties.delete_expression(client, one.kind, one.id)
        return properties.start_delete(client, seen.identifier)

    return delete_all(client, changes, start, timeout=timeout)


def _ours(change: Change, seen: SeenProperty, owned: Owned) -> list[SeenExpression]:
    live = seen.live(ours=True).deployed
    recorded = change.recorded.deployed if change.recorded else None
    mine = owned(change.address.kind, live, None, recorded)["expressions"]
    return [one for one in seen.expressions if one.deployed in mine]


def _refuse_others(seen: SeenProperty, count: int) -> None:
    if count:
        raise Refused(
            f"the property {seen.name!r} stays: it has {count} expression(s) that dac did not make",
            hint="Delete those on the console first, or write [removed] so that dac leaves the property alone.",
        )


def _refuse_readers(client: Client, seen: SeenProperty) -> None:
    """Look before the expressions go: a property that stays without them would leave its readers blind."""
    readers = [str(one) for one in find_blockers(client, "custom_property", seen.identifier)]
    if readers:
        raise Refused(still_read_by(readers))
