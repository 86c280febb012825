"""The console's own time: real time, plus an offset that only the control API moves; or standing still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_OFFSET = "clock_offset"
_FROZEN = "clock_frozen_at"


@dataclass(frozen=True, slots=True)
class Clock:
    """Time in epoch milliseconds. The offset is kept in the database: all processes on it share one time."""

    wall: Callable[[], float]

    def now(self, db: sqlite3.Connection) -> int:
        """The console's time; reading it never moves it."""
        kept = _kept(db)
        frozen = kept.get(_FROZEN)
        return frozen if frozen is not None else self._real() + kept.get(_OFFSET, 0)

    def advance(self, db: sqlite3.Connection, milliseconds: int) -> None:
        """Move forward (or back), frozen or not."""
        self.set_to(db, self.now(db) + milliseconds)

    def set_to(self, db: sqlite3.Connection, epoch_ms: int) -> None:
        """Set the time; a frozen clock stays frozen, there."""
        _keep(db, _OFFSET, epoch_ms - self._real())
        if is_frozen(db):
            _keep(db, _FROZEN, epoch_ms)

    def freeze(self, db: sqlite3.Connection, *, frozen: bool) -> None:
        """Stand still, or go on from where the clock stands."""
        now = self.now(db)
        if frozen:
            _keep(db, _FROZEN, now)
        else:
            db.execute("DELETE FROM meta WHERE key = ?", (_FROZEN,))
            _keep(db, _OFFSET, now - self._real())

    def _real(self) -> int:
        return int(self.wall() * 1000)


def is_frozen(db: sqlite3.Connection) -> bool:
    """Whether the clock stands still."""
    return _FROZEN in _kept(db)


def _kept(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT key, value FROM meta WHERE key IN (?, ?)", (_OFFSET, _FROZEN))
    return {key: int(value) for key, value in rows}


def _keep(db: sqlite3.Connection, key: str, value: int) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, str(value)))
