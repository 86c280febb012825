"""Trying what was written: loaded and planned in its staging place until a plan has nothing to change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dac.errors import BadContent, ConfigError, ConsoleError
from dac.model.change import Action
from dac.model.diagnostic import Severity
from dac.model.inventory import Skipped
from dac.model.reads import Found
from dac.model.resource import Recorded
from dac.planning.plan import plan
from dac.planning.situation import Options
from dac.run.importing.drafts import drafted
from dac.run.importing.staged import with_staged
from dac.run.plan.observation import Looking, observe
from dac.run.recording import as_seen
from dac.run.states.rebuilding import as_found
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.config.loading import Sources
    from dac.model.address import Address
    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan
    from dac.model.resource import Live
    from dac.run.console import Console
    from dac.run.importing.drafts import Draft, Surrounding
    from dac.run.importing.files import Staging
    from dac.run.importing.how import How
    from dac.run.plan.observation import Observation
    from dac.run.records import Records
    from dac.run.scope import Scope

ROUNDS = 8
_LINT = "AQL"


@dataclass(frozen=True)
class Tried:
    """What stood the test: drafts, the files they are in, the records to keep, made under one compile context."""

    drafts: tuple[Draft, ...]
    files: Mapping[str, bytes]
    records: tuple[Recorded, ...]
    context: str
    failed: tuple[Skipped, ...]
    moving: tuple[str, ...]


@dataclass
class Trial:
    """One import's way to a stack of which a plan changes nothing."""

    scope: Scope
    sources: Sources
    console: Console
    records: Records
    place: Staging
    how: How
    around: Surrounding
    failed: list[Skipped] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)

    def run(self, drafts: Sequence[Draft], declared: Mapping[Address, Live]) -> Tried:
        """Write, load, plan, until what is left needs no change. ConsoleError when the console does not hold still."""
        waiting = {draft.address: draft for draft in drafts}
        ready: dict[Address, Draft] = {}
        for _ in range(ROUNDS):
            ready |= self._written(waiting.values())
            files = self.place.fill(list(ready.values()), self.how.layout)
            blamed = self._tried(ready, declared)
            if not isinstance(blamed, dict):
                observation, planned = blamed
                kept = self._kept(planned, ready, declared)
                return Tried(
                    tuple(ready.values()), files, kept, observation.context, tuple(self.failed), tuple(self.moving)
                )
            waiting = {address: draft for address, draft in blamed.items() if draft is not None}
            ready = {address: draft for address, draft in ready.items() if address not in blamed}
        hint = "wait until nobody edits rules there, and import again; nothing was written"
        raise ConsoleError("the console was changed again and again while it was read", hint=hint)

    def _written(self, waiting: Iterable[Draft]) -> dict[Address, Draft]:
        out = {}
        for draft in waiting:
            try:
                out[draft.address] = drafted(draft, self.around)
            except BadContent as error:
                self._fail(draft, error.summary)
        return out

    def _fail(self, draft: Draft, reason: str) -> None:
        why = f"{draft.notes[-1]}: {reason}" if draft.way and draft.notes else reason
        self.failed.append(Skipped(draft.address.kind, str(draft.live.deployed["name"]), why))

    def _tried(
        self, ready: Mapping[Address, Draft], declared: Mapping[Address, Live]
    ) -> tuple[Observation, Plan] | dict[Address, Draft | None]:
        """Return the plan that changes nothing, or what has to be written otherwise (None: not at all)."""
        scope = with_staged(self.scope, self.sources, self.place, self.how.variables)
        lives = {address: _said(draft) for address, draft in ready.items()} | dict(declared)
        try:
            observation = observe(scope, self._with_provisional(lives), self.console, Looking())
        except ConfigError as error:
            return self._found_wrong(ready, error)
        moved = self._changed_meanwhile(observation, ready)
        if moved:
            return moved
        planned = plan(observation.situation, Options())
        blamed = _would_change(planned, ready)
        return blamed or (observation, planned)

    def _with_provisional(self, lives: Mapping[Address, Live]) -> Records:
        (stack,) = self.scope.selected
        records = [_provisional(address, live) for address, live in lives.items()]
        document = journal.with_recorded(self.records.documents[stack], *records)
        return replace(self.records, documents=self.records.documents | {stack: document})

    def _found_wrong(self, ready: Mapping[Address, Draft], error: ConfigError) -> dict[Address, Draft | None]:
        """Whatever is wrong with a resource that was written is a reason to write it otherwise; else it is raised."""
        found: dict[Address, list[Diagnostic]] = defaultdict(list)
        for item in error.diagnostics:
            address = item.address
            if item.severity is Severity.ERROR and address is not None and address in ready:
                found[address].append(item)
        if not found:
            raise error
        return {address: _otherwise(ready[address], items) for address, items in found.items()}

    def _changed_meanwhile(
        self, observation: Observation, ready: Mapping[Address, Draft]
    ) -> dict[Address, Draft | None]:
        changed: dict[Address, Draft | None] = {}
        for address, draft in ready.items():
            read = observation.situation.reads.get(address)
            if not isinstance(read, Found):
                changed[address] = None
                self._fail(draft, "it was deleted while it was read")
            elif _bare(read.live) != _bare(draft.live):
                changed[address] = replace(draft, live=read.live, way=0, suppressed=())
                self.moving.append(str(draft.live.deployed["name"]))
        return changed

    def _kept(
        self, planned: Plan, ready: Mapping[Address, Draft], declared: Mapping[Address, Live]
    ) -> tuple[Recorded, ...]:
        changes = {change.address: change for change in planned.changes}
        new = [as_seen(changes[address], planned.clock) for address in ready]
        known = [as_found(changes[address], planned.clock) for address in declared if address in changes]
        return tuple(record for record in (*new, *known) if record is not None)


def _said(draft: Draft) -> Live:
    """What a record would hold of it: what is left to others is not in it."""
    return draft.live if draft.form is None else replace(draft.live, deployed=dict(draft.form))


def _provisional(address: Address, live: Live) -> Recorded:
    form = {key: value for key, value in live.deployed.items() if key != "owner"}
    return Recorded(address, live.uuid, live.name, live.remote_id, form, "", fingerprint=live.fingerprint)


def _bare(live: Live) -> dict[str, object]:
    return {key: value for key, value in live.deployed.items() if key != "owner"}


def _otherwise(draft: Draft, items: Sequence[Diagnostic]) -> Draft:
    """Accept what the linter finds, once; else go on to the next way."""
    codes = {item.code for item in items}
    if draft.is_rule and all(code.startswith(_LINT) for code in codes) and not codes & set(draft.suppressed):
        return replace(draft, suppressed=tuple(sorted({*draft.suppressed, *codes})))
    notes = (*draft.notes, "; ".join(item.summary for item in items))
    return replace(draft, way=draft.way + 1, suppressed=(), notes=notes)


def _would_change(planned: Plan, ready: Mapping[Address, Draft]) -> dict[Address, Draft | None]:
    """Return those that a plan would touch or refuses."""
    wrong = {
        change.address: f"a plan would change {', '.join(edit.path for edit in change.edits)}"
        for change in planned.changes
        if change.action is not Action.NO_OP
    }
    wrong |= {refusal.address: refusal.summary for refusal in planned.refusals if refusal.address is not None}
    return {
        address: replace(draft, way=draft.way + 1, notes=(*draft.notes, wrong[address]))
        for address, draft in ready.items()
        if address in wrong
    }
