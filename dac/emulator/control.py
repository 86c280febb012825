"""The emulator's own interface, outside /api: faults, requests, clock. For this machine only, without a token."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Any

from dac.emulator.call import Answer
from dac.emulator.clock import is_frozen
from dac.emulator.errors import BAD_JSON, NO_CAPABILITY, NO_SUCH_PATH, WRONG_METHOD, ApiError
from dac.emulator.faults import read_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.emulator.clock import Clock
    from dac.emulator.database import Database
    from dac.emulator.faults import Faults
    from dac.emulator.journal import Journal

PREFIX = "/emulator/"


class Control:
    """Answers `/emulator/...`; nothing here is counted, logged or struck by a fault."""

    def __init__(self, database: Database, clock: Clock, faults: Faults, journal: Journal) -> None:
        self._database = database
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._routes: dict[str, dict[str, Callable[[Any], Any]]] = {
            "faults": {"POST": self._add_faults, "DELETE": self._clear_faults},
            "requests": {"GET": self._list_requests, "DELETE": self._clear_requests},
            "clock": {"GET": self._read_clock, "POST": self._move_clock},
        }

    def answer(self, remote: str, method: str, path: str, data: bytes) -> Answer:
        """Answer one control request of the machine at `remote`."""
        if not ipaddress.ip_address(remote).is_loopback:
            raise ApiError(403, NO_CAPABILITY, "The control interface answers to this machine only")
        route = self._routes.get(path.removeprefix(PREFIX))
        if route is None:
            raise ApiError(404, NO_SUCH_PATH, f"There is no {path}")
        handler = route.get(method)
        if handler is None:
            raise ApiError(405, WRONG_METHOD, f"{path} takes {sorted(route)}", headers={"Allow": ", ".join(route)})
        try:
            return Answer(handler(json.loads(data) if data else None))
        except (ValueError, TypeError, KeyError) as error:
            raise ApiError(400, BAD_JSON, f"{path}: {error}") from None

    def _add_faults(self, value: Any) -> Any:
        self._faults.add([read_fault(item) for item in (value if isinstance(value, list) else [value])])
        return {}

    def _clear_faults(self, _: Any) -> Any:
        self._faults.clear()
        return {}

    def _list_requests(self, _: Any) -> Any:
        return self._journal.shown()

    def _clear_requests(self, _: Any) -> Any:
        self._journal.clear()
        return {}

    def _read_clock(self, _: Any) -> Any:
        with self._database.transaction(writing=False) as db:
            return {"now": self._clock.now(db), "frozen": is_frozen(db)}

    def _move_clock(self, value: Any) -> Any:
        if not isinstance(value, dict) or not value or set(value) - {"advance", "now", "freeze"}:
            raise ValueError("a clock takes advance (seconds), now (epoch milliseconds) and freeze")
        with self._database.transaction(writing=True) as db:
            if "freeze" in value:
                self._clock.freeze(db, frozen=bool(value["freeze"]))
            if "now" in value:
                self._clock.set_to(db, int(value["now"]))
            if "advance" in value:
                self._clock.advance(db, int(float(value["advance"]) * 1000))
        return self._read_clock(None)
