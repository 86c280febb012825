"""Carrying a plan out, wave by wave: intent, act, read back, outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dac.errors import ConsoleError, Interrupted
from dac.model.change import Action
from dac.model.deployed import digest
from dac.model.plan import Step
from dac.model.progress import Failed, Finished, Started, WaveStarted
from dac.model.run import Intent, Outcome, Result
from dac.planning.interrupted import aim_of
from dac.planning.order import first_half, identity, identity_of
from dac.qradar.carriers.work import told
from dac.resources.registry import kind
from dac.run.recording import applied_without_console, settled
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.plan import Plan, Wave
    from dac.model.progress import Progress
    from dac.run.console import Console
    from dac.run.records import Records

_MOST_NAMED = 20  # changes that a stopped run names


@dataclass(slots=True)
class Execution:
    """One run of one plan. `report` is told what happens; `stopping` says whether the user asked to stop.

    Nothing is retried blindly: what fails is recorded as failed, what reads it is skipped, the rest goes on. With
    `fail_fast` nothing goes on: the group in hand is finished, a package that fails is not tried in parts.
    """

    plan: Plan
    records: Records
    console: Console
    context: str
    run_id: str
    report: Callable[[Progress], None]
    stopping: Callable[[], bool]
    fail_fast: bool = False
    outcomes: dict[Address, Outcome] = field(default_factory=dict)

    def intent(self, wave: Wave) -> Intent:
        """Return what is written down before a wave's first request."""
        changes = {change.address: change for change in self.plan.changes}
        lives = {address: changes[address].live for address in wave.addresses}
        pre_images = {str(address): digest(live.deployed) if live else "" for address, live in lives.items()}
        aims = {str(address): aim for address in wave.addresses if (aim := aim_of(changes[address])) is not None}
        return Intent(self.run_id, wave.number, wave.step.value, self.console.now(), pre_images, aims)

    def run(self) -> None:
        """Carry out every wave. Interrupted is raised between two waves, never within one."""
        for wave in self.plan.waves:
            if self.stopping():
                raise Interrupted(
                    f"stopped as asked, after wave {wave.number - 1} of {len(self.plan.waves)}",
                    detail=_left(self.plan, wave),
                    hint="run dac apply again: it goes on where this run stopped",
                )
            if halted := self._halted():
                for address in wave.addresses:
                    self._remember(Outcome(address, Result.SKIPPED, message=halted))
            else:
                self._wave(wave)

    def _wave(self, wave: Wave) -> None:
        by_address = {change.address: change for change in self.plan.changes}
        changes = [by_address[address] for address in wave.addresses]
        intent = self.intent(wave)
        stacks = sorted({address.stack for address in wave.addresses})
        self.records.advance(lambda document: journal.with_intent(document, intent, context=self.context), stacks)
        self.report(WaveStarted(wave.number, len(self.plan.waves), wave.step, len(changes)))
        self._note(wave, stacks)
        outcomes = self._outcomes(wave, changes)
        self.records.advance(lambda document: journal.with_outcomes(document, intent, outcomes), stacks)

    def _outcomes(self, wave: Wave, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out group by group: what fails in one of them blocks others of the same wave, too."""
        later = {address for other in self.plan.waves if other.number > wave.number for address in other.addresses}
        made: list[Outcome] = []
        for group in _groups(wave.step, changes):
            outcomes = self._group(wave.step, group, later)
            for outcome in outcomes:
                self._remember(outcome)
            self._note(wave, sorted({change.address.stack for change in group}), outcomes)
            made += outcomes
        return made

    def _remember(self, outcome: Outcome) -> None:
        """Of a change with a part in several waves the first failure stays what is said of it."""
        before = self.outcomes.get(outcome.address)
        self.outcomes[outcome.address] = before if before and before.result is not Result.APPLIED else outcome

    def _halted(self) -> str:
        """Return why nothing more is to be begun, or ''."""
        failed = (address for address, outcome in self.outcomes.items() if outcome.result is Result.FAILED)
        first = next(failed, None) if self.fail_fast else None
        return f"not started: {first.local} failed (--fail-fast)" if first else ""

    def _group(self, step: Step, group: Sequence[Change], later: Container[Address]) -> list[Outcome]:
        blocked = {change.address: reason for change in group if (reason := self._blocked(change, step))}
        ready = [change for change in group if change.address not in blocked]
        skipped = [Outcome(address, Result.SKIPPED, message=reason) for address, reason in blocked.items()]
        done = self._carry(step, [self._for(step, change, more=change.address in later) for change in ready])
        begun, now = self.outcomes.keys(), self.console.now()
        off = step is Step.SWITCH_OFF
        return skipped + [
            settled(c, outcome, more=c.address in later, begun=c.address in begun, switched=off, now=now)
            for c, outcome in done
        ]

    def _note(self, wave: Wave, stacks: Iterable[str], outcomes: Sequence[Outcome] = ()) -> None:
        """Leave a line in the journals of the stacks for the wave's beginning, or one for each outcome."""
        line = {"run_id": self.run_id, "at": self.console.now(), "wave": wave.number, "step": wave.step.value}
        for stack in stacks:
            ended = [
                line | {"address": outcome.address.local, "result": outcome.result.value}
                for outcome in outcomes
                if outcome.address.stack == stack
            ]
            self.records.note(stack, *(ended or [line | {"result": "started"}]))

    def _blocked(self, change: Change, step: Step) -> str:
        """Return why a change cannot be made any more: what it reads failed, or what still reads it did.

        A reader that failed is on the console as it was, or half changed: it may read what either form reads.
        """
        own = self.outcomes.get(change.address)
        if own is not None and own.result is not Result.APPLIED:
            return own.message or "an earlier step of it failed"
        if halted := self._halted():
            return halted
        takes_away = step in (Step.DELETE, Step.RETRACT)
        bad = {a for a, outcome in self.outcomes.items() if outcome.result is not Result.APPLIED}
        for other in self.plan.changes if bad else ():
            if other.address in bad and (_reads(change, other) or (takes_away and _may_read(other, change))):
                return f"{other.address.local} {self.outcomes[other.address].result}"
        return ""

    def _for(self, step: Step, change: Change, *, more: bool) -> Change:
        """Return what a wave does of a change: of a body that loses something later, only the first half."""
        half = first_half(change, kind(change.address.kind)) if more and step is Step.WRITE else None
        return half or change

    def _carry(self, step: Step, group: Sequence[Change]) -> list[tuple[Change, Outcome]]:
        began = time.monotonic()
        for change in group:
            self.report(Started(change.address, change.action, change.live.remote_id if change.live else ""))
        outcomes = {outcome.address: outcome for outcome in self._act(step, group)} if group else {}
        pairs = [(change, outcomes.get(change.address) or _unsaid(change)) for change in group]
        self._tell(pairs, time.monotonic() - began)
        return pairs

    def _act(self, step: Step, group: Sequence[Change]) -> list[Outcome]:
        """Let the carrier of a group act; a refusal of the whole group is an outcome of each of its changes."""
        if step is Step.RECORD:
            return [applied_without_console(change, self.console.now()) for change in group]
        carrier = self.console.carriers[group[0].address.kind]
        try:
            if step is Step.DELETE:
                return carrier.delete(group)
            if step in (Step.SWITCH, Step.SWITCH_OFF):
                return self.console.switch(group)
            return self._write(step, group)
        except ConsoleError as error:
            return [Outcome(change.address, Result.FAILED, message=told(error)) for change in group]

    def _write(self, step: Step, group: Sequence[Change]) -> list[Outcome]:
        """A replace is a delete and a create: planning has made sure that nothing reads the thing.

        One whose create was not attempted any more is half done, and not skipped.
        """
        carrier = self.console.carriers[group[0].address.kind]
        replaced = [change for change in group if change.action is Action.REPLACE]
        failed = [o for o in carrier.delete(replaced) if o.result is not Result.APPLIED] if replaced else []
        stuck = {outcome.address for outcome in failed}
        fresh = [
            replace(change, live=None) if change.action is Action.REPLACE else change
            for change in group
            if change.address not in stuck
        ]
        if not fresh:
            return failed
        whole = self.fail_fast and step is Step.PACKAGE
        made = self.console.rules.write(fresh, split=False) if whole else carrier.write(fresh)
        gone = {change.address for change in replaced} - stuck
        half = [o for o in made if o.address in gone and o.result is Result.SKIPPED]
        return failed + [replace(o, result=Result.FAILED) if o in half else o for o in made]

    def _tell(self, pairs: Iterable[tuple[Change, Outcome]], elapsed: float) -> None:
        for change, outcome in pairs:
            if outcome.result is Result.APPLIED:
                recorded = outcome.recorded
                remote_id = recorded.remote_id if recorded else change.live.remote_id if change.live else ""
                self.report(Finished(change.address, change.action, elapsed, remote_id))
            else:
                skipped = outcome.result is Result.SKIPPED
                self.report(Failed(change.address, outcome.message, skipped=skipped))


def _left(plan: Plan, wave: Wave) -> str:
    """Say what is not done when a run stops before `wave`: a change that is partly done is left, too."""
    left = sorted({address for later in plan.waves if later.number >= wave.number for address in later.addresses})
    counted = "1 change is" if len(left) == 1 else f"{len(left)} changes are"
    lines = [f"{counted} left; what was done is recorded.", *(f"  {address}" for address in left[:_MOST_NAMED])]
    return "\n".join([*lines, *([f"  and {len(left) - _MOST_NAMED} more"] if len(left) > _MOST_NAMED else [])])


def _groups(step: Step, changes: Sequence[Change]) -> list[list[Change]]:
    """Changes that go to their carrier together: all rules of a package; else those of one kind, in the given order."""
    if step in (Step.PACKAGE, Step.SWITCH, Step.SWITCH_OFF, Step.RECORD):
        return [list(changes)] if changes else []
    groups: list[list[Change]] = []
    for change in changes:
        if groups and groups[-1][0].address.kind == change.address.kind:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _reads(reader: Change, read: Change) -> bool:
    """Whether what the reader is to become reads the other."""
    subject = reader.desired or reader.recorded
    return subject is not None and identity(read) in {(ref.kind, ref.name) for ref in subject.references}


def _may_read(reader: Change, read: Change) -> bool:
    """Whether any form of the reader reads any form of the other, as it is or as it is to become."""
    names = {identity_of(subject) for subject in (read.desired, read.recorded) if subject is not None}
    forms = [subject for subject in (reader.desired, reader.recorded) if subject is not None]
    return any((ref.kind, ref.name) in names for subject in forms for ref in subject.references)


def _unsaid(change: Change) -> Outcome:
    return Outcome(change.address, Result.FAILED, message="nothing was said about it; the next plan looks again")
