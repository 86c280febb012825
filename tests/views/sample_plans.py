"""Plans put together by hand: what a view gets, without a room that computes it."""

from __future__ import annotations

from typing import Any

from dac.model.address import Address
from dac.model.change import MISSING, Action, Change, Channel, Disposition, Drift, Edit
from dac.model.drift_report import DriftReport, Sighting, Unread
from dac.model.plan import ConsoleRef, Plan, Refusal
from dac.model.resource import Desired, Live, Recorded
from dac.planning.drift_kinds import kinds_of

PROD = ConsoleRef("prod", "https://qradar.example.com")
CLOCK = 1_774_944_000_000  # 2026-03-31T08:00:00Z
UUIDS = {
    "risky_sign_in": "6f6c1f0e-8a57-5d43-9d0c-0a4b8c1f5e01",
    "legacy_auth": "b1f9a6aa-2a0a-5ef5-8d57-8a5a3a1c7e02",
    "service_accounts": "c2f9a6aa-2a0a-5ef5-8d57-8a5a3a1c7e03",
}
DETECTION: dict[str, Any] = {
    "name": "Cloud Accounts: risky Entra ID sign-in",
    "type": "EVENT",
    "enabled": True,
    "notes": "Sign-in from a flagged country or over a legacy protocol.\n\nATT&CK: T1078.004",
    "log_source_types": ["Microsoft Entra ID"],
    "building_blocks": {"any": [UUIDS["legacy_auth"]]},
    "filter": "\"CountryOrRegion\" IN ('KP', 'IR', 'RU', 'BY')\n"
    "OR \"ClientAppUsed\" IMATCHES '.*(imap|pop|smtp|activesync).*'",
    "severity": 8,
    "credibility": 5,
    "offense": {"index": "username"},
    "event": {"name": "Cloud Accounts: risky Entra ID sign-in", "category": "Suspicious Activity"},
    "email": ["soc@example.com"],
    "groups": ["Cloud"],
}
BUILDING_BLOCK: dict[str, Any] = {
    "name": "BB: Entra ID legacy authentication",
    "type": "EVENT",
    "enabled": True,
    "log_source_types": ["Microsoft Entra ID"],
    "filter": "\"ClientAppUsed\" IMATCHES '.*(imap|pop|smtp|activesync).*'",
}
PROPERTY: dict[str, Any] = {
    "name": "CountryOrRegion",
    "property_type": "string",
    "use_for_rule_engine": True,
    "expressions": [
        {
            "kind": "json",
            "log_source_type": "Microsoft Entra ID",
            "expression": '/"properties"/"location"/"countryOrRegion"',
        },
    ],
}
REFERENCE_SET: dict[str, Any] = {
    "name": "DaC: SOC VPN egress",
    "entry_type": "IP",
    "description": "Exits of the SOC's own VPN",
    "entries": {
        "198.51.100.24": "SOC VPN Zurich [owner=soc-leads@example.com; ticket=CHG-1001]",
        "203.0.113.7": "Threat-intel research exit node [ticket=CHG-1042; expires=2027-03-31]",
        "203.0.113.8": "",
    },
}


def at(local: str, stack: str = "cloud") -> Address:
    return Address.parse(local, stack=stack)


def desired(address: Address, deployed: dict[str, Any]) -> Desired:
    return Desired(address, UUIDS.get(address.name, ""), deployed["name"], deployed, digest="d")


def recorded(address: Address, deployed: dict[str, Any], remote_id: str = "100353") -> Recorded:
    return Recorded(address, UUIDS.get(address.name, ""), deployed["name"], remote_id, deployed, digest="d")


def live(address: Address, deployed: dict[str, Any], remote_id: str = "100353") -> Live:
    return Live(deployed, remote_id, UUIDS.get(address.name, ""), deployed["name"], ours=True)


def create(local: str, deployed: dict[str, Any], *, stack: str = "cloud", reason: str = "") -> Change:
    address = at(local, stack)
    channel = Channel.EXTENSION if address.kind in {"detection", "building_block"} else Channel.REST
    edits = tuple(Edit(key, MISSING, value, channel) for key, value in deployed.items())
    return Change(address, Action.CREATE, reason, edits, desired=desired(address, deployed))


def update(local: str, before: dict[str, Any], *edits: Edit, stack: str = "cloud", **rest: Any) -> Change:
    """`before` is on the console; the edits' top-level values make what is wanted."""
    address = at(local, stack)
    after = before | {edit.path: edit.after for edit in edits if edit.path.isidentifier()}
    after = {key: value for key, value in after.items() if value is not MISSING}
    given = {"action": Action.UPDATE, "reason": ""} | rest
    return Change(
        address,
        edits=edits,
        desired=desired(address, after),
        recorded=recorded(address, before),
        live=live(address, before),
        **given,
    )


def delete(local: str, deployed: dict[str, Any], *, stack: str = "cloud", reason: str = "") -> Change:
    address = at(local, stack)
    return Change(address, Action.DELETE, reason, recorded=recorded(address, deployed), live=live(address, deployed))


def no_op(local: str, deployed: dict[str, Any], *, stack: str = "cloud", previous: Address | None = None) -> Change:
    address = at(local, stack)
    return Change(
        address,
        Action.NO_OP,
        "",
        desired=desired(address, deployed),
        recorded=recorded(address, deployed),
        live=live(address, deployed),
        previous=previous,
    )


def rest(path: str, before: Any, after: Any, reason: str = "") -> Edit:
    return Edit(path, before, after, Channel.REST, reason)


def extension(path: str, before: Any, after: Any, reason: str = "") -> Edit:
    return Edit(path, before, after, Channel.EXTENSION, reason)


def plan(*changes: Change, **rest: Any) -> Plan:
    stacks = tuple(dict.fromkeys(change.address.stack for change in changes)) or ("cloud",)
    given = {"console": PROD, "stacks": stacks, "waves": (), "clock": CLOCK} | rest
    return Plan(changes=changes, **given)


def report(of: Plan, **rest: Any) -> DriftReport:
    """What `dac drift` says of a plan; what could not be read is not read."""
    seen = tuple(Sighting(item, kinds_of(item), frozenset({f"{item.address} key"})) for item in of.drift)
    unread = tuple(Unread(r.address, r.summary, f"{r.address} unread") for r in of.refusals if r.address)
    return DriftReport(of, **({"sightings": seen, "unread": unread, "keys": frozenset({"a key"})} | rest))


def switched_off(local: str = "detection.risky_sign_in") -> Drift:
    return Drift(at(local), (rest("enabled", True, False),), Disposition.HELD, "switched off by hand")


def protected(local: str = "detection.risky_sign_in") -> Refusal:
    return Refusal(
        "protected",
        f"{local} is protected and would be destroyed",
        at(local),
        "Set protect = false, apply, and only then remove it from the stack.",
    )
