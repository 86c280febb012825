"""A console in a dictionary: what one thing becomes when a change of a plan is carried out on it.

Written from the design, not from the code: an additive set keeps the entries that dac neither wants nor made, a
property the expressions of scopes that dac neither wants nor made, a rule its owner unless the stack names one and
every group it is in. What stands in the record alone never reaches it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.model.change import Action
from dac.model.reads import Absent, Found
from dac.model.resource import Live, Recorded
from dac.resources.property_expressions import canonical

if TYPE_CHECKING:
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.reads import Read

RECORD_ALONE = {"authoritative"}
SCOPE = ("kind", "log_source_type", "log_source", "qid", "category")


def carried_out(change: Change, read: Read) -> Read:
    """What is on the console after one change."""
    if change.action in (Action.NO_OP, Action.FORGET):
        return read
    if change.action is Action.DELETE:
        return Absent()
    assert change.desired is not None
    wanted = change.desired.deployed
    sent = {key: value for key, value in wanted.items() if key not in RECORD_ALONE}
    if change.action in (Action.CREATE, Action.REPLACE) or not isinstance(read, Found):
        kind = change.address.kind
        uuid = change.desired.uuid if kind in ("building_block", "detection") else ""
        return Found(Live(sent, "new", uuid, change.desired.name, ours=True))
    live = read.live
    made = [wanted, change.recorded.deployed if change.recorded else {}]
    merged = sent | _kept(live.deployed, made, authoritative=bool(wanted.get("authoritative")))
    return Found(Live(merged, live.remote_id, live.uuid, change.desired.name, ours=True))


def remembered(change: Change, record: Recorded | None) -> Recorded | None:
    """What the state holds of an address after its change."""
    if change.action in (Action.DELETE, Action.FORGET):
        return None
    if change.desired is None or change.record is None:
        return record
    want = change.desired
    known = Recorded(change.address, want.uuid, want.name, "new", change.record, want.digest, want.references)
    return replace(known, protect=want.protect, held=change.held)


def _kept(live: Deployed, made: list[Deployed], *, authoritative: bool) -> Deployed:
    """What an update leaves as others made it."""
    kept: dict[str, Any] = {}
    wanted = made[0]
    if "entries" in live:
        ours = {value for form in made for value in form.get("entries", {})}
        others = {} if authoritative else {v: notes for v, notes in live["entries"].items() if v not in ours}
        kept["entries"] = others | wanted["entries"]
    if "expressions" in live:
        scopes = {_scope(row) for form in made for row in form.get("expressions", ())}
        rows = [row for row in live["expressions"] if _scope(row) not in scopes]
        kept["expressions"] = sorted([*rows, *wanted["expressions"]], key=canonical)
    if "groups" in live:
        kept["groups"] = sorted({*live["groups"], *wanted.get("groups", ())})
    if "owner" in live and "owner" not in wanted:
        kept["owner"] = live["owner"]
    return kept


def _scope(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(key) for key in SCOPE)
