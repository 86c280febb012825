"""What one apply found, and what it made of it: enough to show it later and to bring it back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.run import Result

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.deployed import Deployed
    from dac.model.plan import ConsoleRef
    from dac.model.resource import Reference


class Ending(StrEnum):
    """How an apply ended. UNFINISHED: it was killed, or is still going on."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"  # some changes failed or were left out
    STOPPED = "stopped"  # by a signal, or by an error that ended the run
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change of one apply.

    before: the pre-image, what stood there of what the project answers for; of a set that was deleted, everything,
    and `others` names the entries that were not the project's. None for what was created; that has `after` instead.
    xml: the rule as the console exported it, '' where there was none to export; `no_xml` says why it could not be.
    left: digest of the deployed form that the state held at the end, '' when it held none; None while nobody knows.
    """

    address: Address
    action: Action
    uuid: str
    name: str
    reason: str = ""
    remote_id: str = ""
    before: Deployed | None = None
    after: Deployed | None = None
    edits: tuple[Edit, ...] = ()
    others: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    previous: tuple[Address, ...] = ()
    xml: str = ""
    no_xml: str = ""
    result: Result | None = None
    message: str = ""
    left: str | None = None

    @property
    def reached_console(self) -> bool:
        """Whether the console may hold something else because of it."""
        if self.result is Result.SKIPPED:
            return False
        return self.action in _CHANGES_CONSOLE or (self.action is Action.ADOPT and bool(self.edits))


_CHANGES_CONSOLE = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)


@dataclass(frozen=True, slots=True)
class PastApply:
    """One apply to one console, by its run id. `began` and `ended` are epoch ms, `ended` 0 while nobody knows.

    plan: the digest of what was carried out. rollback: the id of the apply that this one took back, '' for others.
    reason: why it stopped.
    """

    run_id: str
    console: ConsoleRef
    stacks: tuple[str, ...]
    began: int
    who: str
    host: str
    command: str
    plan: str
    changes: tuple[PastChange, ...]
    rollback: str = ""
    ended: int = 0
    ending: Ending = Ending.UNFINISHED
    reason: str = ""
