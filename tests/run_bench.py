"""An execution on a console that is a list of what it was asked, and states in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from dac.model.address import Address
from dac.model.change import Action, Change, Channel, Edit
from dac.model.plan import ConsoleRef, Plan, Step, Wave
from dac.model.resource import Desired, Live, Recorded, Reference
from dac.model.run import Outcome, Result
from dac.planning.order import waves
from dac.resources.registry import kinds
from dac.run.apply.execution import Execution
from dac.run.records import Records
from dac.state import journal
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dac.model.progress import Progress
    from dac.run.console import Console
    from dac.state.document import StateDocument

REF = ConsoleRef("prod", "https://qradar.example.com", "id-of-prod")
NOW = 1_767_323_045_000


def at(local: str) -> Address:
    """`kind.name` in stack cloud, or `stack/kind.name`."""
    return Address.parse(local, stack="cloud")


def reads(*what: str) -> tuple[Reference, ...]:
    """References written `kind:name`."""
    return tuple(Reference(*text.split(":", 1)) for text in what)


def desired(local: str, *, reading: tuple[str, ...] = (), **more: Any) -> Desired:
    address = at(local)
    given = {"uuid": f"uuid of {address}", "name": address.name, "deployed": {"name": address.name}, "digest": "d"}
    return Desired(address, **(given | {"references": reads(*reading)} | more))


def recorded(local: str, *, reading: tuple[str, ...] = (), **more: Any) -> Recorded:
    address = at(local)
    given: dict[str, Any] = {"uuid": f"uuid of {address}", "name": address.name, "remote_id": "7", "digest": "d"}
    return Recorded(address, **(given | {"deployed": {"name": address.name}, "references": reads(*reading)} | more))


def live(local: str, **more: Any) -> Live:
    address = at(local)
    given = {"deployed": {"name": address.name}, "remote_id": "7", "uuid": f"uuid of {address}", "name": address.name}
    return Live(**({"ours": True} | given | more))


def create(local: str, *, reading: tuple[str, ...] = (), **more: Any) -> Change:
    want = desired(local, reading=reading, **more)
    return Change(want.address, Action.CREATE, "new", desired=want, record=want.deployed)


def update(
    local: str, *edits: Edit, reading: tuple[str, ...] = (), read_before: tuple[str, ...] = (), **more: Any
) -> Change:
    """An update; `read_before` is what the record says that it reads."""
    want = desired(local, reading=reading, **more)
    was = recorded(local, reading=read_before)
    return Change(want.address, Action.UPDATE, "", edits, want, was, live(local), record=want.deployed)


def delete(local: str, *, reading: tuple[str, ...] = ()) -> Change:
    return Change(at(local), Action.DELETE, "gone", recorded=recorded(local, reading=reading), live=live(local))


def extension(path: str = "severity") -> Edit:
    return Edit(path, 5, 8, Channel.EXTENSION)


def rest(path: str = "enabled") -> Edit:
    return Edit(path, False, True, Channel.REST)


def plan_of(*changes: Change, steps: tuple[Step, ...] = ()) -> Plan:
    """A plan of some changes; with `steps`, one wave for each of them instead of those that planning makes."""
    stacks = tuple(sorted({change.address.stack for change in changes}))
    given = [Wave(number, step, (changes[number - 1].address,)) for number, step in enumerate(steps, start=1)]
    return Plan(REF, stacks, changes, tuple(given) or waves(changes, kinds()))


@dataclass
class FakeCarrier:
    """Does what it is told at once, but for the addresses in `failing` and `skipping`; `asked` is what it was asked."""

    asked: list[str]
    failing: set[str] = field(default_factory=set)
    skipping: set[str] = field(default_factory=set)
    raising: Exception | None = None
    saying_nothing_of: set[str] = field(default_factory=set)
    watching: Callable[[], None] = lambda: None

    def write(self, changes: Sequence[Change], *, split: bool = True) -> list[Outcome]:
        del split
        return self._act("write", changes)

    def delete(self, changes: Sequence[Change]) -> list[Outcome]:
        return self._act("delete", changes)

    def switch(self, changes: Sequence[Change]) -> list[Outcome]:
        return self._act("switch", changes)

    def _act(self, verb: str, changes: Sequence[Change]) -> list[Outcome]:
        self.asked.append(f"{verb} {', '.join(change.address.local for change in changes)}")
        self.watching()
        if self.raising is not None:
            raise self.raising
        return [self._outcome(verb, c) for c in changes if c.address.local not in self.saying_nothing_of]

    def _outcome(self, verb: str, change: Change) -> Outcome:
        local = change.address.local
        if local in self.failing or f"{verb} {local}" in self.failing:
            return Outcome(change.address, Result.FAILED, message="the console said no")
        if f"{verb} {local}" in self.skipping:
            return Outcome(change.address, Result.SKIPPED, message="not attempted: the console is gone")
        if verb == "delete":
            return Outcome(change.address, Result.APPLIED)
        return Outcome(change.address, Result.APPLIED, recorded(str(change.address), remote_id="42", fingerprint="f"))


@dataclass
class FakeConsole:
    """One carrier for every kind."""

    rules: FakeCarrier

    @property
    def carriers(self) -> dict[str, FakeCarrier]:
        return dict.fromkeys(kinds(), self.rules)

    def switch(self, changes: Sequence[Change]) -> list[Outcome]:
        return self.rules.switch(changes)

    def now(self) -> int:
        return NOW


class Run:
    """One plan, carried out by `go`; what is recorded before is what the changes say."""

    def __init__(self, folder: Path, *changes: Change, steps: tuple[Step, ...] = (), **carrier: Any) -> None:
        self.plan = plan_of(*changes, steps=steps)
        self.asked: list[str] = []
        self.told: list[Progress] = []
        self.stop_after = float("inf")
        self.carrier = FakeCarrier(self.asked, **carrier)
        self.backend = LocalBackend(folder)
        known = [change.recorded for change in changes if change.recorded]
        documents = {stack: self._document(stack, known) for stack in self.plan.stacks}
        self.records = Records(self.backend, documents)
        console = cast("Console", FakeConsole(self.carrier))
        self.execution = Execution(
            self.plan, self.records, console, "context", "run-1", self.told.append, self._stopping
        )

    def _document(self, stack: str, known: Sequence[Recorded]) -> StateDocument:
        empty = journal.new_document(stack, REF, lineage=f"lineage of {stack}")
        ours = [record for record in known if record.address.stack == stack]
        return self.backend.write(journal.next_serial(journal.with_recorded(empty, *ours)))

    def _stopping(self) -> bool:
        return len(self.asked) >= self.stop_after

    def go(self) -> Run:
        self.execution.run()
        return self

    def stored(self, stack: str = "cloud") -> StateDocument:
        document = self.backend.read(stack, REF.name)
        assert document is not None
        return document

    @property
    def results(self) -> dict[str, str]:
        """The result of each change by its local address."""
        return {address.local: outcome.result.value for address, outcome in self.execution.outcomes.items()}

    def message(self, local: str) -> str:
        return self.execution.outcomes[at(local)].message

    @property
    def waves(self) -> tuple[Wave, ...]:
        return self.plan.waves
