"""Whose a thing on the console is: this project's, the vendor's, somebody else's; and under which address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.reads import Absent, Found, Unreadable
from dac.model.resource import Recorded
from dac.planning.decide import Sight

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.reads import Read
    from dac.model.resource import Desired, Live
    from dac.planning.situation import Situation

_PEOPLES = ("USER", "")  # sets and properties have no origin


def is_vendors(live: Live) -> bool:
    """Whether QRadar brought it (SYSTEM), or it is somebody's edit of what QRadar brought (OVERRIDE)."""
    return live.origin not in _PEOPLES


def sight(read: Read, desired: Desired | None) -> Sight:
    """Return what the console says. The vendor's is never ours, whatever the record or a written uuid says."""
    if isinstance(read, Unreadable):
        return Sight.UNREADABLE
    if isinstance(read, Absent):
        return Sight.ABSENT
    adopted = desired is not None and desired.adopt
    return Sight.OURS if (read.live.ours or adopted) and not is_vendors(read.live) else Sight.FOREIGN


def identity(address: Address, live: Live) -> str:
    """Return what no two things on a console share: the uuid, or the number among its kind."""
    return live.uuid or f"{address.kind} {live.remote_id}"


def holders(situation: Situation, *, destroy: bool) -> dict[str, Address]:
    """Who wants what is on the console, by identity: this plan's stacks by what they saw, others by their record."""
    found = _recorded_elsewhere(situation)
    for address in () if destroy else sorted(situation.desired, reverse=True):
        read = situation.reads.get(address)
        if isinstance(read, Found):
            found[identity(address, read.live)] = address
    return found


def earlier_address(situation: Situation, address: Address, live: Live) -> Address | None:
    """Return the address under which a thing is recorded that is now wanted under another one, if any is."""
    for old in sorted(situation.recorded.keys() - situation.desired.keys()):
        read = situation.reads.get(old)
        if isinstance(read, Found) and identity(old, read.live) == identity(address, live):
            return old
    return _recorded_elsewhere(situation).get(identity(address, live))


def _recorded_elsewhere(situation: Situation) -> dict[str, Address]:
    """What stacks have recorded that this plan is not about, by uuid and by number."""
    found: dict[str, Address] = {}
    for reader in situation.readers:
        if isinstance(reader, Recorded):
            found |= {reader.uuid: reader.address, f"{reader.address.kind} {reader.remote_id}": reader.address}
    return found
