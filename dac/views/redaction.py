"""A plan without the values of allowlists and without sample events: a comment has more readers than the console."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from dac.model.change import MISSING, Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.change import Change, Drift
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live, Recorded

HIDDEN = "hidden"
_SAMPLES = "expressions"  # whose `payload` is an event that somebody pasted

F = TypeVar("F", "Desired", "Recorded", "Live")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What stands in the place of entries: `text` says how many, `size` counts them."""

    text: str
    size: int

    def __len__(self) -> int:
        return self.size


def without_values(change: Change) -> Change:
    """Return the change with what its entries are hidden, and how many they are left."""
    return replace(
        change,
        edits=edits_without_values(change.edits),
        desired=_form(change.desired),
        recorded=_form(change.recorded),
        live=_form(change.live),
    )


def drift_without_values(item: Drift) -> Drift:
    """The same for what somebody changed on the console."""
    return replace(item, edits=edits_without_values(item.edits))


def _form(side: F | None) -> F | None:
    return None if side is None else replace(side, deployed=_deployed(side.deployed))


def _deployed(deployed: Deployed) -> Deployed:
    if _SAMPLES in deployed:
        deployed = deployed | {_SAMPLES: _without_payloads(deployed[_SAMPLES])}
    if "entries" not in deployed:
        return deployed
    return deployed | {"entries": _withheld(len(deployed["entries"]))}


def edits_without_values(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The same for edits alone; why they are there stays."""
    entries = [edit for edit in edits if edit.path.startswith("entries[")]
    kept = [_without_samples(edit) if edit.path != "entries" else _whole(edit) for edit in edits if edit not in entries]
    if entries:
        added = sum(edit.before is MISSING for edit in entries)
        removed = sum(edit.after is MISSING for edit in entries)
        changed = len(entries) - added - removed
        told = Withheld(
            f"{added:,} added, {removed:,} removed, {changed:,} with other notes; not shown", added + removed + changed
        )
        reason = "; ".join(dict.fromkeys(edit.reason for edit in entries if edit.reason))
        kept.append(Edit("entries", told, told, entries[0].channel, reason))
    return tuple(kept)


def _whole(edit: Edit) -> Edit:
    if edit.before is MISSING or edit.after is MISSING:
        before, after = (value if value is MISSING else _withheld(len(value)) for value in (edit.before, edit.after))
        return replace(edit, before=before, after=after)
    sizes = f"{len(edit.before):,} before, {len(edit.after):,} after; not shown"
    told = Withheld(sizes, len(edit.after))
    return replace(edit, before=told, after=told)


def _withheld(size: int) -> Withheld:
    return Withheld("1 entry, not shown" if size == 1 else f"{size:,} entries, not shown", size)


def _without_samples(edit: Edit) -> Edit:
    if not edit.path.startswith(_SAMPLES):
        return edit
    if edit.path.endswith("payload"):
        before, after = (value if value is MISSING else HIDDEN for value in (edit.before, edit.after))
        return replace(edit, before=before, after=after)
    return replace(edit, before=_without_payloads(edit.before), after=_without_payloads(edit.after))


def _without_payloads(value: Any) -> Any:
    """Return rows, or one row, with the payloads hidden; two that differ stay different only in that they are there."""
    if isinstance(value, list):
        return [_without_payloads(row) for row in value]
    return value | {"payload": HIDDEN} if isinstance(value, dict) and value.get("payload") else value
