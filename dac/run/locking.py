"""Who may write: the lock on each stack's state, and the one on the console."""

from __future__ import annotations

import getpass
import os
import socket
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from dac.errors import DacError
from dac.model.run import Holder
from dac.qradar.locks import ConsoleLock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dac.run.console import Console
    from dac.run.records import Records
    from dac.run.scope import Scope


@contextmanager
def state_locks(scope: Scope, stacks: Sequence[str], holder: Holder, timeout: float) -> Iterator[None]:
    """Hold the states of some stacks, always taken in the same order; LockHeld names the holder."""
    with ExitStack() as locks:
        for stack in sorted(stacks):
            locks.enter_context(scope.backend.lock(stack, scope.console.name, holder, timeout))
        yield


@contextmanager
def console_lock(console: Console, records: Records, holder: Holder, timeout: float) -> Iterator[None]:
    """Hold the console's lock. One that a run of ours left open is taken over: we hold its state, so it is gone."""
    lock = ConsoleLock(console.client)
    left = lock.read_holder()
    ours = {run for document in records.documents.values() for run in document.open_runs} - {holder.run_id}
    if left is not None and left.run_id in ours:
        lock.break_lock(left.run_id)
    lock.acquire(holder, timeout)
    try:
        yield
    finally:
        lock.release()


def unlock(console: Console, run_id: str, approve: Callable[[Holder], bool]) -> Holder | None:
    """Break the console's lock if `run_id` holds it and `approve` says yes; None when it said no.

    DacError when nobody holds it; LockHeld when another run does.
    """
    lock = ConsoleLock(console.client)
    holder = lock.read_holder()
    if holder is None:
        raise DacError(f"console {console.settings.name} is not locked", hint="there is nothing to unlock")
    if holder.run_id == run_id and not approve(holder):
        return None
    lock.break_lock(run_id)
    return holder


def holder_of(command: str, now: int) -> Holder:
    """Return this process as the holder of a lock, with a run id of its own. `now` is epoch ms."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        who = str(os.getuid()) if hasattr(os, "getuid") else "unknown"
    return Holder(str(uuid4()), who, socket.gethostname(), os.getpid(), command, now)
