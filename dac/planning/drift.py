"""What somebody changed outside of dac: live against recorded, in a section of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Disposition, Drift, Edit
from dac.planning.changes import edits_between, top_key
from dac.planning.ignored import ignored_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live, Recorded
    from dac.resources.kind import Kind


def missing(kind: Kind, address: Address, recorded: Recorded, *, desired: bool) -> Drift:
    """Something dac made is gone; `address` is its present one."""
    disposition = Disposition.REVERTED if desired else Disposition.ACCEPTED
    edits = edits_between(kind, recorded.deployed, {})
    return Drift(address, edits, disposition, "deleted outside of dac", missing=True)


def overridden(recorded: Recorded, live: Live) -> bool:
    """Whether a stock rule was edited since it was recorded: its number is the edit's from then on."""
    return live.overridden and recorded.remote_id not in ("", live.remote_id)


def changed(
    kind: Kind, desired: Desired | None, recorded: Recorded | None, live: Live, target: Deployed | None
) -> Iterator[Drift]:
    """Yield one drift for each thing that becomes of the edits; none when live is as recorded.

    `target` is what the plan will make of it; None when it is to be deleted, and every edit with it.
    """
    address = desired.address if desired else recorded.address if recorded else None
    if address is None:
        return
    edits = _edits(kind, desired, recorded, live, target)
    if recorded is not None and overridden(recorded, live):
        reason = "somebody edited this stock rule: the edit runs now, and the switch is on it"
        yield Drift(address, (), Disposition.ACCEPTED, reason, overridden=True)
    for disposition in Disposition:
        group = tuple(edit for edit, fate in edits if fate is disposition)
        if group:
            yield Drift(address, group, disposition, _reason(disposition))


def undecided(
    kind: Kind,
    address: Address,
    recorded: Recorded,
    live: Live | None,
    reason: str,
    ignore_changes: tuple[str, ...] = (),
) -> Iterator[Drift]:
    """Yield how live (None when gone) differs from what was recorded, where nobody says what becomes of that."""
    if live is None or _is_another(recorded, live):
        edits = edits_between(kind, recorded.deployed, {})
        yield Drift(address, edits, Disposition.UNDECIDED, reason, missing=True)
        return
    ignored = ignored_keys(kind, ignore_changes)
    edits = edits_between(kind, recorded.deployed, kind.owned(live.deployed, None, recorded.deployed))
    open_edits = tuple(edit for edit in edits if top_key(edit) not in ignored)
    over = overridden(recorded, live)
    if open_edits or over:
        yield Drift(address, open_edits, Disposition.UNDECIDED, reason, overridden=over)
    if len(open_edits) < len(edits):
        rest = tuple(edit for edit in edits if edit not in open_edits)
        yield Drift(address, rest, Disposition.IGNORED)


def _is_another(recorded: Recorded, live: Live) -> bool:
    """Whether what was found by its name is not what was recorded: that one has gone, and somebody made another."""
    if recorded.uuid and live.uuid:
        return recorded.uuid != live.uuid
    return not live.ours


def _edits(
    kind: Kind, desired: Desired | None, recorded: Recorded | None, live: Live, target: Deployed | None
) -> list[tuple[Edit, Disposition]]:
    held = [(edit, Disposition.HELD) for edit in _held(kind, desired, recorded, live, target)]
    if recorded is None:
        return held
    ignored = ignored_keys(kind, desired.ignore_changes if desired else ())
    changing = _changing(kind, desired, recorded, live, target)
    out: list[tuple[Edit, Disposition]] = []
    for edit in edits_between(kind, recorded.deployed, kind.owned(live.deployed, None, recorded.deployed)):
        if top_key(edit) in ignored:
            out.append((edit, Disposition.IGNORED))
        elif target is None:
            out.append((edit, Disposition.DESTROYED))
        elif any(_touch(edit.path, other) for other in changing):
            out.append((edit, Disposition.REVERTED))
        elif edit.path not in {kept.path for kept, _ in held}:
            out.append((edit, Disposition.ACCEPTED))
    return out + held


def _changing(
    kind: Kind, desired: Desired | None, recorded: Recorded, live: Live, target: Deployed | None
) -> frozenset[str]:
    """Return the paths that the plan changes on the console."""
    if desired is None or target is None:
        return frozenset()
    current = kind.owned(live.deployed, desired.deployed, recorded.deployed)
    return frozenset(edit.path for edit in edits_between(kind, current, target))


def _touch(one: str, other: str) -> bool:
    """Whether two paths are the same or one lies within the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _held(
    kind: Kind, desired: Desired | None, recorded: Recorded | None, live: Live, target: Deployed | None
) -> tuple[Edit, ...]:
    """Return what stays switched off though the stack wants it on: it is shown in every plan until somebody decides."""
    if desired is None or target is None:
        return ()
    current = kind.owned(live.deployed, desired.deployed, recorded.deployed if recorded else None)
    kept = kind.hold(desired.deployed, current, recorded.deployed if recorded else None)
    still = {edit.path for edit in edits_between(kind, desired.deployed, target)}
    ignored = ignored_keys(kind, desired.ignore_changes)
    edits = edits_between(kind, desired.deployed, kept)
    return tuple(edit for edit in edits if edit.path in still and top_key(edit) not in ignored)


def _reason(disposition: Disposition) -> str:
    if disposition is Disposition.HELD:
        return "switched off by hand"
    return ""
