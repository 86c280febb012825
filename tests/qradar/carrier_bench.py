"""A console with carriers on it: what the run room does, in a few lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx

from dac.model.address import Address
from dac.model.change import Action, Change
from dac.model.reads import Found
from dac.model.resource import Desired, Wanted
from dac.qradar.carriers.custom_properties import CustomPropertiesCarrier
from dac.qradar.carriers.reference_sets import ReferenceSetsCarrier
from dac.qradar.client import Client
from dac.qradar.names import read_names
from dac.resources.property_expressions import canonical
from dac.resources.registry import kinds
from dac.resources.shipped_names import shipped_aliases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.emulator.server import Emulator
    from dac.model.deployed import Deployed
    from dac.model.reads import Read
    from dac.model.resource import Recorded
    from dac.model.run import Outcome, Result
    from dac.resources.names import Names

CARRIERS = {"reference_set": ReferenceSetsCarrier, "custom_property": CustomPropertiesCarrier}


def marker(address: Address) -> str:
    return f"[dac acme/{address}]"


def owned(kind: str, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
    return kinds()[kind].owned(live, desired, recorded)


def patient(seconds: float) -> None:
    """Sleep as asked, but never long: the emulator's tasks take hundredths of a second."""
    time.sleep(min(seconds, 0.01))


class Bench:
    """One console; `recorded` is the state, by address."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._clients: list[Client] = []
        self._names: Names | None = None
        self.client = self.connect()
        self._control = httpx.Client(base_url=f"{emulator.url}/emulator", verify=False)  # noqa: S501  # plain HTTP
        self.recorded: dict[Address, Recorded] = {}

    def connect(self, **options: Any) -> Client:
        client = Client(self.emulator.url, lambda: self.emulator.token, sleep=patient, **options)
        self._clients.append(client)
        client.connect()
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._control.close()
        self.emulator.stop()

    def carrier(self, kind: str, *, names: Names | None = None, **options: Any) -> Any:
        if names is None and self._names is None:
            self._names = read_names(self.client, shipped_aliases())
        return CARRIERS[kind](self.client, names or self._names, marker, owned, **options)

    def wanted(self, address: Address, name: str) -> Wanted:
        return Wanted(address, "00000000-0000-5000-8000-000000000000", name, self.recorded.get(address))

    def read(self, address: Address, name: str) -> Read:
        return self.carrier(address.kind).read([self.wanted(address, name)])[address]

    def apply(self, *desired: Desired, carrier: Any = None) -> list[Outcome]:
        """Read, write what differs, and remember what came of it. No outcome for what is as it should be."""
        if carrier is None:
            carrier = self.carrier(desired[0].address.kind)
        reads = carrier.read([self.wanted(one.address, one.name) for one in desired])
        changes = [change for one in desired if (change := self.change(one, reads[one.address]))]
        return self._remember(carrier.write(changes) if changes else [])

    def change(self, desired: Desired, read: Read) -> Change | None:
        recorded = self.recorded.get(desired.address)
        if not isinstance(read, Found):
            return Change(desired.address, Action.CREATE, "", (), desired, recorded)
        mine = owned(
            desired.address.kind, read.live.deployed, desired.deployed, recorded.deployed if recorded else None
        )
        if mine == desired.deployed and read.live.ours:
            return None
        return Change(desired.address, Action.UPDATE, "", (), desired, recorded, read.live)

    def destroy(self, *desired: Desired) -> list[Outcome]:
        carrier = self.carrier(desired[0].address.kind)
        reads = carrier.read([self.wanted(one.address, one.name) for one in desired])
        changes = [
            Change(one.address, Action.DELETE, "", recorded=self.recorded.get(one.address), live=read.live)
            for one in desired
            if isinstance(read := reads[one.address], Found)
        ]
        return self._remember(carrier.delete(changes))

    def _remember(self, outcomes: list[Outcome]) -> list[Outcome]:
        for outcome in outcomes:
            if outcome.recorded is None:
                self.recorded.pop(outcome.address, None)
            else:
                self.recorded[outcome.address] = outcome.recorded
        return outcomes

    # The emulator's own interface

    def fault(self, **fault: Any) -> None:
        self._control.post("faults", json=fault).raise_for_status()

    def no_faults(self) -> None:
        self._control.delete("faults").raise_for_status()

    def requests(self) -> list[str]:
        """`METHOD path` of every request since the last call of `forget`, polls of tasks left out."""
        rows = self._control.get("requests").raise_for_status().json()
        lines = [f"{row['method']} {row['path'].removeprefix('/api')}" for row in rows]
        return [line for line in lines if "_tasks/" not in line or "results" in line]

    def forget(self) -> None:
        self._control.delete("requests").raise_for_status()


def desired_set(name: str, entries: dict[str, str], **more: Any) -> Desired:
    deployed = {"name": f"DaC: {name}", "entry_type": "ALN", "entries": dict(sorted(entries.items()))} | more
    return wants(Address("cloud", "reference_set", name), deployed)


def desired_property(name: str, expressions: Sequence[Deployed], **more: Any) -> Desired:
    deployed = {"name": name, "property_type": "string", "expressions": sorted(expressions, key=canonical)} | more
    return wants(Address("cloud", "custom_property", name), deployed)


def wants(address: Address, deployed: Deployed) -> Desired:
    return Desired(address, "00000000-0000-5000-8000-000000000000", deployed["name"], deployed, "digest-of-the-toml")


def results(outcomes: Sequence[Outcome]) -> list[Result]:
    return [outcome.result for outcome in outcomes]
