"""The use case `unlock`: taking every lock from a run that is gone, on the console and on a state server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.errors import DacError, LockHeld
from dac.qradar.locks import ConsoleLock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dac.model.run import Holder
    from dac.run.console import Console
    from dac.run.states.stored import Stored


@dataclass(frozen=True, slots=True)
class HeldLocks:
    """What `unlock` found: the locks of the run that was named, to be broken, and those of other runs, which stay."""

    broken: tuple[HeldLock, ...]
    staying: tuple[HeldLock, ...]


@dataclass(frozen=True, slots=True)
class HeldLock:
    """A lock that somebody holds; `what` it is on, for people."""

    what: str
    holder: Holder
    take: Callable[[], object]


def unlock(
    console: Console, place: Stored, run_id: str, asking: Holder, approve: Callable[[HeldLocks], bool]
) -> tuple[HeldLock, ...]:
    """Break all locks that `run_id` holds if `approve` says yes, and return them; none when it said no.

    `asking` is this process: to see who holds the lock of a state server, one has to ask for it.
    DacError when nothing is locked; LockHeld when it is by other runs.
    """
    locks = [*_console_lock(console), *_state_locks(place, asking)]
    if not locks:
        raise DacError(f"console {console.settings.name} is not locked", hint="there is nothing to unlock")
    mine = tuple(lock for lock in locks if lock.holder.run_id == run_id)
    if not mine:
        raise _others(locks, console.settings.name)
    if not approve(HeldLocks(mine, tuple(lock for lock in locks if lock not in mine))):
        return ()
    console.audit.require()
    for lock in mine:
        lock.take()
    console.audit.override("unlock", run_id)
    return mine


def _console_lock(console: Console) -> list[HeldLock]:
    lock = ConsoleLock(console.client, name=console.settings.name)
    holder = lock.read_holder()
    if holder is None:
        return []
    what = f"console {console.settings.name} ({console.settings.url})"
    return [HeldLock(what, holder, lambda: lock.break_lock(holder.run_id))]


def _state_locks(place: Stored, asking: Holder) -> list[HeldLock]:
    backend, name = place.backend, place.console.name
    held = ((stack, backend.read_holder(stack, name, asking)) for stack in place.known())
    return [_state_lock(place, stack, holder) for stack, holder in held if holder is not None]


def _state_lock(place: Stored, stack: str, holder: Holder) -> HeldLock:
    what = f"the state of stack {stack}"
    return HeldLock(what, holder, lambda: place.backend.break_lock(stack, place.console.name, holder))


def _others(locks: Sequence[HeldLock], console: str) -> LockHeld:
    first = locks[0].holder
    of = f" of {first.who}" if first.who else ""
    where = f" on {first.host}" if first.host else ""
    return LockHeld(
        f"run {first.run_id}{of}{where} holds the lock, not the run you name",
        detail="; ".join(f"{lock.what}: run {lock.holder.run_id}" for lock in locks),
        hint=f"If that one is gone: dac unlock --console {console} {first.run_id}",
    )
