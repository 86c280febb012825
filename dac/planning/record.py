"""What the state is to hold of a thing once its change is made.

Where a stack ignores a field, the record follows the console, so that what others do there is reported once. A switch
does not: an "off" that a person or the console chose would later pass for one that the stack had asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.planning.ignored import with_ignored
from dac.planning.layout import laid_out_as

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Recorded
    from dac.resources.kind import Kind


def recorded_form(
    kind: Kind, desired: Desired, recorded: Recorded | None, current: Deployed, *, re_enable: bool
) -> Deployed:
    """Return the form to record; `current` is the owned part of live."""
    form = with_ignored(kind, desired.ignore_changes, desired.deployed, current)
    form = laid_out_as(current, kind.unhold(form, desired.deployed))
    return form | {"enabled": True} if not re_enable and sleeps_held(kind, desired, recorded, current) else form


def sleeps_held(kind: Kind, desired: Desired, recorded: Recorded | None, current: Deployed) -> bool:
    """Whether it was switched off by hand before its status became too early for this console.

    dac has nothing to switch off then; but once the status will do, it must not take its own "off" for the reason.
    """
    if not desired.sleeps:
        return False
    awake = desired.deployed | {"enabled": True}
    return kind.hold(awake, current, recorded.deployed if recorded else None) != awake
