"""The wire of an apply that something goes wrong with, and the state back end that it writes to."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import httpx

from dac.state.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from crash_console import Analyst

    from dac.state.backend import StateBackend
    from dac.state.document import StateDocument


class Fault(StrEnum):
    """What goes wrong at one request, or around one write of the state."""

    DROPPED = "dropped before"
    LOST = "answer lost after"
    STATUS_500 = "500"
    STATUS_502 = "502 although done"
    STATUS_503 = "503 for a while"
    REVOKED = "token revoked"
    KILLED_BEFORE = "SIGKILL before sending"
    KILLED_AFTER = "SIGKILL after the effect"
    KILLED_BEFORE_STATE = "SIGKILL before a state write"
    KILLED_AFTER_STATE = "SIGKILL after a state write"


STATE_FAULTS = (Fault.KILLED_BEFORE_STATE, Fault.KILLED_AFTER_STATE)
KILLS = (Fault.KILLED_BEFORE, Fault.KILLED_AFTER, *STATE_FAULTS)
CUT = {Fault.DROPPED: "drop", Fault.LOST: "lose"}
"""What the emulator does to a connection."""
REFUSED = {Fault.STATUS_500: [500], Fault.STATUS_503: [503] * 3}
"""Answers in place of the console's own; a read is tried more than three times."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One thing that goes wrong: at the `nth` request or state write, counted from 1."""

    fault: Fault
    nth: int


@dataclass
class Witness:
    """Writes down what an apply asks and what is wrong in between, in files: a process that is killed leaves them."""

    folder: Path
    analyst: Analyst
    state: Path
    staying: int
    watching: bool = True
    read: tuple[int, int] = (0, 0)

    def request(self, line: str) -> None:
        _append(self.folder / "requests", line)

    def write(self, line: str) -> None:
        _append(self.folder / "writes", line)

    def look(self, when: str) -> None:
        """Look at the allowlist and the state, as somebody may at any moment."""
        if not self.watching:
            return
        found = self.analyst.staying_entries()
        if found != self.staying:
            _append(self.folder / "complaints", f"after {when} the allowlist lacks {self.staying - found} entries")
        self.check_state(when)

    def check_state(self, when: str) -> None:
        """A state is whole at every moment; reading it costs something, so only when it is another file."""
        if not self.watching:
            return
        try:
            status = self.state.stat()
            if (status.st_ino, status.st_mtime_ns) != self.read:
                decode(self.state.read_bytes(), where=str(self.state), recovery="")
                self.read = (status.st_ino, status.st_mtime_ns)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            _append(self.folder / "complaints", f"after {when} the state cannot be read: {error}")

    def lines(self, name: str) -> list[str]:
        """What was written down under one name."""
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

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent += 1
        line = described(request)
        self.witness.request(line)
        fault = self.strike.fault if self.strike is not None and self.strike.nth == self.sent else None
        if fault is not None:
            self._before(fault, request)
        try:
            if self.refusals:
                return _refusal(self.refusals.pop())
            answer = self._sent(request)
        finally:
            if _may_change_entries(line):
                self.witness.look(line)
        if fault is Fault.KILLED_AFTER:
            os.kill(os.getpid(), signal.SIGKILL)
        return _refusal(502) if fault is Fault.STATUS_502 else answer

    def _before(self, fault: Fault, request: httpx.Request) -> None:
        if fault is Fault.KILLED_BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        elif fault in CUT:
            self.witness.analyst.fault(
                action=CUT[fault], method=request.method, path=f"^{re.escape(request.url.path)}$"
            )
        elif fault is Fault.REVOKED:
            self.revoked = True
        self.refusals = list(REFUSED.get(fault, ()))

    def _sent(self, request: httpx.Request) -> httpx.Response:
        request.url = httpx.URL(self.witness.analyst.url).copy_with(raw_path=request.url.raw_path)
        if self.revoked:
            request.headers["SEC"] = "no longer known"
        answer = self.inner.handle_request(request)
        answer.read()
        return answer

    def close(self) -> None:
        self.inner.close()


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
        self.witness.write(what)
        fault = self.strike.fault if self.strike is not None and self.strike.nth == self.written else None
        if fault is Fault.KILLED_BEFORE_STATE:
            os.kill(os.getpid(), signal.SIGKILL)
        result = act()
        self.witness.check_state(f"write {self.written} of the state")
        if fault is Fault.KILLED_AFTER_STATE:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def _may_change_entries(line: str) -> bool:
    """A write to reference data, or a look at a task of it, which the emulator may bring to its end."""
    method, _, path = line.partition(" ")
    return path.startswith("reference_data_collections/") and (method != "GET" or "task" in path)


def described(request: httpx.Request) -> str:
    """A request as one line: what two runs that do the same have in common."""
    line = f"{request.method} {request.url.raw_path.decode().removeprefix('/api/')}"
    return f"{line} {_digest(request.content)}" if request.content else line


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
