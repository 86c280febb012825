"""The states of all stacks on one console: read together, checked against the console, advanced together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dac.errors import StateError
from dac.model.address import Address
from dac.model.plan import StateRef
from dac.model.run import Interrupted
from dac.state import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from dac.model.plan import ConsoleRef
    from dac.model.resource import Recorded
    from dac.run.scope import Scope
    from dac.state.backend import StateBackend
    from dac.state.document import StateDocument


@dataclass(slots=True)
class Records:
    """One document a stack. Those of stacks that were never applied here exist only in memory, with serial 0."""

    backend: StateBackend
    documents: dict[str, StateDocument]

    @property
    def recorded(self) -> dict[Address, Recorded]:
        """Everything recorded on this console, of all stacks."""
        return {
            record.address: record for document in self.documents.values() for record in document.resources.values()
        }

    @property
    def pending(self) -> frozenset[Address]:
        """Addresses whose last change may or may not have reached the console."""
        return frozenset(
            Address.parse(local, stack=stack)
            for stack, document in self.documents.items()
            for local in document.pending
        )

    @property
    def interrupted(self) -> dict[Address, Interrupted]:
        """What the open intents say about each address of `pending`."""
        return {
            Address.parse(local, stack=stack): Interrupted(intent.run_id, before, intent.aims.get(local))
            for stack, document in self.documents.items()
            for intent in document.intents
            for local, before in intent.pre_images.items()
        }

    @property
    def created(self) -> frozenset[Address]:
        """Those of `pending` that were absent before, and are not recorded."""
        return frozenset(
            Address.parse(local, stack=stack)
            for stack, document in self.documents.items()
            for local in document.created
        )

    @property
    def refs(self) -> dict[str, StateRef]:
        return {stack: StateRef(document.lineage, document.serial) for stack, document in self.documents.items()}

    def fresh(self, context: str) -> frozenset[str]:
        """The stacks whose record was made under exactly this compile context."""
        return frozenset(stack for stack, document in self.documents.items() if document.context_digest == context)

    def as_of_now(self, held: Collection[str]) -> dict[Address, Recorded]:
        """Everything recorded on this console; of stacks whose lock is not `held`, what is stored at this moment."""
        fresh = dict(self.documents)
        for stack, document in self.documents.items():
            stored = self.backend.read(stack, document.console.name) if stack not in held else None
            if stored is not None:
                fresh[stack] = stored
        return replace(self, documents=fresh).recorded

    def advance(self, step: Callable[[StateDocument], StateDocument], stacks: Iterable[str]) -> None:
        """Apply a pure step to the documents of some stacks and store what changed."""
        for stack in stacks:
            before = self.documents[stack]
            after = step(before)
            if not after.same_content(before):
                self.documents[stack] = self.backend.write(journal.next_serial(after))

    def note(self, stack: str, *lines: Mapping[str, Any]) -> None:
        """Leave lines about the present run in the journal of one stack, where the back end keeps one."""
        self.backend.step(stack, self.documents[stack].console.name, *lines)


def read_records(scope: Scope) -> Records:
    """Read the states of every stack on this console, also of stacks whose folder is gone."""
    backend, console = scope.backend, scope.console.name
    stored = set(backend.stacks(console))
    documents = {}
    for stack in sorted(stored | set(scope.stacks.stacks) | set(scope.selected)):
        found = backend.read(stack, console)
        documents[stack] = found or journal.new_document(stack, scope.ref, lineage=str(uuid4()))
    return Records(backend, documents)


def bound(records: Records, ref: ConsoleRef, identity: str, *, accept: bool) -> Records:
    """Return the records for the console that answered; StateError when they are of another one.

    With `accept` they are re-bound: numeric ids and hints of the other console are dropped, and everything is found
    anew by uuid, marker and name.
    """
    documents = {}
    for stack, document in records.documents.items():
        was = document.console
        other = was.url != ref.url or (was.identity and was.identity != identity)
        documents[stack] = _rebound(document, ref, identity, accept=accept) if document.serial and other else document
    return replace(records, documents=documents)


def _rebound(document: StateDocument, ref: ConsoleRef, identity: str, *, accept: bool) -> StateDocument:
    was = document.console
    if not accept:
        raise StateError(
            f"the state of stack {document.stack} was made on another console than {ref.name} is now",
            detail=_differences(was, ref, identity),
            hint="check the url in dac.toml; if the console was really moved, cloned or rebuilt, "
            f"`dac plan --accept-console --console {ref.name}` shows what would follow, and dac apply "
            "with the same options binds the state to it",
        )
    resources: Mapping[str, Recorded] = {
        local: replace(record, remote_id="", fingerprint="") for local, record in document.resources.items()
    }
    return replace(journal.rebound(document, replace(ref, identity=identity)), resources=resources)


def _differences(was: ConsoleRef, ref: ConsoleRef, identity: str) -> str:
    parts = []
    if was.url != ref.url:
        parts.append(f"its URL was {was.url} and is {ref.url}")
    if was.identity != identity:
        now = identity or "none: it was reset, or restored from before the first apply"
        parts.append(f"the id that dac left on it was {was.identity} and is {now}")
    return "; ".join(parts)
