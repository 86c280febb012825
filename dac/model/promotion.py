"""A promotion: what has to be true before the stacks go from one console to the next, and what differs there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.plan import ConsoleRef

GATES = {
    "chain": "{source} has what the consoles before it have",
    "source-applied": "the stacks are applied on {source}, completely and without --target",
    "source-drift": "nobody has changed {source} by hand",
    "content": "Git holds what was applied on {source}",
    "validate": "the files are valid for {source} and {target}",
    "soak": "it has been on {source} for long enough",
    "status": "every detection has at least the min_status of {target}",
    "target-connection": "{target} answers",
    "target-api": "{target} speaks an API version that dac knows",
    "target-token": "the token may do on {target} what the stacks need",
    "target-names": "{target} knows every name that the stacks refer to",
    "target-uuid": "nothing on {target} has a name or a uuid of theirs",
    "target-guards": "the plan for {target} keeps within the guards",
}
"""Each gate by its code, in the order in which they are shown, and what it asks."""

SOFT_GATES = ("source-drift", "soak", "status")
"""Those that --allow lifts. A target-guards is lifted by the code of the guard; the others by nothing."""


class Verdict(StrEnum):
    """What came of a gate. What could not be asked is no "yes"."""

    PASSED = "passed"
    LIFTED = "lifted"
    REFUSED = "refused"
    UNKNOWN = "could not be checked"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. `notes` say why it was refused or could not be checked, or what was seen; `hint` what to do."""

    code: str
    verdict: Verdict
    notes: tuple[str, ...] = ()
    hint: str = ""

    @property
    def is_open(self) -> bool:
        return self.verdict in (Verdict.PASSED, Verdict.LIFTED)

    def title(self, source: str, target: str) -> str:
        """Return what it asks, with the names of the two consoles."""
        return GATES[self.code].format(source=source, target=target)


@dataclass(frozen=True, slots=True)
class Divergence:
    """What is wanted otherwise on the target: edits from the source's form to the target's, each with its reason."""

    address: Address
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Promotion:
    """From one console to the next. `clock` is epoch ms; `divergences` are known only where both could be planned."""

    source: ConsoleRef
    target: ConsoleRef
    stacks: tuple[str, ...]
    gates: tuple[Gate, ...]
    divergences: tuple[Divergence, ...] = ()
    clock: int = 0

    @property
    def is_open(self) -> bool:
        """Whether every gate is."""
        return all(gate.is_open for gate in self.gates)

    @property
    def lifted(self) -> tuple[str, ...]:
        """The gates that would be closed but for --allow, by code."""
        return tuple(gate.code for gate in self.gates if gate.verdict is Verdict.LIFTED)


@dataclass(frozen=True, slots=True)
class PromotedFrom:
    """What a saved plan keeps of the promotion that made it, for whoever approves or applies it.

    source: the name of the console before. lifted: the gates that --allow lifted, by code. shown: gates and differences
    as they were shown, without colours.
    """

    source: str
    lifted: tuple[str, ...]
    shown: str


def passed(code: str, *notes: str) -> Gate:
    return Gate(code, Verdict.PASSED, notes)


def unknown(code: str, *notes: str, hint: str = "") -> Gate:
    return Gate(code, Verdict.UNKNOWN, notes, hint)


def decided(code: str, reasons: list[str], hint: str, *notes: str) -> Gate:
    """Refused for its reasons; passed, with `notes`, when there are none."""
    return Gate(code, Verdict.REFUSED, tuple(reasons), hint) if reasons else passed(code, *notes)
