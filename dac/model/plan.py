"""The plan: ordered changes and what they were computed from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.deployed import digest
from dac.model.run import Whereabouts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.change import Change, Drift


class Step(StrEnum):
    """What a wave does; the order here is the order of an apply.

    What is to be off is off before anything else: a package carries `enabled` as it is on the console, so a rule that
    waited for its body would go on running, and run with the new body.
    """

    SWITCH_OFF = "REST switching off"
    WRITE = "REST creates and updates"
    PACKAGE = "extension package"
    SWITCH = "REST enabled and owner"
    DELETE = "REST deletes"
    RETRACT = "REST updates that take something away"
    RECORD = "state only"


@dataclass(frozen=True, slots=True)
class Wave:
    """Changes that are carried out together, under one intent. `number` counts from 1."""

    number: int
    step: Step
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class ConsoleRef:
    """Which console: its name in dac.toml, its URL, and the id dac gave it ('' before the first apply)."""

    name: str
    url: str
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason why this plan must not be applied, and the flag or edit that lifts it."""

    code: str
    summary: str
    address: Address | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class StateRef:
    """The state of one stack as the plan saw it."""

    lineage: str
    serial: int


class Extent(StrEnum):
    """How far an interrupted run had come with one address, as the console shows it."""

    UNTOUCHED = "as it was before"
    PARTLY = "partly done"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An address that a run had in hand when it was cut, or that it failed with; or has, while it is running."""

    address: Address
    run_id: str
    extent: Extent
    run: Whereabouts = field(default_factory=Whereabouts)


@dataclass(frozen=True, slots=True)
class Retirement:
    """A deprecated thing that is still there: deleted by a plan from `due` (epoch ms) on, `after` (ms) its switch.

    `is_on`: this plan switches it off. `counts`: the state knows since when it is off; else `due` counts from now.
    """

    address: Address
    after: int
    due: int
    is_on: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered by wave, then address. `changes` holds every managed address, no-ops too.

    `clock` is epoch ms; `unmanaged` counts what is on the console and in no stack, by kind, and as `entry` what others
    put into sets that are in one. `git_only` are the no-ops whose declaration changed since it was recorded, in
    nothing that a console holds (a query's window, a case). `rollback` is the id of the apply that this plan takes
    back, '' for one that follows the stacks.
    `left` is what interrupted runs left: that is dac's own work, and no drift. `timezone` is the project's.
    """

    console: ConsoleRef
    stacks: tuple[str, ...]
    changes: tuple[Change, ...]
    waves: tuple[Wave, ...]
    drift: tuple[Drift, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    states: Mapping[str, StateRef] = field(default_factory=dict)
    names_digest: str = ""
    clock: int = 0
    targets: tuple[str, ...] = ()
    unmanaged: Mapping[str, int] = field(default_factory=dict)
    destroy: bool = False
    git_only: tuple[Address, ...] = ()
    rollback: str = ""
    left: tuple[LeftBehind, ...] = ()
    retiring: tuple[Retirement, ...] = ()
    timezone: str = "UTC"

    @property
    def pending(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.action is not Action.NO_OP)

    @property
    def digest(self) -> str:
        """Stands for what the plan does and where: the console, and each change with its edits."""
        done = [
            (str(change.address), change.action, [(edit.path, edit.before, edit.after) for edit in change.edits])
            for change in self.pending
        ]
        return digest([self.console.name, self.console.url, done])

    def count(self, action: Action) -> int:
        """Changes of one action; a replace counts once as itself."""
        return sum(change.action is action for change in self.changes)
