"""The traces an apply leaves: what it meant to do, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.model.resource import Recorded


@dataclass(frozen=True, slots=True)
class Aim:
    """What a change is to make of a thing, as far as that differs from the record: enough to tell its traces later.

    `form` holds the fields that get a value, of `entries` only those that are new or get other notes. `without` names
    what goes: `(key,)` or `("entries", value)`. `gone`: the thing may be missing in between (a delete, a replace), or
    was when the run looked.
    """

    form: Deployed
    without: tuple[tuple[str, ...], ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """Written before a wave's first request: which run, which wave, what it touches, what that was and is to become.

    `pre_images` holds the digest of the live deployed form by address, '' when absent; `aims` has an entry where
    looking at the console alone could not tell the run's own work from somebody else's.
    """

    run_id: str
    wave: int
    step: str
    started: int  # epoch ms
    pre_images: Mapping[str, str]
    aims: Mapping[str, Aim] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """One address of an open intent: a run was cut, or failed, with it in hand."""

    run_id: str
    pre_image: str
    aim: Aim | None = None


class Result(StrEnum):
    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change. `recorded` is what the state holds from now on; None: no longer managed."""

    address: Address
    result: Result
    recorded: Recorded | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock; shown to whoever meets it. `created` is epoch ms."""

    run_id: str
    who: str
    host: str
    pid: int
    command: str
    created: int


class Life(StrEnum):
    """Whether a run that has something in hand is still at it."""

    ENDED = "ended"
    RUNNING = "running"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What can be told of a run without stopping it. `holder` is what its lock says, None where none is seen."""

    life: Life = Life.ENDED
    holder: Holder | None = None


def never() -> bool:
    """Nobody asks to stop: what a wait looks at while no signal is caught, or when it cannot be cut short."""
    return False
