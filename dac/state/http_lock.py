"""The lock of a state on a server, which outlives a killed run, and the proof that makes such a lock ours to break.

A run holds two locks: the server's, and a file that the kernel frees when the process ends. Beside that file stands
which runs of this checkout may have the server's lock. Whoever gets the file knows that these runs are gone, so
when the server names one of them as its holder, the lock is taken over. Any other holder may be alive.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dac.errors import Interrupted, StateError
from dac.state.durable import file_errors, replace_file
from dac.state.http_answers import HELD, refused
from dac.state.http_wire import backoff, filled
from dac.state.local_lock import held
from dac.state.lock_info import held_by, holder_in, lock_info

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dac.model.run import Holder
    from dac.state.http_answers import Answer
    from dac.state.http_wire import Wire

_LONGEST_PAUSE = 16.0
_NAP = 0.5
"""Seconds after which a wait looks whether it is still wanted."""


class ServerLock:
    """The lock on one state. `file` is where the kernel's lock and the list of our runs are kept, without a suffix."""

    def __init__(self, wire: Wire, file: Path, stack: str, console: str, clock: Callable[[], float]) -> None:
        self._wire = wire
        self._kernel = file.with_suffix(".lock")
        self._runs = file.with_suffix(".lock-runs.json")
        self._clock = clock
        self._lock_url = filled(wire.server.lock_address, stack, console)
        self._unlock_url = filled(wire.server.unlock_address, stack, console)
        self._path = f"{console}/{stack}"
        self._console = console
        self._what = f"the state of stack {stack} on console {console}"

    @contextmanager
    def held(self, holder: Holder, timeout: float, stopping: Callable[[], bool]) -> Iterator[None]:
        """Hold the lock, waiting up to `timeout` seconds; LockHeld names who has it.

        So does Interrupted, within a second of `stopping` saying so. StateError at the end when the lock was broken
        meanwhile, or cannot be given back.
        """
        deadline = self._clock() + timeout
        with file_errors("lock", self._kernel):
            self._kernel.parent.mkdir(parents=True, exist_ok=True)
        with held(self._kernel, holder, timeout, what=self._what, stopping=stopping):
            self._acquire(holder, deadline, stopping)
            try:
                yield
            except BaseException:
                with suppress(StateError):
                    self._release(holder)
                raise
            self._release(holder)

    def read_holder(self, asking: Holder) -> Holder | None:
        """Return who holds the lock; None when nobody does. The protocol has no way but to try: `asking` does."""
        probe = replace(asking, run_id=f"look-{uuid4()}")
        answer = self._ask_lock(probe)
        if answer.status in HELD:
            holder = holder_in(answer)
            if holder is None:
                raise held_by(None, self._what, self._console)
            if holder.run_id != probe.run_id:
                return holder
        elif not answer.accepted:
            raise refused(answer, f"find out who locks {self._what}")
        self._ask_unlock(probe)
        return None

    def break_lock(self, holder: Holder) -> None:
        """Take the lock from a run that is gone; StateError when the server will not."""
        answer = self._ask_unlock(holder)
        if not answer.accepted and not (answer.seen_before and answer.status in HELD):
            raise refused(answer, f"unlock {self._what}")

    def _acquire(self, holder: Holder, deadline: float, stopping: Callable[[], bool]) -> None:
        gone = self._left_behind()
        self._remember([*gone, holder.run_id])
        for pause in backoff(1.0, _LONGEST_PAUSE):
            answer = self._ask_lock(holder)
            found = holder_in(answer) if answer.status in HELD else None
            if answer.accepted or (found and found.run_id == holder.run_id):
                self._remember([holder.run_id])
                return
            if answer.status not in HELD:
                if not answer.doubtful:
                    self._remember(gone)
                raise refused(answer, f"lock {self._what}")
            if found and found.run_id in gone:
                gone.remove(found.run_id)
                self.break_lock(found)
                continue
            left = deadline - self._clock()
            if left > 0:
                self._pause(min(pause, left), stopping)
            if left <= 0 or stopping():
                self._remember(gone)
                taken = held_by(found, self._what, self._console)
                raise Interrupted.waiting_for(taken) if stopping() else taken

    def _pause(self, seconds: float, stopping: Callable[[], bool]) -> None:
        """Sleep, and wake up when the user asks to stop."""
        while seconds > 0 and not stopping():
            self._wire.sleep(min(seconds, _NAP))
            seconds -= _NAP

    def _release(self, holder: Holder) -> None:
        """Give the lock back. What an answer to a second try says is not this run's: the first one had its effect."""
        answer = self._ask_unlock(holder)
        if answer.accepted or (answer.seen_before and answer.status in HELD):
            self._remember([])
        elif answer.status in HELD:
            self._remember([])
            raise StateError(
                f"somebody has broken the lock on {self._what} during this run",
                detail=answer.says(),
                hint="What this run has done is recorded. Run `dac plan`: it shows whether another run came between.",
            )
        else:
            error = refused(answer, f"give back the lock on {self._what}")
            error.hint = (
                f"{error.hint} The next apply from this folder takes the lock over; from anywhere else it needs "
                f"`dac unlock --console {self._console} {holder.run_id}`."
            )
            raise error

    def _ask_lock(self, holder: Holder) -> Answer:
        return self._wire.ask_again(self._wire.server.lock_method, self._lock_url, lock_info(holder, self._path))

    def _ask_unlock(self, holder: Holder) -> Answer:
        """Send the ID in the body and in the address: some proxies drop the body of a DELETE."""
        server, body = self._wire.server, lock_info(holder, self._path)
        return self._wire.ask_again(server.unlock_method, self._unlock_url, body, lock_id=holder.run_id)

    def _left_behind(self) -> list[str]:
        """Return the runs of this checkout that may have left the lock on this server."""
        try:
            table: Any = json.loads(self._runs.read_bytes())
            return [str(run) for run in table["runs"]] if table["lock"] == self._lock_url else []
        except (OSError, ValueError, TypeError, KeyError):
            return []

    def _remember(self, runs: list[str]) -> None:
        with file_errors("write", self._runs):
            if runs:
                data = json.dumps({"lock": self._lock_url, "runs": runs}, sort_keys=True)
                replace_file(self._runs, data.encode("ascii"))
            else:
                self._runs.unlink(missing_ok=True)
