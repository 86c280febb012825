"""The three views of one resource: desired (from TOML), recorded (in the state), live (on the console)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.deployed import Deployed


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One thing a resource reads, as the console knows it.

    kind is `custom_property`, `reference_set` (name: the console's name) or `building_block` (name: the uuid).
    """

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Desired:
    """Compiled from TOML for one console. `name` is the console's name for it, `uuid` its identity.

    `valid_until` (epoch ms) is when compiling the same TOML would give another result (an entry expires).
    `previous` are the addresses it had before, newest first. `dormant` says why it is not to be created where it is
    not yet (its status is too early for this console); '' when it is. `written_uuid` is the uuid that the stack itself
    gives it; '' when it is left to dac. `rollout`: how far it is taken; what is "disabled" is off by that, and not by
    a person. `delete_after` (ms) is set while it is on its way out: so long after it was switched off it goes.
    """

    address: Address
    uuid: str
    name: str
    deployed: Deployed
    digest: str
    references: tuple[Reference, ...] = ()
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    adopt: bool = False
    previous: tuple[Address, ...] = ()
    valid_until: int | None = None
    dormant: str = ""
    written_uuid: str = ""
    rollout: str = "active"
    delete_after: int | None = None

    @property
    def sleeps(self) -> bool:
        """Whether this console takes it switched off, if it takes it at all."""
        return bool(self.dormant) or self.rollout == "disabled"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What dac applied last. `fingerprint` is the console's own hint of change (a modification date).

    `retired` (epoch ms) is when it was switched off to go; None while it is not on its way out. `held`: it is off, and
    a person had switched it off before its status or rollout did; so it stays off once those will do.
    """

    address: Address
    uuid: str
    name: str
    remote_id: str
    deployed: Deployed
    digest: str
    references: tuple[Reference, ...] = ()
    fingerprint: str = ""
    protect: bool = False
    valid_until: int | None = None
    retired: int | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """On the console now. `ours` when its uuid or its marker says that this project made it.

    `origin` is USER, SYSTEM or OVERRIDE for rules. `foreign` counts parts of others that `deployed` does not show and
    that would go with it: the entries of a set in single domains. `overridden`: a stock rule that somebody edited, so
    that `remote_id` is the edit's. `project`: another dac project whose marker it has, '' for none.
    """

    deployed: Deployed
    remote_id: str
    uuid: str
    name: str
    ours: bool
    fingerprint: str = ""
    origin: str = ""
    foreign: int = 0
    overridden: bool = False
    project: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a carrier is asked to look for: by what was recorded first, then by uuid, marker, name.

    `created`: an open intent says that it was absent and was to be created, so what goes by its name may be ours.
    `settled`: it is declared as it was recorded, so that nothing matters beyond what the record holds.
    """

    address: Address
    uuid: str
    name: str
    recorded: Recorded | None = field(default=None, hash=False)
    created: bool = False
    settled: bool = False
