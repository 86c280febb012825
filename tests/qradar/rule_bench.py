"""A console with the rules carrier on it, on top of the common bench."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from carrier_bench import marker, owned

from dac.model.address import Address
from dac.model.change import Action, Change, Channel, Edit
from dac.model.reads import Found
from dac.model.resource import Desired, Wanted
from dac.qradar.carriers.rules import RulesCarrier
from dac.qradar.names import read_names
from dac.resources.shipped_names import shipped_aliases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from carrier_bench import Bench

    from dac.model.reads import Read
    from dac.model.resource import Live, Recorded
    from dac.model.run import Outcome
    from dac.qradar.client import Client

NOW = 1_900_000_000_000
QUICK = {"install_seconds": 0.01, "export_seconds": 0.01, "rules_visible_after": 0.02}


def patient(seconds: float) -> None:
    """Sleep as asked, but never longer than a rule takes to be listed."""
    time.sleep(min(seconds, QUICK["rules_visible_after"]))


def derived(address: Address) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, str(address)))


class RuleBench:
    """What the run room does with rules; `recorded` is the state, by address."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.client = bench.client
        self.recorded: dict[Address, Recorded] = {}

    def carrier(
        self,
        client: Client | None = None,
        sleep: Callable[[float], None] = patient,
        mark: Callable[[Address], str] = marker,
    ) -> RulesCarrier:
        chosen = client or self.client
        return RulesCarrier(
            chosen,
            read_names(chosen, shipped_aliases()),
            mark,
            owned,
            derived=derived,
            hub_id="dac:5f8b",
            hub_name="dac acme",
            clock=lambda: NOW,
            sleep=sleep,
        )

    def read(self, *desired: Desired, carrier: RulesCarrier | None = None, deep: bool = False) -> dict[Address, Read]:
        wanted = [Wanted(one.address, one.uuid, one.name, self.recorded.get(one.address)) for one in desired]
        return (carrier or self.carrier()).read(wanted, deep=deep)

    def live(self, desired: Desired) -> Live:
        found = self.read(desired, deep=True)[desired.address]
        assert isinstance(found, Found), found
        return found.live

    def changes(self, reads: dict[Address, Read], desired: Sequence[Desired]) -> list[Change]:
        out = []
        for one in desired:
            read = reads[one.address]
            recorded = self.recorded.get(one.address)
            if not isinstance(read, Found):
                out.append(Change(one.address, Action.CREATE, "", (), one, recorded))
                continue
            mine = owned(one.address.kind, read.live.deployed, one.deployed, recorded.deployed if recorded else None)
            if mine != one.deployed:
                out.append(Change(one.address, Action.UPDATE, "", (), one, recorded, read.live))
        return out

    def apply(self, *desired: Desired, carrier: RulesCarrier | None = None) -> list[Outcome]:
        """Read, write what differs, remember. No outcome for what is as it should be."""
        carrier = carrier or self.carrier()
        changes = self.changes(self.read(*desired, carrier=carrier), desired)
        outcomes = carrier.write(changes) if changes else []
        self.recorded |= {outcome.address: outcome.recorded for outcome in outcomes if outcome.recorded}
        return outcomes

    def switch(self, desired: Desired, **fields: Any) -> Outcome:
        """Switch over REST what the edits say."""
        live = self.live(desired)
        edits = tuple(Edit(name, live.deployed[name], value, Channel.REST) for name, value in fields.items())
        change = Change(desired.address, Action.UPDATE, "", edits, desired, self.recorded.get(desired.address), live)
        return self.carrier().switch([change])[0]

    def delete(self, *desired: Desired) -> list[Outcome]:
        changes = []
        for one in desired:
            read = self.read(one)[one.address]
            live = read.live if isinstance(read, Found) else None
            changes.append(Change(one.address, Action.DELETE, "", (), None, self.recorded.get(one.address), live))
        return self.carrier().delete(changes)

    def by_hand(self, desired: Desired, **fields: Any) -> None:
        """Do what an analyst does in the console: switch a rule."""
        row = self.listed(desired)
        kind = "rules" if desired.address.kind == "detection" else "building_blocks"
        self.client.post(f"/analytics/{kind}/{row['id']}", json=fields)

    def listed(self, desired: Desired) -> dict[str, Any]:
        rows = [*self.client.list("/analytics/rules"), *self.client.list("/analytics/building_blocks")]
        return next(row for row in rows if row["identifier"] == desired.uuid)


def detection(name: str, /, **more: Any) -> Desired:
    """A detection with most fields; `field=None` leaves one out."""
    deployed = {
        "name": f"Cloud: {name}",
        "type": "EVENT",
        "enabled": True,
        "notes": "Somebody did something.\n\nMITRE ATT&CK: T1078.004",
        "log_source_types": ["Linux OS"],
        "filter": "username = 'root'\n  AND sourceip != '10.0.0.1'",
        "severity": 8,
        "credibility": 5,
        "relevance": 5,
        "offense": {"index": "username"},
        "event": {"name": f"Cloud: {name}", "category": "Suspicious Activity"},
    }
    return _desired("detection", name, deployed, more)


def building_block(name: str, /, **more: Any) -> Desired:
    deployed = {"name": f"BB: {name}", "type": "EVENT", "enabled": True, "filter": "username = 'root'"}
    return _desired("building_block", name, deployed, more)


def _desired(kind: str, name: str, deployed: dict[str, Any], more: dict[str, Any]) -> Desired:
    form = {key: value for key, value in (deployed | more).items() if value is not None}
    address = Address("cloud", kind, name)
    return Desired(address, derived(address), form["name"], form, f"digest of {form}")
