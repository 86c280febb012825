"""What a plan is made of: edits, changes, drift."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Live, Recorded


class Channel(StrEnum):
    """How an edit reaches the console."""

    REST = "rest"
    EXTENSION = "extension"
    STATE = "state"  # nothing is sent: only dac's own record changes


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    ADOPT = "adopt"
    FORGET = "forget"
    NO_OP = "no-op"


@dataclass(frozen=True, slots=True)
class Edit:
    """One field (`severity`, `entries["203.0.113.7"]`), its values, and how the new one gets there.

    `before` and `after` are deployed values; MISSING where the field is not there at all.
    """

    path: str
    before: Any
    after: Any
    channel: Channel
    reason: str = ""


class _Missing:
    """The value of a field that is not there; None is a value of its own."""

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Change:
    """One address, one action, why, and its edits.

    `desired` is what is sent: with ignored fields, and what was switched off by hand, as live has them. `record` is
    what the state holds afterwards: there, what was switched off by hand stays on, so that it is shown as held until
    somebody decides. `held`: what the state notes of that while the stack has it off as well, see `Recorded`.
    `previous` is the address it had when it was moved.
    """

    address: Address
    action: Action
    reason: str
    edits: tuple[Edit, ...] = ()
    desired: Desired | None = None
    recorded: Recorded | None = None
    live: Live | None = None
    previous: Address | None = None
    record: Deployed | None = None
    held: bool = False


class Disposition(StrEnum):
    """What the plan does about a piece of drift."""

    REVERTED = "will be reverted"
    DESTROYED = "will be destroyed"  # with the whole thing it is about
    HELD = "held"
    IGNORED = "ignored"
    ACCEPTED = "already as desired"
    UNDECIDED = "undecided"  # no file says what is wanted of it, or the plan stops there: the reason says which


@dataclass(frozen=True, slots=True)
class Drift:
    """Live differs from recorded: somebody changed it outside dac.

    `missing` when it is gone altogether, `overridden` when an edit of a stock rule runs in its place now.
    """

    address: Address
    edits: tuple[Edit, ...]
    disposition: Disposition
    reason: str = ""
    missing: bool = False
    overridden: bool = False
