"""What a change is about to overwrite or delete, in the form in which it can be brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action

if TYPE_CHECKING:
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.resources.kind import Kind

_TAKES_AWAY = (Action.DELETE, Action.REPLACE)
_ENTRIES = "entries"
_SWITCH = "enabled"


def pre_image(kind: Kind, change: Change) -> Deployed | None:
    """Return what the project answers for of what is live; None when nothing is. Of a set that goes, all entries.

    What was switched off by hand is given as on, unless the change itself is about that switch: on its way back it
    is held as before, while an "off" would pass for one that somebody asked for.
    """
    if change.live is None or change.action is Action.CREATE:
        return None
    form = _ours(kind, change)
    if change.action in _TAKES_AWAY and _ENTRIES in form:
        form = form | {_ENTRIES: change.live.deployed[_ENTRIES]}
    switched = change.action is Action.DELETE or any(edit.path.endswith(_SWITCH) for edit in change.edits)
    if change.recorded is None or switched:
        return form
    return form | {_SWITCH: True} if change.recorded.held else kind.unhold(form, change.recorded.deployed)


def others_entries(kind: Kind, change: Change) -> tuple[str, ...]:
    """Return the entries of a set that goes with the change and that the project did not make."""
    if change.live is None or change.action not in _TAKES_AWAY or _ENTRIES not in change.live.deployed:
        return ()
    return tuple(sorted(change.live.deployed[_ENTRIES].keys() - _ours(kind, change)[_ENTRIES].keys()))


def _ours(kind: Kind, change: Change) -> Deployed:
    live = change.live.deployed if change.live else {}
    wanted = change.desired.deployed if change.desired else None
    return kind.owned(live, wanted, change.recorded.deployed if change.recorded else None)
