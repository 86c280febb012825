"""What somebody changed outside of dac: live against recorded, in a section of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Disposition, Drift, Edit
from dac.planning.changes import edits_between, ignored_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live, Recorded
    from dac.resources.kind import Kind


def missing(kind: Kind, recorded: Recorded, *, desired: bool) -> Drift:
    """Something dac made is gone."""
    disposition = Disposition.REVERTED if desired else Disposition.ACCEPTED
    edits = edits_between(kind, recorded.deployed, {})
    return Drift(recorded.address, edits, disposition, "deleted outside of dac", missing=True)


def changed(
    kind: Kind, desired: Desired | None, recorded: Recorded | None, live: Live, target: Deployed | None
) -> Iterator[Drift]:
    """Yield one drift for each thing that becomes of the edits; none when live is as recorded.

    `target` is what the plan will make of it; None when it is to be deleted or forgotten.
    """
    address = desired.address if desired else recorded.address if recorded else None
    if address is None:
        return
    edits = _edits(kind, desired, recorded, live, target)
    for disposition in Disposition:
        group = tuple(edit for edit, fate in edits if fate is disposition)
        if group:
            yield Drift(address, group, disposition, _reason(disposition))


def _edits(
    kind: Kind, desired: Desired | None, recorded: Recorded | None, live: Live, target: Deployed | None
) -> list[tuple[Edit, Disposition]]:
    held = _held(kind, desired, recorded, live, target)
    if recorded is None:
        return [(edit, Disposition.HELD) for edit in held]
    current = kind.owned(live.deployed, None, recorded.deployed)
    ignored = ignored_keys(kind, desired.ignore_changes if desired else ())
    will_change = {edit.path for edit in edits_between(kind, current, target)} if target is not None else set()
    out: list[tuple[Edit, Disposition]] = []
    for edit in edits_between(kind, recorded.deployed, current):
        if edit.path.partition(".")[0].partition("[")[0] in ignored:
            out.append((edit, Disposition.IGNORED))
        elif any(edit.path == other.path for other in held):
            out.append((edit, Disposition.HELD))
        else:
            fate = Disposition.REVERTED if edit.path in will_change else Disposition.ACCEPTED
            out.append((edit, fate))
    shown = {edit.path for edit, _ in out}
    return out + [(edit, Disposition.HELD) for edit in held if edit.path not in shown]


def _held(
    kind: Kind, desired: Desired | None, recorded: Recorded | None, live: Live, target: Deployed | None
) -> tuple[Edit, ...]:
    """Return what stays switched off though the stack wants it on: it is shown in every plan until somebody decides."""
    if desired is None or target is None:
        return ()
    current = kind.owned(live.deployed, desired.deployed, recorded.deployed if recorded else None)
    kept = kind.hold(desired.deployed, current, recorded.deployed if recorded else None)
    still = {edit.path for edit in edits_between(kind, desired.deployed, target)}
    return tuple(edit for edit in edits_between(kind, desired.deployed, kept) if edit.path in still)


def _reason(disposition: Disposition) -> str:
    if disposition is Disposition.HELD:
        return "switched off by hand"
    return ""
