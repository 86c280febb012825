"""One address at a time: from the three views to a change, its drift, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dac.model.change import Action, Change
from dac.model.plan import Refusal
from dac.model.reads import Absent, Found, Unreadable
from dac.planning import changes as build
from dac.planning import drift as drifted
from dac.planning.conflict import name_taken, not_vendors, uuid_changed, vendors_absent
from dac.planning.decide import Decision, Record, decide
from dac.planning.ownership import holders, identity, is_vendors, sight
from dac.planning.record import as_known
from dac.resources.durations import written

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.change import Drift
    from dac.model.resource import Desired, Live, Recorded
    from dac.planning.situation import Options, Situation, Undecided
    from dac.resources.kind import Kind

DEPRECATED = "it is deprecated"
STOPPED = "the plan stops at it"
_UNASKED = Unreadable("the console was not asked about it")


@dataclass
class Draft:
    """A plan in the making."""

    situation: Situation
    options: Options
    changes: list[Change] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    stops: list[Refusal] = field(default_factory=list)

    def add(self, address: Address) -> None:
        """Decide one address by the table and write down what follows."""
        undecided = self.situation.undecided.get(address)
        if undecided is not None:
            self._leave(address, undecided)
            return
        desired = None if self.options.destroy else self.situation.desired.get(address)
        read = self.situation.reads.get(address, _UNASKED)
        decision = decide(desired=desired is not None, recorded=self._record(address), live=sight(read, desired))
        live = read.live if isinstance(read, Found) else None
        if isinstance(read, Unreadable) and decision is Decision.UNDECIDED:
            self.stops.append(Refusal("unreadable", f"{address.local} could not be read: {read.reason}", address))
            self._show_listed(address, desired, read.listed)
        elif desired is not None and decision is Decision.CONFLICT and live is not None:
            made_by_dac = self.situation.kinds[desired.address.kind].made_by_dac
            stop = name_taken(self.situation, desired, live) if made_by_dac else not_vendors(desired, live)
            self.stops.append(stop)
            self._show(address, live, STOPPED)
        elif desired is not None and live is None:
            self._create(desired)
        elif (
            desired is not None
            and live is not None
            and desired.delete_after is not None
            and self._is_due(desired, live)
        ):
            self._retire(desired, live, desired.delete_after)
        elif desired is not None and live is not None:
            self._compare(desired, live, decision)
        elif decision is Decision.FORGET:
            self._forget_gone(address, live)
        elif decision is Decision.DELETE and live is not None:
            self._delete(address, live)

    def _leave(self, address: Address, undecided: Undecided) -> None:
        """Compare with the record alone, and change nothing: what is wanted, nobody can say."""
        read, recorded = self.situation.reads.get(address, _UNASKED), self.situation.recorded.get(address)
        live = read.live if isinstance(read, Found) else None
        if isinstance(read, Unreadable):
            self.stops.append(Refusal("unreadable", f"{address.local} could not be read: {read.reason}", address))
            live = read.listed
        if live is not None or isinstance(read, Absent):
            self._show(address, live, undecided.reason, undecided.ignore_changes)
        self.changes.append(Change(address, Action.NO_OP, undecided.reason, recorded=recorded, live=live))

    def _show(self, address: Address, live: Live | None, reason: str, ignore_changes: tuple[str, ...] = ()) -> None:
        """Say what drift there is of something whose record is about to go, or of which nothing can be decided."""
        recorded = self.situation.recorded.get(address)
        if recorded is not None and not self.options.destroy:
            kind = self.situation.kinds[address.kind]
            self.drift.extend(drifted.undecided(kind, address, recorded, live, reason, ignore_changes))

    def _show_listed(self, address: Address, desired: Desired | None, live: Live | None) -> None:
        """Say what drift the console's lists show of a thing that could not be read; nothing is decided by it."""
        recorded = self.situation.recorded.get(address)
        if recorded is None or live is None or self.options.destroy:
            return
        kind = self.situation.kinds[address.kind]
        known = as_known(desired, recorded) if desired else recorded
        target = build.target_form(kind, desired, known, live, re_enable=False) if desired else None
        self.drift.extend(drifted.changed(kind, desired, known, live, target))

    def _record(self, address: Address) -> Record:
        if address in self.situation.recorded:
            return Record.PRESENT
        return Record.PENDING if address in self.situation.pending else Record.ABSENT

    def _create(self, desired: Desired) -> None:
        kind = self.situation.kinds[desired.address.kind]
        recorded = self.situation.recorded.get(desired.address)
        wanted = not desired.dormant and desired.delete_after is None
        if not kind.made_by_dac:
            self.stops.append(vendors_absent(kind, desired))
            self._show(desired.address, None, STOPPED)
            return
        if recorded is not None:
            self.drift.append(drifted.missing(kind, desired.address, recorded, desired=wanted))
        if wanted:
            reason = "it was deleted outside of dac" if recorded else "it is in the stack and not on the console"
            self.changes.append(build.create(kind, desired, recorded, reason=reason))
        elif self._record(desired.address) is not Record.ABSENT:
            reason = f"it has gone from the console, and {desired.dormant or DEPRECATED}"
            self.changes.append(Change(desired.address, Action.FORGET, reason, recorded=recorded))

    def _retire(self, desired: Desired, live: Live, after: int) -> None:
        """Delete what was to go, once it has been off for long enough; until then it stays, switched off."""
        kind = self.situation.kinds[desired.address.kind]
        recorded = self.situation.recorded.get(desired.address)
        self.drift.extend(drifted.changed(kind, None, recorded, live, None))
        reason = f"{DEPRECATED} and was switched off more than {written(after // 1000)} ago"
        self.changes.append(build.delete(kind, desired.address, recorded, live, reason=reason))

    def _is_due(self, desired: Desired, live: Live) -> bool:
        """What somebody has switched on again is not deleted: it is switched off first, and the time begins anew."""
        recorded = self.situation.recorded.get(desired.address)
        since = recorded.retired if recorded else None
        if desired.delete_after is None or since is None or live.deployed.get("enabled"):
            return False
        return self.situation.clock >= since + desired.delete_after

    def _compare(self, desired: Desired, live: Live, decision: Decision) -> None:
        refusal = uuid_changed(desired, live)
        if refusal is not None:
            self.stops.append(refusal)
            self._show(desired.address, live, STOPPED)
            return
        kind = self.situation.kinds[desired.address.kind]
        recorded = as_known(desired, self.situation.recorded.get(desired.address))
        re_enable = desired.address in self.options.re_enable
        if recorded is not None and _are_equal(kind, desired, recorded, live) and not (re_enable and recorded.held):
            self.changes.append(build.same(desired, recorded, live))
            return
        change = build.compare(kind, desired, recorded, live, decision=decision, re_enable=re_enable)
        target = change.desired.deployed if change.desired else None
        self.drift.extend(drifted.changed(kind, desired, recorded, live, target))
        self.changes.append(change)

    def _forget_gone(self, address: Address, live: Live | None) -> None:
        recorded = self.situation.recorded.get(address)
        if live is not None and is_vendors(live):
            reason = f"it is {live.origin} content, which dac leaves where it is"
            self._show(address, live, reason)
            self.changes.append(Change(address, Action.FORGET, reason, recorded=recorded, live=live))
            return
        if recorded is not None and not self.options.destroy:
            kind = self.situation.kinds[address.kind]
            self.drift.append(drifted.missing(kind, address, recorded, desired=False))
        reason = "it has gone from the console and from the stack"
        self.changes.append(Change(address, Action.FORGET, reason, recorded=recorded))

    def _delete(self, address: Address, live: Live) -> None:
        kind = self.situation.kinds[address.kind]
        recorded = self.situation.recorded.get(address)
        reason = self._reason_to_forget(address, live)
        if reason:
            self._show(address, live, reason)
            self.changes.append(Change(address, Action.FORGET, reason, recorded=recorded, live=live))
            return
        if recorded is not None and not self.options.destroy:
            self.drift.extend(drifted.changed(kind, None, recorded, live, None))
        reason = "destroy was asked for" if self.options.destroy else f"{address.local} is not in the stack any more"
        self.changes.append(build.delete(kind, address, recorded, live, reason=reason))

    def _reason_to_forget(self, address: Address, live: Live) -> str:
        """Return why something is left on the console though its address is gone; '' when it is to be deleted."""
        heir = self._heir(address, live)
        if heir is not None:
            return f"it is {heir} now"
        if not self.situation.kinds[address.kind].made_by_dac:
            return "QRadar brought it, so it stays as it is"
        why = None if self.options.destroy else self.situation.removed.get(address)
        return "" if why is None else f"[removed] says so: {why}"

    def _heir(self, address: Address, live: Live) -> Address | None:
        """Return who else has this very thing: the address it got without a `moved`, or one of another stack.

        Deleting it under its old address would take it away from under the new one.
        """
        heir = self._holders.get(identity(address, live))
        return None if heir == address else heir

    @cached_property
    def _holders(self) -> dict[str, Address]:
        return holders(self.situation, destroy=self.options.destroy)


def _are_equal(kind: Kind, desired: Desired, recorded: Recorded, live: Live) -> bool:
    if desired.deployed != recorded.deployed or desired.ignore_changes or drifted.overridden(recorded, live):
        return False
    return kind.owned(live.deployed, desired.deployed, recorded.deployed) == desired.deployed
