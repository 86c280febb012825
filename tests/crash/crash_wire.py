"""The wire of an apply that something goes wrong with, and the state back end that it writes to."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
from crash_faults import REFUSED, Fault, Place, Strike

from dac.state.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from crash_console import Analyst
    from crash_state import Kept

    from dac.state.backend import StateBackend
    from dac.state.document import StateDocument


COMPLAINTS = "complaints"
_HUNG_UP = "Server disconnected without sending a response."
CUT = {Fault.DROPPED: "drop", Fault.LOST: "lose"}
"""What the emulator does to a connection."""


@dataclass
class Witness:
    """Writes down what an apply asks and what is wrong in between, in files: a process that is killed leaves them."""

    folder: Path
    analyst: Analyst
    state: Kept
    staying: int
    watching: bool = True

    def note(self, place: Place, line: str) -> None:
        _append(self.folder / place, line)

    def complain(self, line: str) -> None:
        _append(self.folder / COMPLAINTS, line)

    def look(self, when: str) -> None:
        """Look at the allowlist and the state, as somebody may at any moment."""
        if not self.watching:
            return
        found = self.analyst.staying_entries()
        if found != self.staying:
            self.complain(f"after {when} the allowlist lacks {self.staying - found} entries")
        self.check_state(when)

    def check_state(self, when: str) -> None:
        """A state is whole at every moment; decoding it costs something, so only when it is another one."""
        if not self.watching:
            return
        try:
            data = self.state.if_new()
            if data is not None:
                decode(data, where="the state", recovery="")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            self.complain(f"after {when} the state cannot be read: {error}")

    def lines(self, name: str) -> list[str]:
        """What was written down at one place, or the complaints."""
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []


@dataclass
class Wire(httpx.BaseTransport):
    """Carries requests to the server in use, one at a time, until its strike is due."""

    witness: Witness
    strike: Strike | None = None
    sent: int = 0
    revoked: bool = False
    refusals: list[int] = field(default_factory=list)
    inner: httpx.HTTPTransport = field(default_factory=lambda: httpx.HTTPTransport(verify=False))
    place: ClassVar[Place]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent += 1
        line = self.told(request)
        self.witness.note(self.place, line)
        fault = due(self.strike, self.place, self.sent)
        if fault is Fault.KILLED_BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        self.revoked |= fault is Fault.REVOKED
        if fault in REFUSED:
            self.refusals = list(REFUSED[fault])
        try:
            if self.refusals:
                return _refusal(self.refusals.pop())
            answer = self.carried(request, fault)
        finally:
            self.look(line)
        if fault is Fault.KILLED_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        return _refusal(502) if fault is Fault.STATUS_502 else answer

    def told(self, request: httpx.Request) -> str:
        """A request as one line: what two runs that do the same have in common."""
        raise NotImplementedError

    def carried(self, request: httpx.Request, fault: Fault | None) -> httpx.Response:
        """The server's own answer, if the connection lasts so long."""
        raise NotImplementedError

    def look(self, line: str) -> None:
        """What the witness does after a request."""
        raise NotImplementedError

    def sent_to(self, base: str, request: httpx.Request) -> httpx.Response:
        request.url = httpx.URL(base).copy_with(raw_path=request.url.raw_path)
        answer = self.inner.handle_request(request)
        answer.read()
        return answer

    def close(self) -> None:
        self.inner.close()


class ConsoleWire(Wire):
    """To the emulator, which really drops the connection."""

    place = Place.CONSOLE

    def told(self, request: httpx.Request) -> str:
        line = f"{request.method} {request.url.raw_path.decode().removeprefix('/api/')}"
        return f"{line} {_digest(request.content)}" if request.content else line

    def carried(self, request: httpx.Request, fault: Fault | None) -> httpx.Response:
        if fault in CUT:
            self.witness.analyst.fault(
                action=CUT[fault], method=request.method, path=f"^{re.escape(request.url.path)}$"
            )
        if self.revoked:
            request.headers["SEC"] = "no longer known"
        return self.sent_to(self.witness.analyst.url, request)

    def look(self, line: str) -> None:
        if _may_change_entries(line):
            self.witness.look(line)


class StateWire(Wire):
    """To the state server. A document holds ids of its run, so a line is the request without its body."""

    place = Place.SERVER

    def told(self, request: httpx.Request) -> str:
        return f"{request.method} {request.url.path.removeprefix('/state/')}"

    def carried(self, request: httpx.Request, fault: Fault | None) -> httpx.Response:
        if fault is Fault.DROPPED:
            raise httpx.RemoteProtocolError(_HUNG_UP)
        if self.revoked:
            request.headers["Authorization"] = "Basic bm8gbG9uZ2VyOmtub3du"
        answer = self.sent_to(self.witness.analyst.states_url, request)
        if fault is Fault.LOST:
            raise httpx.RemoteProtocolError(_HUNG_UP)
        return answer

    def look(self, line: str) -> None:
        if not line.startswith("GET"):
            self.witness.check_state(line)


def due(strike: Strike | None, place: Place, nth: int) -> Fault | None:
    """What goes wrong now, if anything does."""
    return strike.fault if strike is not None and (strike.place, strike.nth) == (place, nth) else None


def _refusal(status: int) -> httpx.Response:
    return httpx.Response(status, text="<html>Not now</html>", headers={"Content-Type": "text/html"})


@dataclass
class Backend:
    """A state back end that writes down its writes and kills its process around one of them."""

    inner: StateBackend
    witness: Witness
    strike: Strike | None = None
    written: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def write(self, document: StateDocument) -> StateDocument:
        return self._around("document", lambda: self.inner.write(document))

    def step(self, stack: str, console: str, *lines: Mapping[str, Any]) -> None:
        self._around("step", lambda: self.inner.step(stack, console, *lines))

    def _around(self, what: str, act: Callable[[], Any]) -> Any:
        self.written += 1
        self.witness.note(Place.WRITE, what)
        fault = due(self.strike, Place.WRITE, self.written)
        if fault is Fault.KILLED_BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        result = act()
        self.witness.check_state(f"write {self.written} of the state")
        if fault is Fault.KILLED_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def _may_change_entries(line: str) -> bool:
    """A write to reference data, or a look at a task of it, which the emulator may bring to its end."""
    method, _, path = line.partition(" ")
    return path.startswith("reference_data_collections/") and (method != "GET" or "task" in path)


def _digest(body: bytes) -> str:
    """A lock's signature holds the run's id and process, and both differ from run to run."""
    try:
        text = json.dumps(json.loads(body), sort_keys=True)
    except ValueError:
        text = body.hex()
    return "(signed)" if "run_id" in text else hashlib.sha256(text.encode()).hexdigest()[:8]


def _append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(f"{line}\n")
