"""What the state holds after a change: the record made of a change and of what the console said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.resource import Recorded
from dac.model.run import Outcome, Result

if TYPE_CHECKING:
    from dac.model.change import Change
    from dac.model.deployed import Deployed

_SWITCHES = ("enabled", "owner")
_GONE = (Action.DELETE, Action.FORGET)


def settled(change: Change, outcome: Outcome, *, more: bool, begun: bool = False) -> Outcome:
    """Return the outcome with the record to keep.

    `more`: a later wave still has to do its part of this change. `begun`: an earlier wave has done its part, and
    recorded it.
    """
    if outcome.result is not Result.APPLIED:
        return replace(outcome, recorded=None if begun else _left(change, outcome))
    if change.action in _GONE:
        return replace(outcome, recorded=None)
    told = outcome.recorded
    remote_id = told.remote_id if told else ""
    fingerprint = told.fingerprint if told else ""
    record = record_of(change, remote_id=remote_id, fingerprint=fingerprint)
    return replace(outcome, recorded=_half_done(change, record) if more and record else record)


def _left(change: Change, outcome: Outcome) -> Recorded | None:
    """Return what a write that failed half-way certainly left on the console; None when that is nothing new."""
    left = outcome.recorded
    if outcome.result is not Result.FAILED or left is None or left == change.recorded:
        return None
    return replace(left, address=change.address)


def applied_without_console(change: Change) -> Outcome:
    """Return the outcome of a change that only the state sees: an adoption of equal content, a move, a forgetting."""
    return Outcome(change.address, Result.APPLIED, None if change.action in _GONE else as_seen(change))


def as_seen(change: Change) -> Recorded | None:
    """Return the record of something that is on the console as it should be."""
    if change.live is None:
        return None
    return record_of(change, remote_id=change.live.remote_id, fingerprint=change.live.fingerprint)


def record_of(change: Change, *, remote_id: str, fingerprint: str) -> Recorded | None:
    """Return what the state holds of a change once it is made."""
    desired, form = change.desired, change.record
    if desired is None or form is None:
        return None
    return Recorded(
        address=change.address,
        uuid=desired.uuid,
        name=desired.name,
        remote_id=remote_id,
        deployed=form,
        digest=desired.digest,
        references=desired.references,
        fingerprint=fingerprint,
        protect=desired.protect,
        valid_until=desired.valid_until,
    )


def _half_done(change: Change, record: Recorded) -> Recorded:
    """The body is new, the switches are still as they were: should the run end here, the next plan must see that."""
    return replace(record, deployed=_with_switches(record.deployed, change), digest="")


def _with_switches(form: Deployed, change: Change) -> Deployed:
    before = change.recorded.deployed if change.recorded else change.live.deployed if change.live else {}
    kept = {key: value for key, value in form.items() if key not in _SWITCHES}
    return kept | {key: before[key] for key in _SWITCHES if key in before}
