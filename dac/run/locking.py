"""Who may write: the lock on each stack's state, and the one on the console."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.model.run import Holder, never
from dac.qradar.locks import ConsoleLock
from dac.run.auditing import who

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dac.run.console import Console
    from dac.run.records import Records
    from dac.run.scope import Scope
    from dac.state.document import StateDocument


@contextmanager
def state_locks(
    scope: Scope, stacks: Sequence[str], holder: Holder, timeout: float, stopping: Callable[[], bool] = never
) -> Iterator[None]:
    """Hold the states of some stacks, always taken in the same order; LockHeld and Interrupted name the holder."""
    with ExitStack() as locks:
        for stack in sorted(stacks):
            locks.enter_context(scope.backend.lock(stack, scope.console.name, holder, timeout, stopping=stopping))
        yield


def clear_own_lock(console: Console, records: Records, stacks: Iterable[str]) -> None:
    """Break the lock that a run of ours left: a state that we hold knows it, so the run is gone.

    To be called before an intent of this run takes the place of what proves that. `stacks` are those whose state
    locks are held; a run that another state knows may be going on.
    """
    ours = {run for stack in stacks for run in _runs(records.documents[stack])}
    lock = ConsoleLock(console.client, name=console.settings.name)
    left = lock.read_holder() if ours else None
    if left is not None and left.run_id in ours:
        lock.break_lock(left.run_id)


def _runs(document: StateDocument) -> set[str]:
    """Runs that have written here. Also one that closed its last wave may have been killed with the lock in hand."""
    closed = {wave.run_id for wave in document.outcomes}
    return closed | document.open_runs | ({document.last_apply.run_id} if document.last_apply else set())


@contextmanager
def console_lock(
    console: Console, holder: Holder, timeout: float, stopping: Callable[[], bool] = never
) -> Iterator[None]:
    """Hold the console's lock; LockHeld and Interrupted name whoever else does."""
    lock = ConsoleLock(console.client, name=console.settings.name)
    lock.acquire(holder, timeout, stopping=stopping)
    try:
        yield
    finally:
        lock.release()


def holder_of(command: str, now: int, *, run: str = "") -> Holder:
    """Return this process as the holder of a lock, with a run id of its own. `now` is epoch ms.

    `run` is what the ids of all runs of one saved plan begin with; an id is never used twice all the same.
    """
    run_id = f"{run}.{uuid4()}" if run else str(uuid4())
    return Holder(run_id, who(), socket.gethostname(), os.getpid(), command, now)
