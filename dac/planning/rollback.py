"""Taking an apply back: its pre-images are what is desired, and what has changed since stands in the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.model.change import Action, Disposition
from dac.model.deployed import digest
from dac.model.plan import Refusal
from dac.model.reads import Found
from dac.model.resource import Desired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.address import Address
    from dac.model.change import Change, Drift
    from dac.model.history import PastChange
    from dac.planning.situation import Options, Rollback, Situation

CODE = "changed-since"

_SHOWN = 8
_TAKEN_BACK = (Disposition.REVERTED, Disposition.DESTROYED)
_REASONS = {
    Action.CREATE: "deleted it",
    Action.DELETE: "created it",
}


def returning(past: PastChange, address: Address) -> Desired | None:
    """Return what brings one change back, under its present address; None when there was nothing before it.

    Its digest is empty: no stack compiles to it, so the next plan sees what the stack says as a change.
    """
    if past.before is None:
        return None
    return Desired(
        address=address,
        uuid=past.uuid,
        name=past.name,
        deployed=past.before,
        digest="",
        references=past.references,
        protect=past.protect,
        ignore_changes=past.ignore_changes,
        previous=past.previous,
    )


def explained(changes: Iterable[Change], rollback: Rollback) -> Iterator[Change]:
    """Give the changes of a rollback their reason, and keep the entries of others out of the record."""
    for change in changes:
        if change.action is Action.NO_OP:
            yield change
            continue
        what = _REASONS.get(change.action, "changed it")
        others = rollback.others.get(change.address)
        record = change.record
        if others and record is not None:
            entries = {value: notes for value, notes in record["entries"].items() if value not in others}
            record = record | {"entries": entries}
        yield replace(change, reason=f"apply {rollback.apply_id} {what}", record=record)


def conflicts(
    situation: Situation, options: Options, changes: Iterable[Change], drift: Iterable[Drift]
) -> Iterator[Refusal]:
    """Refuse to overwrite what is not as the apply left it: somebody, or a later apply, has been there since."""
    rollback = situation.rollback
    if rollback is None or CODE in options.allow:
        return
    by_hand = {item.address: item for item in drift if item.disposition in _TAKEN_BACK}
    for change in changes:
        if change.action is Action.NO_OP or change.address in situation.pending:
            continue  # what an interrupted apply left, no record says
        what = _since(situation, rollback, change, by_hand.get(change.address))
        if what:
            summary = f"{change.address.local} {what} since apply {rollback.apply_id}, and that would be undone too"
            hint = f"leave it out by naming the addresses to bring back; or undo it as well with --allow {CODE}"
            yield Refusal("changed-since", summary, change.address, hint)


def _since(situation: Situation, rollback: Rollback, change: Change, drift: Drift | None) -> str:
    """Return what has happened to a thing since the apply; '' when nothing has."""
    if drift is not None and drift.missing:
        return "was deleted on the console"
    if drift is not None:
        paths = sorted({edit.path for edit in drift.edits})
        more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
        return f"was changed on the console ({', '.join(paths[:_SHOWN])}{more})"
    left = rollback.left.get(change.address)
    recorded = situation.recorded.get(change.address)
    if left is None or left == (digest(recorded.deployed) if recorded else ""):
        made = left == "" and isinstance(situation.reads.get(change.address), Found)
        return "was made again on the console" if made else ""
    return "was changed by another apply"
