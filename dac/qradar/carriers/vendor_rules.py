"""Stock rules: found by their identifier in the lists of rules, switched on and off over REST.

API: GET and POST /analytics/rules and /analytics/building_blocks. A stock rule that somebody edited is there twice,
as SYSTEM and as OVERRIDE, linked both ways; the OVERRIDE is the one that runs. Whether switching a stock rule makes
an OVERRIDE of it is not documented, so what counts is looked up again after every switch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import ConsoleError
from dac.model.reads import Absent, Found
from dac.model.resource import Live
from dac.model.run import Outcome, Result
from dac.qradar.carriers.work import Job, Series, told, unread, verdict
from dac.qradar.rule_listing import list_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.inventory import Listed
    from dac.model.reads import Read
    from dac.model.resource import Wanted
    from dac.qradar.carrier import Owned
    from dac.qradar.client import Client
    from dac.qradar.rule_listing import Listing

_OURS_TO_SWITCH = ("SYSTEM", "OVERRIDE")


class VendorRulesCarrier:
    """Kind `vendor_rule`. It asks for nothing while no stack has one."""

    kinds = ("vendor_rule",)

    def __init__(self, client: Client, owned: Owned) -> None:
        self._client = client
        self._owned = owned

    def read(self, wanted: Sequence[Wanted], *, deep: bool = False) -> dict[Address, Read]:  # noqa: ARG002 - no bodies
        if not wanted:
            return {}
        listing = list_rules(self._client)
        return {item.address: _read(listing, _identifier(item, listing)) for item in wanted}

    def unmanaged(self) -> Mapping[str, int]:
        """What the vendor brought waits for nobody to manage it."""
        return {}

    def listed(self) -> Sequence[Listed]:
        """The carrier of rules lists them."""
        return ()

    def switch(self, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out the edits of `enabled`, on the row that counts, and read them back from the lists."""
        jobs = [Job.of(change) for change in changes]
        listing = list_rules(self._client)
        Series(self._client.trail).each(jobs, lambda job: self._switch(job, listing))
        try:
            listing = list_rules(self._client)
        except ConsoleError as error:
            return [unread(job, told(error)) for job in jobs]
        return [self._switched(job, listing) for job in jobs]

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Nothing but switches is ever planned for this kind."""
        return self.switch(changes)

    def delete(self, changes: Sequence[Change]) -> list[Outcome]:
        """Never: planning forgets what QRadar brought, and should it ever not, this refuses."""
        return [Outcome(c.address, Result.FAILED, message="dac never deletes what QRadar brought") for c in changes]

    def _switch(self, job: Job, listing: Listing) -> None:
        rule = listing.rules.get(job.desired.uuid)
        if rule is not None:
            row = listing.in_force(rule)
            self._client.post(row.path(row.kinds[0]), json={"enabled": job.desired.deployed["enabled"]})

    def _switched(self, job: Job, listing: Listing) -> Outcome:
        read = _read(listing, job.desired.uuid)
        return verdict(job, read.live if isinstance(read, Found) else None, self._owned)


def _identifier(item: Wanted, listing: Listing) -> str:
    """What is recorded comes first, so that an edited identifier is seen for what it is: another rule."""
    recorded = item.recorded.uuid if item.recorded else ""
    return recorded if recorded in listing.rules else item.uuid


def _read(listing: Listing, identifier: str) -> Read:
    """Its origin is told only where it is people's: of the vendor's own, the switch is this project's to turn."""
    rule = listing.rules.get(identifier)
    if rule is None:
        return Absent()
    row = listing.in_force(rule)
    is_vendors = rule.origin in _OURS_TO_SWITCH
    return Found(
        Live(
            deployed={"identifier": rule.uuid, "enabled": row.enabled},
            remote_id=str(row.id),
            uuid=rule.uuid,
            name=rule.name,
            ours=is_vendors,
            origin="" if is_vendors else rule.origin,
            overridden=row.origin == "OVERRIDE",
        )
    )
