"""A small state with one of everything, and a holder; shared by the tests of this folder and their child processes."""

from __future__ import annotations

from dac.model.address import Address
from dac.model.plan import ConsoleRef
from dac.model.resource import Recorded, Reference
from dac.model.run import Holder, Intent, Result
from dac.state.document import ClosedWave, LastApply, StateDocument

CONSOLE = ConsoleRef("prod", "https://qradar.example.com", "7c1e2f0a")
SET = Address("cloud", "reference_set", "soc_vpn_egress")
RULE = Address("cloud", "detection", "risky_sign_in")

HOLDER = Holder(
    run_id="run-1",
    who="alice",
    host="soc-7",
    pid=4711,
    command="dac apply",
    created=1_767_323_045_000,
)


def recorded(address: Address, **fields: object) -> Recorded:
    values: dict[str, object] = {
        "uuid": f"uuid of {address.name}",
        "name": address.name,
        "remote_id": "100",
        "deployed": {"name": address.name},
        "digest": "d1",
    }
    return Recorded(address, **(values | fields))  # type: ignore[arg-type]  # fields are named by the tests


def small_document() -> StateDocument:
    entries = {"203.0.113.7": "Threat-intel research exit node"}
    return StateDocument(
        stack="cloud",
        console=CONSOLE,
        lineage="0b8f6f0e-1d7c-4e57-9f4e-3c8f5a0d2b11",
        serial=3,
        dac_version="0.1.0",
        resources={
            RULE.local: recorded(
                RULE,
                name="Cloud Accounts: risky Entra ID sign-in",
                deployed={"name": "Cloud Accounts: risky Entra ID sign-in", "enabled": True, "severity": 8},
                references=(
                    Reference("custom_property", "CountryOrRegion"),
                    Reference("reference_set", "DaC: SOC VPN egress"),
                ),
                fingerprint="1767323000000",
                protect=True,
            ),
            SET.local: recorded(
                SET,
                name="DaC: SOC VPN egress",
                deployed={"name": "DaC: SOC VPN egress", "entry_type": "IP", "entries": entries},
                valid_until=1_806_530_400_000,
            ),
        },
        intents=(Intent("run-3", 2, "extension package", 1_767_323_050_000, {RULE.local: "d0"}),),
        outcomes=(
            ClosedWave("run-3", 1, "REST creates and updates", {SET.local: Result.APPLIED}),
            ClosedWave("run-3", 3, "REST deletes", {RULE.local: Result.FAILED}, {RULE.local: "409: it is in use"}),
        ),
        context_digest="c1",
        last_apply=LastApply("run-2", 1_767_000_000_000, complete=True, targeted=True),
    )
