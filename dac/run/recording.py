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


def settled(
    change: Change, outcome: Outcome, *, more: bool, now: int, begun: bool = False, switched: bool = False
) -> Outcome:
    """Return the outcome with the record to keep.

    `more`: a later wave still has to do its part of this change. `begun`: an earlier wave has done its part, and
    recorded it. `switched`: this part was the switches, not the body. `now`: epoch ms.
    """
    if outcome.result is not Result.APPLIED:
        return replace(outcome, recorded=None if begun else _left(change, outcome))
    if change.action in _GONE:
        return replace(outcome, recorded=None)
    told = outcome.recorded
    remote_id = told.remote_id if told else ""
    fingerprint = told.fingerprint if told else ""
    record = record_of(change, remote_id=remote_id, fingerprint=fingerprint, now=now)
    if not more or record is None:
        return replace(outcome, recorded=record)
    return replace(outcome, recorded=_body_waits(change, record) if switched else _half_done(change, record))


def _left(change: Change, outcome: Outcome) -> Recorded | None:
    """Return what a write that failed half-way certainly left on the console; None when that is nothing new."""
    left = outcome.recorded
    if outcome.result is not Result.FAILED or left is None or left == change.recorded:
        return None
    return replace(left, address=change.address)


def applied_without_console(change: Change, now: int) -> Outcome:
    """Return the outcome of a change that only the state sees: an adoption of equal content, a move, a forgetting."""
    return Outcome(change.address, Result.APPLIED, None if change.action in _GONE else as_seen(change, now))


def as_seen(change: Change, now: int) -> Recorded | None:
    """Return the record of something that is on the console as it should be."""
    if change.live is None:
        return None
    return record_of(change, remote_id=change.live.remote_id, fingerprint=change.live.fingerprint, now=now)


def record_of(change: Change, *, remote_id: str, fingerprint: str, now: int) -> Recorded | None:
    """Return what the state holds of a change once it is made, which is `now` (epoch ms)."""
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
        retired=_retired(change, now) if desired.delete_after is not None else None,
        held=change.held,
    )


def _retired(change: Change, now: int) -> int:
    """Return since when it is switched off to go; that counts on, unless it has to be switched off again."""
    before = change.recorded.retired if change.recorded else None
    is_switched = any(edit.path == "enabled" for edit in change.edits)
    return now if before is None or is_switched else before


def _half_done(change: Change, record: Recorded) -> Recorded:
    """The body is new, the switches are still as they were: should the run end here, the next plan must see that."""
    before = change.recorded
    retired, held = (before.retired, before.held) if before else (None, False)
    return replace(record, deployed=_with_switches(record.deployed, change), digest="", retired=retired, held=held)


def _body_waits(change: Change, record: Recorded) -> Recorded | None:
    """The switches are new, the body is as it was, and is read again. What is not ours yet is not recorded yet."""
    before = change.recorded
    if before is None:
        return None
    switches = {key: record.deployed[key] for key in _SWITCHES if key in record.deployed}
    form = {**before.deployed, **switches}
    return replace(
        before,
        address=record.address,
        deployed=form,
        digest="",
        fingerprint="",
        retired=record.retired,
        held=record.held,
    )


def _with_switches(form: Deployed, change: Change) -> Deployed:
    before = change.recorded.deployed if change.recorded else change.live.deployed if change.live else {}
    kept = {key: value for key, value in form.items() if key not in _SWITCHES}
    return kept | {key: before[key] for key in _SWITCHES if key in before}
