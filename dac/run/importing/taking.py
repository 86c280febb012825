"""The use case `import`: look, name, write down, plan what was written, and only then keep it.

Nothing is trusted: what goes into the stack is loaded and planned against the console before a file of the project is
touched; what a plan would change is written in another way, or left out. The console is only read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dac.config.uuid_values import uuid_on
from dac.errors import DacError
from dac.model.address import Address
from dac.model.inventory import Imported, Skipped
from dac.model.reads import Found
from dac.model.resource import Wanted
from dac.qradar.markers import of_another_project
from dac.resources.kind import Fact
from dac.resources.registry import kind
from dac.run.desired.identities import facts_of, recorded_for, uuid_of
from dac.run.desired.surroundings import surroundings
from dac.run.importing.candidates import addressed, read_drafts, told_apart, with_markers
from dac.run.importing.drafts import RULES, Surrounding, rule_names
from dac.run.importing.files import staging
from dac.run.importing.selection import Selection, checked, choose
from dac.run.importing.trying import Trial, Tried
from dac.run.locking import holder_of, state_locks
from dac.run.plan.observation import wanted as wanted_of
from dac.run.records import Records, bound, read_records
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.editing import TomlEdit
    from dac.config.loading import Sources
    from dac.model.inventory import Listed
    from dac.model.reads import Read
    from dac.model.resource import Live, Recorded
    from dac.run.console import Console
    from dac.run.importing.drafts import Draft
    from dac.run.importing.how import How
    from dac.run.scope import Scope
    from dac.state.document import StateDocument


def take_over(scope: Scope, sources: Sources, console: Console, wanted: Selection, how: How) -> Imported:
    """Take what is wanted from the console into the one stack of `scope`, files and state, or nothing at all.

    DacError when one thing was asked for and cannot be taken in; LockHeld names who holds the state.
    """
    holder = holder_of(how.command, console.now())
    with state_locks(scope, scope.selected, holder, how.timeout):
        return _TakingOver(scope, sources, console, checked(wanted), how).run()


@dataclass
class _TakingOver:
    scope: Scope
    sources: Sources
    console: Console
    selection: Selection
    how: How
    failed: list[Skipped] = field(default_factory=list)
    left: list[Skipped] = field(default_factory=list)
    edits: dict[Address, tuple[str, TomlEdit]] = field(default_factory=dict)  # the uuids of what is declared already

    def run(self) -> Imported:
        scope, console = self.scope, self.console
        records = bound(read_records(scope), scope.ref, console.identity, accept=False)
        console.remember_origins(scope.resources)
        recorded = records.recorded
        uuids = {r.address: uuid_of(scope.project.id, r, recorded_for(r, recorded)) for r in scope.resources}
        asked = wanted_of(scope, records, recorded, uuids)
        reads = console.read(asked, deep=False)
        chosen = choose(console.listed(), self.selection)
        self.left += chosen.skipped
        declared = self._declared(recorded, reads, chosen.managed)
        candidates = self._candidates(records, chosen.new)
        new = [Wanted(address, one.uuid, one.name) for address, one in (candidates | declared).items()]
        uuids |= {address: one.uuid for address, one in declared.items() if one.uuid}
        if new:
            reads = console.read([*(one for one in asked if one.address not in declared), *new], deep=False)
        facts = facts_of(scope.resources, uuids, reads)
        drafts = self._drafts(candidates, reads, facts)
        lives = {address: read.live for address in declared if isinstance(read := reads.get(address), Found)}
        self.edits = {address: edit for address, edit in self.edits.items() if address in lives}
        tried = self._keep_what_stands(records, facts, drafts, lives)
        return self._imported(tried, len(chosen.managed) - len(lives))

    def _keep_what_stands(
        self, records: Records, facts: Mapping[str, Fact], drafts: Sequence[Draft], lives: Mapping[Address, Live]
    ) -> Tried:
        scope = self.scope
        if not drafts and not lives:
            self._refuse_failed_one()
            return Tried((), {}, (), "", (), ())
        around = self._surrounding(dict(facts) | {str(draft.address): _fact(draft) for draft in drafts})
        edits: dict[str, list[TomlEdit]] = {}
        for name, edit in self.edits.values():
            edits.setdefault(name, []).append(edit)
        with staging(scope.project, scope.selected[0], edits) as place:
            tried = Trial(scope, self.sources, self.console, records, place, self.how, around).run(drafts, lives)
            self.failed += tried.failed
            self._refuse_failed_one()
            if not self.how.dry_run and (tried.drafts or tried.records):
                place.publish(tried.files)
                _record(records, scope, self.console, tried)
        return tried

    def _candidates(self, records: Records, chosen: Sequence[Listed]) -> dict[Address, Listed]:
        taken = {resource.address for resource in self.scope.resources} | records.recorded.keys()
        return addressed(self._with_kinds(chosen), self.scope.selected[0], taken, self.selection.address)

    def _declared(
        self, recorded: Mapping[Address, Recorded], reads: Mapping[Address, Read], managed: Sequence[Listed]
    ) -> dict[Address, Listed]:
        """Return what the stack declares and its state does not hold, of what was asked for."""
        meant = {(one.kind in RULES, one.remote_id): one for one in managed}
        kinds = {one.kind for one in managed}
        found = {}
        for resource in self.scope.resources:
            address, read = resource.address, reads.get(resource.address)
            if not isinstance(read, Found) or address.kind not in kinds:
                continue
            one = meant.get((address.kind in RULES, read.live.remote_id))
            if one is None:
                continue
            self._refuse_other_address(address, one)
            if address in recorded or address.stack not in self.scope.selected:
                continue
            is_said = resource.written_uuid == read.live.uuid
            is_for_others = isinstance(resource.origin.block.table.get("uuid"), dict)
            needs_none = not (resource.written_uuid or is_for_others)
            if is_said or needs_none or self._is_identified(resource, one, read.live.uuid):
                found[address] = one
        return found

    def _is_identified(self, resource: DeclaredResource, one: Listed, uuid: str) -> bool:
        """Note the edit that says which uuid it has on this console; False, and why, where none can be made."""
        block, console = resource.origin.block, self.scope.console.name
        folder = self.scope.project.stacks_folder / resource.address.stack
        try:
            edit = uuid_on(resource, console, uuid)
            self.edits[resource.address] = (Path(block.document.file).relative_to(folder).as_posix(), edit)
        except ValueError as error:
            reason = f"{resource.address} is declared with another uuid, and on {console} it is {uuid}: {error}"
            self.failed.append(Skipped(one.kind, one.name, reason))
            return False
        return True

    def _refuse_other_address(self, address: Address, one: Listed) -> None:
        asked = self.selection.address
        if asked is not None and asked != address:
            hint = f"`dac state mv` or `moved` gives it another address; it is recorded as {address}"
            raise DacError(f'"{one.name}" is managed already, as {address}', hint=hint)

    def _with_kinds(self, chosen: Iterable[Listed]) -> list[Listed]:
        """Settle what some consoles leave open: which of their rules are building blocks."""
        every = list(chosen)
        unsure = [one.uuid for one in every if len(one.kinds) > 1]
        found = self.console.rules.kinds_of(unsure) if unsure else {}
        sure = [replace(one, kind=found.get(one.uuid, one.kind)) for one in every]
        return [one for one in sure if not self.selection.kinds or one.kind in self.selection.kinds]

    def _drafts(
        self, candidates: Mapping[Address, Listed], reads: Mapping[Address, Read], facts: Mapping[str, Fact]
    ) -> list[Draft]:
        drafts, unread = read_drafts(candidates, reads)
        drafts = with_markers(drafts, self.console.listed())
        if self.selection.address is None:
            others = [one for one in drafts if of_another_project(one.listed.marker, self.console.marker(one.address))]
            self.left += [_of_others(draft) for draft in others]
            drafts = [draft for draft in drafts if draft not in others]
        drafts, twins = told_apart(drafts, facts.values())
        self.failed += [*unread, *twins]
        return drafts

    def _surrounding(self, facts: Mapping[str, Fact]) -> Surrounding:
        scope, console = self.scope, self.console
        around = surroundings(scope.project, scope.console, console.known, facts, console.now(), console.api_version)
        declared = {fact.uuid: Address.parse(text) for text, fact in facts.items() if fact.kind in RULES}
        names = rule_names(console.known, declared, scope.selected[0])
        bodies = console.rules.bodies_of
        return Surrounding(around.context, lambda uuid: bodies([uuid]).get(uuid, ""), scope.console.name, names)

    def _refuse_failed_one(self) -> None:
        if self.selection.address is not None and self.failed:
            (one, *_) = self.failed
            raise DacError(f'{one.kind.replace("_", " ")} "{one.name}" cannot be taken in', detail=one.reason)

    def _imported(self, tried: Tried, managed: int) -> Imported:
        scope = self.scope
        folder = scope.project.display(scope.project.stacks_folder / scope.selected[0])
        new = {draft.address for draft in tried.drafts}
        return Imported(
            stack=scope.selected[0],
            files=tuple(f"{folder}/{name}" for name in sorted(tried.files)) if tried.drafts else (),
            taken={draft.address: draft.notes for draft in sorted(tried.drafts, key=lambda draft: draft.address)},
            recorded=tuple(sorted(record.address for record in tried.records if record.address not in new)),
            managed=managed,
            left=tuple(self.left),
            failed=tuple(self.failed),
            moving=tried.moving,
            identified={address: f"{folder}/{name}" for address, (name, _) in sorted(self.edits.items())},
        )


def _of_others(draft: Draft) -> Skipped:
    reason = f"{draft.listed.marker} says that another project manages it; `dac import ADDRESS ID` takes it over"
    return Skipped(draft.address.kind, draft.listed.name, reason)


def _fact(draft: Draft) -> Fact:
    described, form = kind(draft.address.kind), draft.live.deployed
    what = form.get("entry_type") or form.get("property_type") or str(form.get("type", "")).lower()
    return Fact(described.name, str(form["name"]), draft.live.uuid, what)


def _record(records: Records, scope: Scope, console: Console, tried: Tried) -> None:
    """Write the state, after the files: files without a state are noticed, a state without files would be a destroy."""
    ref = replace(scope.ref, identity=console.identity)

    def step(document: StateDocument) -> StateDocument:
        context = tried.context if document.context_digest in ("", tried.context) else ""
        known = context if not document.resources or document.context_digest else ""
        after = journal.with_recorded(journal.rebound(document, ref), *tried.records)
        return replace(after, context_digest=known)

    records.advance(step, scope.selected)
