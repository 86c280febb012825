"""What `dac drift` found: each piece of drift with its kinds, what was not read, and what is new since last time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dac.model.change import Disposition

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.change import Drift
    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan


class DriftKind(StrEnum):
    """What somebody, or QRadar itself, did. One thing may show several."""

    MISSING = "missing"
    DISABLED = "disabled"
    DISABLED_BY_SYSTEM = "disabled-by-system"  # an expression of a property, mostly because it is too slow
    OVERRIDDEN = "overridden"  # a stock rule that was edited: the edit runs in its place
    ENTRIES_ADDED = "entries-added"
    ENTRIES_REMOVED = "entries-removed"
    RENAMED = "renamed"
    RE_ENABLED = "re-enabled"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One piece of drift. `keys` stand for what is on the console now; it is `new` when any of them is."""

    drift: Drift
    kinds: tuple[DriftKind, ...]
    keys: frozenset[str]
    new: bool = True

    @property
    def counts(self) -> bool:
        """Whether it is drift to anybody: what a stack ignores is shown and counts for nothing."""
        return self.drift.disposition is not Disposition.IGNORED


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something on the console that no stack has, and that QRadar does not say it brought itself."""

    kind: str
    name: str
    remote_id: str
    key: str
    new: bool = True


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be looked at, or not at all of it, and why."""

    address: Address
    reason: str
    key: str
    new: bool = True


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A stack of which nothing is recorded, though things of it are on the console and this project's own."""

    stack: str
    addresses: tuple[Address, ...]
    key: str
    new: bool = True


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the report that this one is compared with had, and what is no longer so.

    `subject` is an address, or a stack; `kinds` are those of the differences, `not-read` or `unrecorded`.
    """

    subject: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DriftReport:
    """The answer of one run.

    `unmanaged` is None when nobody asked. `since` is when the report was made that this one is compared with, '' when
    with none; `keys` is what the next one is to be compared with. `not_applied` are stacks that are in Git and were
    never applied here: they cannot have drifted. `promoted`: stacks come to this console by promotion. `fresh` holds
    what is new in `sightings`, of each no more than the edits that are; None without a report to compare with.
    """

    plan: Plan
    sightings: tuple[Sighting, ...] = ()
    unmanaged: tuple[Stranger, ...] | None = None
    unread: tuple[Unread, ...] = ()
    not_applied: tuple[str, ...] = ()
    promoted: bool = False
    unrecorded: tuple[Unrecorded, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    since: str = ""
    fresh: tuple[Sighting, ...] | None = None
    resolved: tuple[Resolved, ...] = ()
    keys: frozenset[str] = frozenset()

    @property
    def drifted(self) -> bool:
        """Whether there is any drift; of what nobody manages, only what is new."""
        return any(one.counts for one in self.sightings) or any(one.new for one in self.unmanaged or ())

    @property
    def certain(self) -> bool:
        """Whether everything could be compared that should have been."""
        return not self.unread and not self.unrecorded

    @property
    def shown(self) -> tuple[Sighting, ...]:
        """What there is to say of the drift to whoever has seen the report that this one is compared with."""
        return self.sightings if self.fresh is None else self.fresh

    @property
    def worth_telling(self) -> bool:
        """Whether there is anything to say to them at all."""
        return self.news or bool(self.resolved)

    @property
    def news(self) -> bool:
        """Whether anything is here that was not in the report it is compared with."""
        found = [one.new for one in self.sightings if one.counts]
        found += [one.new for one in self.unmanaged or ()] + [one.new for one in self.unread]
        found += [one.new for one in self.unrecorded]
        return any(found)
