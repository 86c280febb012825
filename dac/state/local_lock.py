"""A lock that lives exactly as long as its holder, and a note beside it that says who that is."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dac.errors import Interrupted, LockHeld
from dac.model.run import Holder, never
from dac.state.durable import file_errors, replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def held(
    path: Path, holder: Holder, timeout: float, *, what: str, stopping: Callable[[], bool] = never
) -> Iterator[None]:
    """Hold the lock file `path`, waiting up to `timeout` seconds; LockHeld says who holds `what`.

    So does Interrupted, when `stopping` says so while this waits.

    The note is a file of its own, because a lock file may be cut to nothing by whoever tries to lock it. A note
    that a killed holder left is not believed: only a lock that is held makes anybody read it.
    """
    from filelock import FileLock, Timeout  # 30 ms that a run without a lock need not pay

    lock = FileLock(path, timeout=max(timeout, 0), mode=0o600, thread_local=False)
    note = _note(path)
    with file_errors("lock", path):
        try:
            lock.acquire(cancel_check=stopping)
        except Timeout:
            taken = _taken(note, what)
            raise (Interrupted.waiting_for(taken) if stopping() else taken) from None
    try:
        with file_errors("write", note):
            replace_file(note, json.dumps(asdict(holder), sort_keys=True).encode("ascii"))
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        lock.release()


def left_by(path: Path) -> Holder | None:
    """Return the last holder of the lock file `path` that did not say good-bye; None when all did.

    Whoever gets the lock afterwards knows that this holder is gone.
    """
    return _read(_note(path))


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _taken(note: Path, what: str) -> LockHeld:
    hint = "Wait for it to end, or let dac wait: --lock-timeout 5m. A run that died holds nothing, so nothing is stuck."
    holder = _read(note)
    if holder is None:
        return LockHeld(f"{what} is locked by another run", detail=f"{note} does not say whose.", hint=hint)
    since = datetime.fromtimestamp(holder.created / 1000, UTC)
    return LockHeld(
        f"{what} is locked by {holder.who} on {holder.host}",
        detail=f"`{holder.command}`, process {holder.pid}, run {holder.run_id}, since {since:%Y-%m-%d %H:%M:%S} UTC.",
        hint=hint,
    )


def _read(note: Path) -> Holder | None:
    try:
        return Holder(**json.loads(note.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
