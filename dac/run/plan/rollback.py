"""The use case `rollback`: look at the console with the pre-images of an apply as what is desired."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.change import Action
from dac.model.resource import Wanted
from dac.planning.rollback import returning
from dac.planning.situation import Options, Rollback, Situation
from dac.resources.registry import kinds
from dac.run.history import history_of
from dac.run.plan.dependents import dependents
from dac.run.plan.observation import Observation
from dac.run.records import bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.config.settings import ConsoleSettings, Project
    from dac.model.address import Address
    from dac.model.history import PastApply, PastChange
    from dac.model.resource import Desired, Recorded
    from dac.run.console import Console
    from dac.run.plan.observation import Looking
    from dac.run.records import Records
    from dac.run.scope import Scope


@dataclass(frozen=True, slots=True)
class Return:
    """An apply to take back, and what of it: all that reached the console, or some of its changes."""

    past: PastApply
    changes: tuple[PastChange, ...]


def return_of(project: Project, console: ConsoleSettings, apply_id: str, addresses: Iterable[str] = ()) -> Return:
    """Find what was kept of an apply, and in it the addresses named (kind.name or stack/kind.name); none means all.

    DacError when it is not kept, was of another console, or did not touch what is named.
    """
    past = history_of(project, console).read(apply_id)
    if past.console.url != console.url:
        summary = f"apply {past.run_id} was made on {past.console.url}, and {console.name} is now {console.url}"
        raise DacError(summary, hint="what it overwrote there is no pre-image of what is here")
    touched = tuple(change for change in past.changes if change.reached_console)
    if not touched:
        raise DacError(f"apply {past.run_id} changed nothing on the console", hint="there is nothing to bring back")
    if not addresses:
        return Return(past, touched)
    return Return(past, tuple(_named(touched, text, past) for text in addresses))


def _named(changes: Iterable[PastChange], text: str, past: PastApply) -> PastChange:
    found = [change for change in changes if text in (str(change.address), change.address.local)]
    if len(found) != 1:
        what = "it changed nothing of that address" if not found else "it changed that address in several stacks"
        hint = f"`dac history {past.run_id} --console {past.console.name}` shows what it changed"
        raise DacError(f"{text}: apply {past.run_id}: {what}", hint=hint)
    return found[0]


def observe_return(scope: Scope, records: Records, console: Console, back: Return, how: Looking) -> Observation:
    """Read the console for a plan that takes an apply back. The stack files do not matter and may be broken."""
    records = bound(records, scope.ref, console.identity, accept=how.accept_console)
    recorded = records.recorded
    at = {change.address: _present(change, recorded) for change in back.past.changes}
    desired = {
        at[change.address]: form
        for change in back.past.changes
        if change.reached_console and (form := returning(change, at[change.address])) is not None
    }
    console.remember_origins(scope.resources)
    console.remember_origins(desired.values())
    reads = console.read(_wanted(records, desired), deep=how.deep)
    selected = set(scope.selected)
    situation = Situation(
        console=replace(scope.ref, identity=console.identity),
        stacks=scope.selected,
        kinds=kinds(),
        desired=desired,
        recorded={address: record for address, record in recorded.items() if address.stack in selected},
        reads=reads,
        pending=frozenset(address for address in records.pending if address.stack in selected),
        readers=tuple(record for address, record in sorted(recorded.items()) if address.stack not in selected),
        states={stack: ref for stack, ref in records.refs.items() if stack in selected},
        names_digest=console.names.digest,
        project=str(scope.project.id),
        clock=console.now(),
        dependents=dependents(console.client, desired.values(), reads),
        rollback=Rollback(
            apply_id=back.past.run_id,
            left={at[change.address]: change.left for change in back.past.changes},
            others={at[change.address]: change.others for change in back.past.changes if change.others},
        ),
        closed=console.standing.closed,
    )
    return Observation(situation, records, "", (*console.warnings, *console.standing.warnings))


def return_options(situation: Situation, back: Return, allow: Iterable[str], *, deep: bool) -> Options:
    """Return the options of a plan that touches what is to come back, and nothing else."""
    recorded = situation.recorded
    targets = frozenset(_present(change, recorded) for change in back.changes)
    return Options(targets=targets, allow=frozenset(allow), deep=deep)


def _present(change: PastChange, recorded: Mapping[Address, Recorded]) -> Address:
    """Return the address that the thing goes by now: it may have moved since."""
    if change.address in recorded or change.action is Action.DELETE:
        return change.address
    for address, record in recorded.items():
        same = record.uuid == change.uuid if change.uuid else record.remote_id == change.remote_id
        if address.kind == change.address.kind and same:
            return address
    return change.address


def _wanted(records: Records, desired: Mapping[Address, Desired]) -> list[Wanted]:
    recorded, created = records.recorded, records.created
    wanted = {a: Wanted(a, form.uuid, form.name, recorded.get(a), created=a in created) for a, form in desired.items()}
    for address, record in recorded.items():
        wanted.setdefault(address, Wanted(address, record.uuid, record.name, record))
    for address in records.pending:
        wanted.setdefault(address, Wanted(address, "", ""))
    return list(wanted.values())
