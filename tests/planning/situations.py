"""Situations put together by hand: a few things of each kind, and how they stand in stack, state and console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.address import Address
from dac.model.plan import ConsoleRef
from dac.model.reads import Absent, Found
from dac.model.resource import Desired, Live, Recorded, Reference
from dac.planning.plan import plan
from dac.planning.situation import Options, Situation
from dac.resources.registry import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.model.change import Change, Drift
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.model.reads import Read

PROD = ConsoleRef("prod", "https://qradar.example.com", "id-of-prod")
MINE, HERS = "203.0.113.7", "203.0.113.99"

SET: Deployed = {"name": "DaC: VPN", "entry_type": "IP", "entries": {MINE: "exit node"}}
PROPERTY: Deployed = {
    "name": "Country",
    "property_type": "string",
    "expressions": [{"kind": "json", "log_source_type": "Linux OS", "expression": '/"country"'}],
}
BLOCK: Deployed = {"name": "BB: legacy", "type": "EVENT", "enabled": True, "filter": "qid = 1"}
DETECTION: Deployed = {
    "name": "Risky",
    "type": "EVENT",
    "enabled": True,
    "severity": 5,
    "credibility": 5,
    "relevance": 5,
    "filter": "qid = 2",
    "log": True,
}
VENDORS = {"identifier": "SYSTEM-1104", "enabled": True}
FORMS = {
    "vendor_rule": VENDORS,
    "reference_set": SET,
    "custom_property": PROPERTY,
    "building_block": BLOCK,
    "detection": DETECTION,
}


def at(local: str) -> Address:
    """`kind.name` in stack cloud, or `stack/kind.name`."""
    return Address.parse(local, stack="cloud")


def uuid_of(local: str) -> str:
    return f"uuid of {at(local)}"


def form_of(local: str, given: Deployed | None) -> Deployed:
    return FORMS[at(local).kind] if given is None else given


def name_of(form: Deployed) -> str:
    """What a thing is called on the console; a vendor rule goes by its identifier."""
    return str(form.get("name") or form["identifier"])


def reads(*what: str) -> tuple[Reference, ...]:
    """References written `kind:name`."""
    return tuple(Reference(*text.split(":", 1)) for text in what)


def wanted(local: str, deployed: Deployed | None = None, **more: Any) -> Desired:
    form = form_of(local, deployed)
    return Desired(
        **(
            {
                "address": at(local),
                "uuid": uuid_of(local),
                "name": name_of(form),
                "deployed": form,
                "digest": "d",
            }
            | more
        )
    )


def recorded(local: str, deployed: Deployed | None = None, **more: Any) -> Recorded:
    form = form_of(local, deployed)
    given = {
        "address": at(local),
        "uuid": uuid_of(local),
        "name": name_of(form),
        "remote_id": f"id of {at(local)}",
    }
    return Recorded(**(given | {"deployed": form, "digest": "d"} | more))


def found(local: str, deployed: Deployed | None = None, **more: Any) -> Found:
    """Seen on the console. Rules have a uuid there, other things only a number."""
    form = form_of(local, deployed)
    uuid = uuid_of(local) if at(local).kind in ("building_block", "detection") else ""
    given = {
        "deployed": form,
        "remote_id": f"id of {at(local)}",
        "uuid": uuid,
        "name": name_of(form),
        "ours": True,
    }
    return Found(Live(**(given | more)))


def situation(
    *sides: Desired | Recorded, seen: Mapping[str, Read] | None = None, readers: Iterable[Recorded] = (), **more: Any
) -> Situation:
    """What is not in `seen` is Absent: somebody looked, and it was not there."""
    desired = {side.address: side for side in sides if isinstance(side, Desired)}
    records = {side.address: side for side in sides if isinstance(side, Recorded)}
    pending = more.pop("pending", frozenset())
    looked: dict[Address, Read] = dict.fromkeys([*desired, *records, *pending], Absent())
    looked |= {at(local): read for local, read in (seen or {}).items()}
    given = {
        "console": PROD,
        "stacks": ("cloud",),
        "kinds": kinds(),
        "desired": desired,
        "recorded": records,
        "reads": looked,
        "readers": tuple(readers),
        "pending": frozenset(pending),
    }
    return Situation(**(given | more))


def planned(
    *sides: Desired | Recorded, options: Options | None = None, seen: Mapping[str, Read] | None = None, **more: Any
) -> Plan:
    return plan(situation(*sides, seen=seen, **more), options or Options())


def settled(local: str, deployed: Deployed | None = None, live: Deployed | None = None, **more: Any) -> Plan:
    """Plan one thing that is wanted, recorded and live; `live` is how the console has it, `more` goes to wanted."""
    want = wanted(local, deployed, **more)
    seen = {local: found(local, want.deployed if live is None else live)}
    return planned(want, recorded(local, want.deployed), seen=seen)


def change_of(result: Plan, local: str) -> Change:
    (change,) = [change for change in result.changes if change.address == at(local)]
    return change


def actions(result: Plan) -> dict[str, str]:
    """Every change that does something, by address within its stack."""
    return {change.address.local: change.action.value for change in result.pending}


def edits(change: Change | Drift) -> dict[str, tuple[Any, Any]]:
    return {edit.path: (edit.before, edit.after) for edit in change.edits}


def codes(result: Plan) -> list[tuple[str, str]]:
    """Every refusal as its code and the local address it is about."""
    return [(refusal.code, refusal.address.local if refusal.address else "") for refusal in result.refusals]
