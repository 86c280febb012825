"""What the state is to hold of a thing once its change is made, and what of that a plan goes by.

Where a stack ignores a field, the record follows the console, so that what others do there is reported once. A switch
does not: an "off" that a person or the console chose would later pass for one that the stack had asked for. Where the
stack has it off as well, the record says so, and beside it whose "off" it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.planning.ignored import with_ignored
from dac.planning.layout import laid_out_as

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Recorded
    from dac.resources.kind import Kind


def recorded_form(kind: Kind, desired: Desired, current: Deployed) -> Deployed:
    """Return the form to record; `current` is the owned part of live."""
    form = with_ignored(kind, desired.ignore_changes, desired.deployed, current)
    return laid_out_as(current, kind.unhold(form, desired.deployed))


def sleeps_held(kind: Kind, desired: Desired, recorded: Recorded | None, current: Deployed) -> bool:
    """Whether it was switched off by hand before its status or rollout switched it off.

    dac has nothing to switch off then; but once those will do, it must not take its own "off" for the reason.
    """
    if not desired.sleeps:
        return False
    awake = desired.deployed | {"enabled": True}
    known = _as_on(recorded).deployed if recorded else None
    return kind.hold(awake, current, known) != awake


def as_known(desired: Desired, recorded: Recorded | None) -> Recorded | None:
    """Return the record to compare with: what a person switched off counts as on again once the stack wants it on."""
    if recorded is None or desired.sleeps or not desired.deployed.get("enabled"):
        return recorded
    return _as_on(recorded)


def _as_on(recorded: Recorded) -> Recorded:
    if not recorded.held:
        return recorded
    return replace(recorded, deployed=recorded.deployed | {"enabled": True}, held=False)
