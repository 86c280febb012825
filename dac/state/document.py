"""What dac remembers of one stack on one console: values only. `journal` makes the next one, `codec` the bytes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dac import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.plan import ConsoleRef
    from dac.model.resource import Recorded
    from dac.model.run import Intent, Result

VERSION = 1
"""Of the format. A dac that meets a higher one stops; every lower one must stay readable."""


@dataclass(frozen=True, slots=True)
class LastApply:
    """The last apply that came to its end, at `at` (epoch ms).

    `complete` when nothing failed and nothing was left out; `targeted` when only some addresses were asked for.
    """

    run_id: str
    at: int
    complete: bool
    targeted: bool = False


@dataclass(frozen=True, slots=True)
class ClosedWave:
    """A wave that came to its end: the result of each local address, and what was said where it was not applied."""

    run_id: str
    wave: int
    step: str
    results: Mapping[str, Result]
    messages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateDocument:
    """The state of one stack on one console. Every address in it is local (`detection.risky_sign_in`).

    `serial` counts writes, `lineage` names the file since its birth: together they tell whether two runs started
    from the same record. `intents` are waves that began and whose end is not known for the addresses they name;
    `outcomes` are the closed waves of the last run that wrote.

    `context_digest` stands for everything besides a resource's own TOML that compiling reads. While it is equal,
    every recorded deployed form is what the same TOML would compile to today; '' when that is not certain.
    """

    stack: str
    console: ConsoleRef
    lineage: str
    serial: int = 0
    version: int = VERSION
    dac_version: str = __version__
    resources: Mapping[str, Recorded] = field(default_factory=dict)
    intents: tuple[Intent, ...] = ()
    outcomes: tuple[ClosedWave, ...] = ()
    context_digest: str = ""
    last_apply: LastApply | None = None

    @property
    def pending(self) -> frozenset[str]:
        """Local addresses whose last change may or may not have reached the console."""
        return frozenset(address for intent in self.intents for address in intent.pre_images)

    @property
    def created(self) -> frozenset[str]:
        """Pending local addresses that were absent when they became so: what goes by their name may be that run's."""
        return frozenset(
            address
            for intent in self.intents
            for address, before in intent.pre_images.items()
            if not before and address not in self.resources
        )

    @property
    def open_runs(self) -> frozenset[str]:
        """Runs that left an intent open. Whoever holds the state lock knows that they are gone."""
        return frozenset(intent.run_id for intent in self.intents)

    def same_content(self, other: StateDocument) -> bool:
        """Whether writing one over the other would change nothing but the serial or who wrote it."""
        return replace(self, serial=other.serial, dac_version=other.dac_version) == other
