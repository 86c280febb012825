"""What happens during an apply, while it happens: values that a run emits and a view prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.change import Action
    from dac.model.plan import Step


@dataclass(frozen=True, slots=True)
class WaveStarted:
    """Wave `number` of `total` begins; it carries `changes` changes."""

    number: int
    total: int
    step: Step
    changes: int


@dataclass(frozen=True, slots=True)
class Started:
    """One change is on its way. `remote_id` is the console's number for it, '' while it has none."""

    address: Address
    action: Action
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """One change was made and read back, `elapsed` seconds after its Started."""

    address: Address
    action: Action
    elapsed: float
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """One change was not made; `message` is for the reader. `skipped`: it was not even tried."""

    address: Address
    message: str
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The console is working: `what` reads after "Still waiting for", `elapsed` is in seconds so far."""

    what: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Deploying:
    """A deploy begins, or, with `other`, the end of one is waited for that somebody of that name began."""

    other: str = ""


Progress = WaveStarted | Started | Finished | Failed | Waiting | Deploying
