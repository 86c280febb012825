"""One apply at a time on a console, whatever machine it runs on and wherever its state is.

The lock is the reference set `dac lock`. Creating it is atomic on the console: a second creation is a 409. Its one
entry says who holds it, and so does its description where sets have one (API 22), in case a run is killed between
creating the set and signing it. Should a lost answer leave two runs believing that they created the set, both sign;
the signature that the console numbered first counts.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from dac.errors import AmbiguousAnswer, Conflict, ConsoleError, Interrupted, LockHeld
from dac.model.run import Holder, never
from dac.qradar import sets

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.qradar.client import Client

_PAUSE = 1.0
_LONGEST_COMMAND = 200
_UNSIGNED = "unsigned-"


class _Claim(NamedTuple):
    """A lock set, and whether it is certainly ours to delete again."""

    set_id: int
    certain: bool


class ConsoleLock:
    """The lock of one console. `name` is the console's in dac.toml; `timeout` bounds the wait for a delete task (s)."""

    def __init__(self, client: Client, *, name: str = "NAME", timeout: float = 60.0) -> None:
        self._client = client
        self._name = name
        self._timeout = timeout
        self._held: int | None = None
        self._doubt: AmbiguousAnswer | None = None  # of the last try, whose set may still come

    def acquire(self, holder: Holder, timeout: float, *, stopping: Callable[[], bool] = never) -> None:
        """Take the lock, waiting up to `timeout` seconds. LockHeld names whoever has it: nothing of ours is there.

        So does Interrupted, when `stopping` says so while this waits. AmbiguousAnswer when the lock may still come.
        """
        deadline = self._client.clock() + timeout
        signature = _written(holder)
        while True:
            claim = self._create(signature, holder.run_id)
            if claim is not None:
                self._sign(claim, signature, holder.run_id)
                self._held = claim.set_id
                return
            late = self._client.clock() >= deadline
            if not late:
                self._client.sleep(_PAUSE)
            if late or stopping():
                self._give_up(is_stopped=not late)

    def read_holder(self) -> Holder | None:
        """Return who holds the lock; None when nobody does.

        A set that nobody signed gives a holder with run id `unsigned-SET_ID`, so that it can be broken by name.
        """
        row = sets.find_set(self._client, sets.LOCK_SET)
        return self._holder_of(row) if row else None

    def release(self) -> None:
        """Give the lock back and wait until it is gone. Does nothing when this object does not hold it."""
        if self._held is not None:
            sets.delete_set(self._client, self._held, timeout=self._timeout)
            self._held = None

    def break_lock(self, expected_run_id: str) -> bool:
        """Remove the lock of a run that is gone; False when there was none. LockHeld when another run has it."""
        row = sets.find_set(self._client, sets.LOCK_SET)
        if row is None:
            return False
        holder = self._holder_of(row)
        if holder.run_id != expected_run_id:
            raise _held_by(holder, self._name)
        sets.delete_set(self._client, int(row["id"]), timeout=self._timeout)
        return True

    def _give_up(self, *, is_stopped: bool) -> NoReturn:
        if self._doubt is not None:
            raise self._doubt
        held = _held_by(self.read_holder(), self._name)
        raise Interrupted.waiting_for(held) if is_stopped else held

    def _create(self, signature: str, run_id: str) -> _Claim | None:
        """Return the set that is ours, by creation or because an earlier answer was lost; None when held."""
        body = {"name": sets.LOCK_SET, "entry_type": "ALN"}
        if self._client.capabilities.set_descriptions:
            body["description"] = signature
        try:
            return _Claim(sets.create_set(self._client, body), certain=True)
        except (Conflict, AmbiguousAnswer) as error:
            row = sets.find_set(self._client, sets.LOCK_SET)
            self._doubt = error if row is None and isinstance(error, AmbiguousAnswer) else None
            if row is None:
                return None
            holder = self._holder_of(row)
            if holder.run_id == run_id:
                return _Claim(int(row["id"]), certain=True)
            perhaps = isinstance(error, AmbiguousAnswer) and holder.run_id.startswith(_UNSIGNED)
            return _Claim(int(row["id"]), certain=False) if perhaps else None

    def _sign(self, claim: _Claim, signature: str, run_id: str) -> None:
        try:
            sets.put_entry(self._client, claim.set_id, signature)
            rows = sets.list_entries(self._client, [claim.set_id])
        except ConsoleError:
            if claim.certain:
                sets.delete_set(self._client, claim.set_id, timeout=self._timeout)
            raise
        holder = _first_signature(rows)
        if holder is None or holder.run_id != run_id:
            raise _held_by(holder, self._name)

    def _holder_of(self, row: dict[str, Any]) -> Holder:
        signed = _first_signature(sets.list_entries(self._client, [int(row["id"])]))
        unknown = Holder(f"{_UNSIGNED}{row['id']}", "", "", 0, "", int(row.get("creation_time") or 0))
        return signed or _read(row.get("description")) or unknown


def _written(holder: Holder) -> str:
    short = dataclasses.replace(holder, command=holder.command[:_LONGEST_COMMAND])
    return json.dumps(dataclasses.asdict(short), separators=(",", ":"), sort_keys=True)


def _first_signature(rows: list[dict[str, Any]]) -> Holder | None:
    signed = (_read(row.get("value")) for row in sorted(rows, key=lambda row: int(row["id"])))
    return next((holder for holder in signed if holder), None)


def _read(text: object) -> Holder | None:
    """Read a signature; None for whatever else somebody put there."""
    try:
        values: Any = json.loads(text) if isinstance(text, str) else None
        return Holder(
            run_id=str(values["run_id"]),
            who=str(values["who"]),
            host=str(values["host"]),
            pid=int(values["pid"]),
            command=str(values["command"]),
            created=int(values["created"]),
        )
    except (ValueError, TypeError, KeyError):
        return None


def _held_by(holder: Holder | None, console: str) -> LockHeld:
    if holder is None:
        return LockHeld("Another run took and released the console lock at the same moment", hint="Run this again.")
    since = datetime.fromtimestamp(holder.created / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if holder.run_id.startswith(_UNSIGNED):
        return LockHeld(
            f"The console is locked since {since}, and the lock does not say by whom",
            detail=f"The set {sets.LOCK_SET!r} is empty: a run was killed between creating and signing it.",
            hint=f"If no dac is running, remove the lock: dac unlock --console {console} {holder.run_id}",
        )
    return LockHeld(
        f"{holder.who} on {holder.host} (process {holder.pid}) holds the console lock since {since}",
        detail=f"Run {holder.run_id}: {holder.command}",
        hint=f"Wait for it to end. If it is gone: dac unlock --console {console} {holder.run_id}",
    )
