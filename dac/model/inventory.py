"""What a console holds, one line a thing, whoever made it; and what came of taking it into a stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing as its console lists it.

    `origin` is USER, SYSTEM or OVERRIDE for rules, DISCOVERED for properties that QRadar found itself, TENANT for sets
    of one tenant; else ''. `marker` is the line of the dac project that made it; for rules it is known once their body
    was read. `managed`: some stack or state of this project has it. `kinds`: more than one when the lists do not tell.
    """

    kind: str
    remote_id: str
    uuid: str
    name: str
    origin: str = ""
    marker: str = ""
    fingerprint: str = ""
    managed: bool = False
    kinds: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What stays the same on every console: the uuid of a rule, the name of anything else."""
        return self.uuid or self.name


@dataclass(frozen=True, slots=True)
class Owned:
    """A thing on a console and the address it is managed under; None when no stack and no state has it."""

    listed: Listed
    address: Address | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A thing that was meant and is left where it is, and why."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import into one stack.

    taken: new in the stack and in its state, each with what the reader should know of it. recorded: were declared
    already, and are in the state now. identified: of those, where a file got the uuid that they have on this console.
    managed: how many were both before. left: things that import leaves alone,
    failed: things that it could not take in. moving: what was changed on the console meanwhile, and read again.
    """

    stack: str
    files: tuple[str, ...]
    taken: Mapping[Address, tuple[str, ...]]
    recorded: tuple[Address, ...]
    managed: int
    left: tuple[Skipped, ...]
    failed: tuple[Skipped, ...]
    moving: tuple[str, ...]
    identified: Mapping[Address, str] = field(default_factory=dict)
