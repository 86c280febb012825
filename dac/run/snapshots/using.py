"""A plan from a snapshot: its scope, its console, and what is said of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.diagnostic import Diagnostic, Severity
from dac.planning.readers import TAKES_AWAY
from dac.qradar.connection import open_client
from dac.qradar.snapshot.replay import Replay
from dac.resources.durations import written
from dac.run.console import Console
from dac.run.scope import choose
from dac.state.snapshot import SnapshotBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dac.run.plan.planning import Planned
    from dac.run.scope import Request, Scope
    from dac.run.snapshots.files import Snapshot

_NOWHERE = "https://snapshot.invalid"  # where an `emulator:` console would be: it has no address of its own
_UNASKED = (
    "What QRadar's own search for dependents would say is not in a snapshot: apply asks the console before it takes "
    "anything away."
)


def scope_of(request: Request, snapshot: Snapshot, *, recorded_only: bool = False) -> Scope:
    """Return what a plan from a snapshot is about: its console and its states, and the stacks as they are now.

    `recorded_only` as for `choose`. DacError when the snapshot is of another project or console than the one asked for.
    """
    of = snapshot.console
    if request.console not in (None, of.name):
        raise DacError(f"the snapshot is of console {of.name}, not of {request.console}")
    backend = SnapshotBackend(snapshot.states, of.name)
    scope = choose(replace(request, console=of.name), writes=False, recorded_only=recorded_only, backend=backend)
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
