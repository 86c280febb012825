"""Everything a plan is computed from, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.plan import ConsoleRef, StateRef
    from dac.model.readers import Readers
    from dac.model.reads import Read
    from dac.model.resource import Desired, Recorded
    from dac.model.run import Interrupted, Whereabouts
    from dac.resources.kind import Kind


@dataclass(frozen=True, slots=True)
class Rollback:
    """Which apply is taken back, by the address that each of its changes has now.

    left: the digest of what the state held after it, '' for nothing, None while nobody knows. others: entries of a
    deleted set that were not the project's.
    """

    apply_id: str
    left: Mapping[Address, str | None] = field(default_factory=dict)
    others: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why no file says what is wanted of something recorded, and the fields that its stack leaves to the console."""

    reason: str
    ignore_changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """The three views of every address of the selected stacks, and what stands around them.

    pending: addresses of open intents; interrupted: what these say about them. removed: addresses under [removed],
    with the reason. readers: what other stacks have recorded on this console; they may read what this plan deletes.
    dependents: what the console says counts on a value that would change in place. clock: epoch ms. rollback:
    `desired` are the pre-images of an apply, not what the stacks say. on_console: who there reads what the plan takes
    away. closed: why no rule may be written to this console; '' when one may. project: the id in dac.toml, which
    uuids and packages go by; timezone: its time zone. undecided: what is looked at by its record alone, because its
    files are gone or broken. runs: of those in `interrupted` that may not have ended, by their ids.
    """

    console: ConsoleRef
    stacks: tuple[str, ...]
    kinds: Mapping[str, Kind]
    desired: Mapping[Address, Desired]
    recorded: Mapping[Address, Recorded]
    reads: Mapping[Address, Read]
    pending: frozenset[Address] = frozenset()
    removed: Mapping[Address, str] = field(default_factory=dict)
    readers: tuple[Recorded | Desired, ...] = ()
    states: Mapping[str, StateRef] = field(default_factory=dict)
    names_digest: str = ""
    clock: int = 0
    unmanaged: Mapping[str, int] = field(default_factory=dict)
    rollback: Rollback | None = None
    dependents: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    interrupted: Mapping[Address, Interrupted] = field(default_factory=dict)
    on_console: Mapping[Address, Readers] = field(default_factory=dict)
    closed: str = ""
    timezone: str = "UTC"
    project: str = ""
    undecided: Mapping[Address, Undecided] = field(default_factory=dict)
    runs: Mapping[str, Whereabouts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds.

    re_enable: addresses whose held items are reverted. allow: refusals lifted, by code. deep: every body was read, and
    is read again before anything is written.
    """

    targets: frozenset[Address] = frozenset()
    re_enable: frozenset[Address] = frozenset()
    allow: frozenset[str] = frozenset()
    destroy: bool = False
    deep: bool = False
