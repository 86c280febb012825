"""The use cases of snapshots: to make one where there is a token, and to plan from one where there is none."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dac.errors import DacError
from dac.model.address import Address
from dac.model.diagnostic import Diagnostic, Severity
from dac.planning.readers import TAKES_AWAY
from dac.qradar import markers
from dac.qradar.connection import open_client
from dac.qradar.exports import EXPORTS
from dac.qradar.sets import IDENTITY_SET
from dac.qradar.snapshot.looking import look
from dac.qradar.snapshot.replay import Replay
from dac.resources.durations import written
from dac.run.console import Console
from dac.run.identities import recorded_for, uuid_of
from dac.run.observation import wanted
from dac.run.records import bound, read_records
from dac.run.scope import choose
from dac.run.snapshots import Snapshot
from dac.state.snapshot import SnapshotBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dac.run.planning import Planned
    from dac.run.scope import Request, Scope

_ANY = Address("any", "reference_set", "any")
_NOWHERE = "https://snapshot.invalid"  # where an `emulator:` console would be: it has no address of its own
_UNASKED = (
    "What QRadar's own search for dependents would say is not in a snapshot: apply asks the console before it takes "
    "anything away."
)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a snapshot holds beyond the usual: the entries of every set, and every QID record."""

    all_entries: bool = False
    all_qids: bool = False


def take_snapshot(scope: Scope, console: Console, extent: Extent) -> Snapshot:
    """Read all that a plan may read, and the states. Nothing is written on the console, and no lock is taken.

    StateError when the states are of another console; ConsoleError when the bodies of rules cannot be read, without
    which the snapshot would be of no use.
    """
    made = console.now()
    records = bound(read_records(scope), scope.ref, console.identity, accept=False)
    chosen = _sets(scope, console)
    seen = look(console.client, lambda row: extent.all_entries or chosen(row), all_qids=extent.all_qids)
    if EXPORTS in seen.refused:
        raise DacError(
            f"the bodies of rules cannot be read: {seen.refused[EXPORTS].message}",
            hint="a snapshot needs a token with System Administrator, as apply does",
        )
    states = {stack: document for stack, document in records.documents.items() if document.serial}
    return Snapshot(made, str(scope.project.id), replace(scope.ref, identity=console.identity), seen, states)


def _sets(scope: Scope, console: Console) -> Callable[[Mapping[str, Any]], bool]:
    """Tell the sets whose entries a plan may compare: declared, recorded, or marked as this project's."""
    records = read_records(scope)
    recorded = records.recorded
    uuids = {r.address: uuid_of(scope.project.id, r, recorded_for(r, recorded)) for r in scope.resources}
    asked = [one for one in wanted(scope, records, recorded, uuids) if one.address.kind == _ANY.kind]
    names = {IDENTITY_SET, *(one.name for one in asked)}
    numbers = {one.recorded.remote_id for one in asked if one.recorded is not None}
    ours = console.marker(_ANY)

    def chosen(row: Mapping[str, Any]) -> bool:
        _, marker = markers.split(row.get("description"))
        mine = bool(marker) and not markers.of_another_project(marker, ours)
        return mine or row.get("name") in names or str(row.get("id")) in numbers

    return chosen


def scope_of(request: Request, snapshot: Snapshot) -> Scope:
    """Return what a plan from a snapshot is about: its console and its states, and the stacks as they are now.

    DacError when the snapshot is of another project or console than the one asked for.
    """
    of = snapshot.console
    if request.console not in (None, of.name):
        raise DacError(f"the snapshot is of console {of.name}, not of {request.console}")
    backend = SnapshotBackend(snapshot.states, of.name)
    scope = choose(replace(request, console=of.name), writes=False, backend=backend)
    if str(scope.project.id) != snapshot.project:
        raise DacError("the snapshot is of another project: [project] id in dac.toml is not the one it was made under")
    if scope.console.url != of.url:
        raise DacError(
            f"the snapshot is of console {of.name} at {of.url}, which dac.toml now has at {scope.console.url}",
            hint="make a new snapshot once that is on the branch which may hold the token",
        )
    return scope


@contextmanager
def open_snapshot(scope: Scope, snapshot: Snapshot, now: Callable[[], int]) -> Iterator[Console]:
    """Give the console as it was. Nothing is sent anywhere, and no token is read."""
    url = scope.console.url if scope.console.emulator is None else _NOWHERE
    replay, nobody = Replay(snapshot.seen), "nobody"  # the client wants a token; this one goes nowhere
    with open_client(url, lambda: nobody, api_version=snapshot.seen.api_version, transport=replay) as client:
        yield Console(scope.project, scope.console, client, now, answers=False)


def described(snapshot: Snapshot, now: int) -> str:
    """Return what is said of a snapshot wherever a plan from it is shown. `now` is epoch ms."""
    made = datetime.fromtimestamp(snapshot.made // 1000, UTC)
    age = max(0, (now - snapshot.made) // 1000)
    unit = next((unit for unit in (86_400, 3600, 60) if age >= 2 * unit), 1)
    return f"the snapshot of {made:%Y-%m-%d %H:%M:%S} UTC ({written(age - age % unit)} old)"


def with_remarks(planned: Planned, snapshot: Snapshot, now: int, oldest: int) -> Planned:
    """Return the plan with a note of what it was made from, a warning when that is older than `oldest` seconds.

    `now` is epoch ms.
    """
    takes_away = any(change.action in TAKES_AWAY for change in planned.plan.changes)
    said = (*_remarks(snapshot, now, oldest, takes_away=takes_away), *planned.observation.warnings)
    return replace(planned, observation=replace(planned.observation, warnings=said))


def _remarks(snapshot: Snapshot, now: int, oldest: int, *, takes_away: bool) -> Iterator[Diagnostic]:
    age = max(0, (now - snapshot.made) // 1000)
    summary = f"this plan was made from {described(snapshot, now)}: nothing was asked of the console, or of its states"
    if age > oldest:
        hint = f"it is older than {written(oldest)}: make a new one, for the console may have changed since"
        yield Diagnostic(Severity.WARNING, "old-snapshot", summary, hint=hint)
    else:
        yield Diagnostic(Severity.INFO, "snapshot", summary)
    for path, refused in snapshot.seen.refused.items():
        summary = f"GET {path} was refused when the snapshot was made: {refused.message} (HTTP {refused.status})"
        yield Diagnostic(Severity.INFO, "snapshot-refused", summary)
    if takes_away:
        yield Diagnostic(Severity.INFO, "snapshot-readers", _UNASKED)
