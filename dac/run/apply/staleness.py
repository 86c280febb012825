"""What has changed since a plan was made, in values: whoever approved it wants to know what came between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dac.model.change import MISSING
from dac.planning.compare import ENTRIES, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.planning.compare import Difference
    from dac.resources.kind import Kind

_MOST_FIELDS = 8  # of one resource
_MOST_RESOURCES = 20
_LONGEST = 80  # characters of one value


def what_changed(approved: Plan, now: Plan, moved: Iterable[Address], kinds: Mapping[str, Kind]) -> str:
    """Return a line for each field that differs, before and now; nothing when not one of `moved` is in either plan."""
    then = {change.address: change for change in approved.changes}
    today = {change.address: change for change in now.changes}
    addresses = sorted(moved)
    lines = [
        f"{address}: {line}"
        for address in addresses[:_MOST_RESOURCES]
        for line in _of(then.get(address), today.get(address), kinds[address.kind])
    ]
    rest = len(addresses) - _MOST_RESOURCES
    return "\n".join([*lines, *([f"and {rest} more resources"] if rest > 0 else [])])


def _of(then: Change | None, now: Change | None, kind: Kind) -> list[str]:
    before, after = _ours(then, kind), _ours(now, kind)
    if before is None or after is None:
        there = ("it was not on the console and is now", "it was on the console and has gone")
        seen = [] if before is after else [there[after is None]]
    else:
        seen = list(_fields(before, after, _name(then, now)))
    if not seen:
        seen = list(_fields(_recorded(then), _recorded(now), _name(then, now), recorded=True))
    more = [f"and {len(seen) - _MOST_FIELDS} more fields"] if len(seen) > _MOST_FIELDS else []
    return [*seen[:_MOST_FIELDS], *more] or [f"to {_action(then)} was planned, now it would be to {_action(now)}"]


def _fields(before: Deployed, after: Deployed, name: str, *, recorded: bool = False) -> Iterator[str]:
    how = "recorded as " if recorded else ""
    for one in differences(before, after):
        if one.key == ENTRIES:
            yield f"{_entry(one)} of set {_shown(name)} {_came_or_went(one, 'recorded' if recorded else 'there')}"
        else:
            yield f"{one.path} was {how}{_shown(one.before)}, and is {how}{_shown(one.after)}"


def _entry(one: Difference) -> str:
    """Return which entry it is; most have no notes, so its value is what names it."""
    return one.path.replace(f"{ENTRIES}[", "entry ", 1).removesuffix("]")


def _came_or_went(one: Difference, there: str) -> str:
    if one.after is MISSING:
        return f"was {there}{_with_notes(one.before)}, and is no longer"
    if one.before is MISSING:
        return f"was not {there}, and is now{_with_notes(one.after)}"
    before, after = (_shown(notes) if notes else "none" for notes in (one.before, one.after))
    return f"is {there} with other notes: they were {before}, and are {after}"


def _with_notes(notes: str) -> str:
    return f" with the notes {_shown(notes)}" if notes else ""


def _name(then: Change | None, now: Change | None) -> str:
    """Return what it is called on the console, or is to be called there."""
    known = (change.live or change.recorded or change.desired for change in (then, now) if change)
    return next((one.name for one in known if one), "")


def _ours(change: Change | None, kind: Kind) -> Deployed | None:
    """Return the project's part of what is on the console."""
    if change is None or change.live is None:
        return None
    desired = change.desired.deployed if change.desired else None
    recorded = change.recorded.deployed if change.recorded else None
    return kind.owned(change.live.deployed, desired, recorded)


def _recorded(change: Change | None) -> Deployed:
    return change.recorded.deployed if change and change.recorded else {}


def _action(change: Change | None) -> str:
    return change.action.value if change else "leave it alone"


def _shown(value: Any) -> str:
    if value is MISSING:
        return "not there"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
