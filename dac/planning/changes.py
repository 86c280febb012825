"""From a decision to a change: its action, its reason and its edits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.change import MISSING, Action, Change, Channel, Edit
from dac.planning.compare import differences
from dac.planning.decide import Decision
from dac.planning.ignored import with_ignored
from dac.planning.layout import is_layout, laid_out_as
from dac.planning.record import recorded_form, sleeps_held
from dac.resources.kind import deployed_fields

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live, Recorded
    from dac.planning.compare import Difference
    from dac.resources.kind import Field, Kind


def create(kind: Kind, desired: Desired, recorded: Recorded | None, *, reason: str) -> Change:
    """Everything is new."""
    edits = edits_between(kind, {}, desired.deployed)
    return Change(desired.address, Action.CREATE, reason, edits, desired, recorded, record=desired.deployed)


def delete(kind: Kind, address: Address, recorded: Recorded | None, live: Live, *, reason: str) -> Change:
    """Everything goes."""
    edits = edits_between(kind, recorded.deployed if recorded else live.deployed, {})
    return Change(address, Action.DELETE, reason, edits, None, recorded, live)


def same(desired: Desired, recorded: Recorded, live: Live) -> Change:
    """Desired, recorded and live are equal: by far the most frequent case, so it is not looked into any further."""
    kept = desired if live.uuid in ("", desired.uuid) else replace(desired, uuid=live.uuid)
    held = recorded.held and desired.sleeps
    return Change(desired.address, Action.NO_OP, "", (), kept, recorded, live, record=desired.deployed, held=held)


def compare(
    kind: Kind, desired: Desired, recorded: Recorded | None, live: Live, *, decision: Decision, re_enable: bool
) -> Change:
    """Update, replace, adopt or no-op: whatever makes live what is desired, less what is held or ignored."""
    target = replace(
        desired, uuid=live.uuid or desired.uuid, deployed=target_form(kind, desired, recorded, live, re_enable)
    )
    current = kind.owned(live.deployed, desired.deployed, recorded.deployed if recorded else None)
    edits = edits_between(kind, current, target.deployed)
    adopting = decision is Decision.ADOPT
    if not edits:
        action = Action.ADOPT if adopting else Action.NO_OP
    elif any(edit.reason for edit in edits):
        action = Action.REPLACE
    else:
        action = Action.ADOPT if adopting else Action.UPDATE
    reason = _reason(kind, decision, desired, recorded, live)
    record = recorded_form(kind, desired, current)
    held = not re_enable and sleeps_held(kind, desired, recorded, current)
    return Change(desired.address, action, reason, edits, target, recorded, live, record=record, held=held)


def target_form(kind: Kind, desired: Desired, recorded: Recorded | None, live: Live, re_enable: bool) -> Deployed:
    """Return what live should become: desired, with what is ignored, held or only laid out anew as live has it."""
    recorded_form = recorded.deployed if recorded else None
    current = kind.owned(live.deployed, desired.deployed, recorded_form)
    target = desired.deployed if re_enable else kind.hold(desired.deployed, current, recorded_form)
    return laid_out_as(current, with_ignored(kind, desired.ignore_changes, target, current))


def top_key(edit: Edit) -> str:
    """Return the key of the deployed form that an edit lies under."""
    return edit.path.partition(".")[0].partition("[")[0]


def edits_between(kind: Kind, before: Deployed, after: Deployed) -> tuple[Edit, ...]:
    """Return what differs in more than layout as edits, each with the channel its field travels by."""
    rows = dict(reversed(deployed_fields(kind)))
    return tuple(
        _edit(rows[found.key], found)
        for found in differences(before, after)
        if not is_layout(found.key, found.before, found.after)
    )


def _edit(row: Field, difference: Difference) -> Edit:
    channel = row.channel or Channel.STATE
    reason = "forces replacement" if row.replace and MISSING not in (difference.before, difference.after) else ""
    return Edit(difference.path, difference.before, difference.after, channel, reason)


def _reason(kind: Kind, decision: Decision, desired: Desired, recorded: Recorded | None, live: Live) -> str:
    if decision is Decision.ADOPT and not live.ours:
        return "adopt = true takes it over"
    if decision is Decision.ADOPT:
        return "it is on the console and this project's own, but not in the state"
    if recorded is not None and edits_between(kind, recorded.deployed, desired.deployed):
        is_same = desired.digest and desired.digest == recorded.digest
        return (
            "dac.toml, a name, the date or what uses it changed, not its own table" if is_same else "the stack changed"
        )
    return "it was changed outside of dac"
