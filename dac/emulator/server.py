"""The embedded console as a server: one address, one token, one database file."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dac.emulator.application import Application
from dac.emulator.callers import CAPABILITIES, RunToken
from dac.emulator.clock import Clock
from dac.emulator.control import Control
from dac.emulator.database import Database, prepare, recreate
from dac.emulator.endpoints import EFFECTS, ENDPOINTS
from dac.emulator.faults import Faults
from dac.emulator.gateway import make_server
from dac.emulator.journal import Journal
from dac.emulator.routing import Router
from dac.emulator.stock import fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from dac.emulator.certificate import TlsFiles
    from dac.emulator.gateway import Server
    from dac.emulator.settings import Settings


class Emulator:
    """A console on `path`, created with stock content when missing. Several may share one file, in any processes.

    `port` 0 takes a free one. `token` is accepted in the SEC header beside those kept in the database, and stands
    for the authorized service `emulator`; it is also the password of user `admin` unless the settings name one.
    `settings`, when given, replace those kept in the database. `capabilities` are those of `token` (callers.WRITING).
    With `tls` it is served over HTTPS. Every answer of the API takes `latency` seconds longer.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str = "emulator",  # noqa: S107  # the emulator guards nothing; a run chooses its own
        settings: Settings | None = None,
        capabilities: frozenset[str] = CAPABILITIES,
        tls: TlsFiles | None = None,
        latency: float = 0.0,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._path = Path(path)
        self._host = host
        self._port = port
        self._settings = settings
        self._capabilities = capabilities
        self._tls = tls
        self._latency = latency
        self._wall = wall
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._database: Database | None = None
        self.token = token
        self.url = ""

    def start(self) -> None:
        """Bind and serve in a thread of its own; `url` is set when this returns. OSError when the port is taken."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = Database(self._path)
        try:
            prepare(database, self._settings, fill)
            server = make_server(self._host, self._port, self._application(database), self._tls)
        except BaseException:
            database.close()
            raise
        self._server, self._database = server, database
        self.url = f"{'https' if self._tls else 'http'}://{self._host}:{server.bind_addr[1]}"
        self._thread = threading.Thread(target=server.serve, name="emulator", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests in hand, close the port and the database. Stopping twice does nothing."""
        if self._server is None or self._thread is None or self._database is None:
            return
        self._server.stop()
        self._thread.join()
        self._database.close()
        self._server = self._thread = self._database = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _application(self, database: Database) -> Application:
        clock, faults, journal = Clock(self._wall), Faults(), Journal()
        return Application(
            database=database,
            clock=clock,
            router=Router(ENDPOINTS),
            endpoints=ENDPOINTS,
            effects=EFFECTS,
            control=Control(database, clock, faults, journal),
            faults=faults,
            journal=journal,
            run_token=RunToken(self.token, self._capabilities),
            latency=self._latency,
        )


def reset(path: Path | str) -> None:
    """Give the console at `path` its stock content again, whoever else has it open. Its settings stay."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    database = Database(Path(path))
    try:
        recreate(database, fill)
    finally:
        database.close()
