"""One SQLite file a console: connections a thread, one transaction a request, ids, and the kept settings."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING

from dac.emulator.settings import Settings
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCHEMA_VERSION = 3
BUSY_SECONDS = 60.0


class Database:
    """Connections to one file. Every thread has its own; writers queue on SQLite's lock, so processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[sqlite3.Connection] = []

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = _connect(self.path)
            self._local.connection = found
            with self._lock:
                self._opened.append(found)
        return found

    @contextmanager
    def transaction(self, *, writing: bool) -> Iterator[sqlite3.Connection]:
        """One transaction: a consistent view for reading, the one write lock of the file for writing."""
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connections of all threads; nothing of theirs may be running."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Say what SQLite says of a file that cannot be opened, read or written as a DacError that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        hint = "check the path, its permissions and the disk"
        if error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            hint = "move the file away: the next run makes a new console, with stock content only"
        raise DacError(f"the emulator's database {path} cannot be used: {error}", hint=hint) from error


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file. A console that nobody can write to is refused at once, not at its first write."""
    if path.exists() and not os.access(path, os.W_OK):
        raise DacError(
            f"the emulator's database {path} cannot be written",
            hint="check its permissions: whoever works on an emulated console writes to that file",
        )
    with database_errors(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def prepare(
    database: Database,
    settings: Settings | None,
    fill: Callable[[sqlite3.Connection, Settings], None],
) -> Settings:
    """Create what is missing, keep `settings` when given, and return the settings in force."""
    connection = database.connection()
    with database_errors(database.path):
        if settings is None and _version(connection) == SCHEMA_VERSION:
            return stored_settings(connection)
    with database_errors(database.path), database.transaction(writing=True):
        found = _version(connection)
        if found not in (0, SCHEMA_VERSION):
            hint = (
                "dac emulator reset --console NAME makes it new, with stock content only; or use the dac that made it"
            )
            raise DacError(f"the emulator's database is of format {found}, this dac writes {SCHEMA_VERSION}", hint=hint)
        if found != SCHEMA_VERSION:
            _create(connection, settings or Settings(), fill)
        elif settings is not None:
            _keep_settings(connection, settings)
        return stored_settings(connection)


def settings_in(database: Database) -> Settings | None:
    """The settings kept in a database; None when it is empty, or was made by another version."""
    connection = database.connection()
    with database_errors(database.path):
        return stored_settings(connection) if _version(connection) == SCHEMA_VERSION else None


def recreate(database: Database, fill: Callable[[sqlite3.Connection, Settings], None]) -> None:
    """Throw everything away but the settings, and fill the database anew, in one transaction."""
    connection = database.connection()
    connection.execute("PRAGMA foreign_keys = OFF")
    with database_errors(database.path), database.transaction(writing=True):
        known = _version(connection) == SCHEMA_VERSION
        settings = stored_settings(connection) if known else Settings()
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (name,) in rows.fetchall():
            connection.execute(f'DROP TABLE "{name}"')
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
            connection.execute("DELETE FROM sqlite_sequence")
        _create(connection, settings, fill)
    connection.execute("PRAGMA foreign_keys = ON")


def stored_settings(connection: sqlite3.Connection) -> Settings:
    """The settings all processes on this database agree on."""
    (text,) = connection.execute("SELECT value FROM meta WHERE key = 'settings'").fetchone()
    return Settings.from_json(text)


def next_id(connection: sqlite3.Connection, name: str) -> int:
    """The next number of a named sequence, never given out again even if its owner is deleted."""
    (value,) = connection.execute(
        "UPDATE sequence SET value = value + 1 WHERE name = ? RETURNING value", (name,)
    ).fetchone()
    return int(value)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(
    connection: sqlite3.Connection,
    settings: Settings,
    fill: Callable[[sqlite3.Connection, Settings], None],
) -> None:
    script = resources.files("dac.emulator").joinpath("schema.sql").read_text("utf-8")
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    _keep_settings(connection, settings)
    fill(connection, settings)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _keep_settings(connection: sqlite3.Connection, settings: Settings) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('settings', ?)", (settings.to_json(),))
