"""One case of the matrix: an apply that something goes wrong with, and the plan and the apply that come after it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from crash_console import BEGINNING, TOKEN, Analyst, Content, Server
from crash_faults import KILLS, Place, Strike
from crash_scenario import ENTRIES, LEAVING, URL, deprecate, write_after, write_before
from crash_state import InFile, OnServer
from crash_wire import COMPLAINTS, Backend, ConsoleWire, StateWire, Witness
from state_server import PASSWORD, USER, StateServer

from dac.errors import DacError
from dac.qradar.client import Client
from dac.run.apply.applying import Border, apply
from dac.run.console import Console
from dac.run.plan.observation import Looking
from dac.run.plan.planning import Wish, make_plan
from dac.run.scope import Request, choose
from dac.state.http import HttpBackend
from dac.state.http import Server as States
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dac.model.plan import Plan
    from dac.run.plan.planning import Planned
    from dac.run.scope import Scope
    from dac.state.backend import StateBackend

LATER = 3_600.0
"""Seconds between two runs."""
NOW = int((BEGINNING + 10 * LATER) * 1000)
BEFORE = NOW - int(5 * LATER * 1000)
"""Epoch ms: the apply under test, and those before it."""
STATE = "state/lab/crash.json"
STATES_URL = "http://127.0.0.1:9"
BACKENDS = {"local": (Place.CONSOLE, Place.WRITE), "http": (Place.CONSOLE, Place.SERVER)}
"""Where something can go wrong, by where the state is kept. Writes to a server are requests to it."""
WISH = Wish(allow=("mass-delete",))


class InOrder(ThreadPoolExecutor):
    """Does one thing after the other, so that every run asks in the same order."""

    def __init__(self, *_: Any) -> None:
        super().__init__(1)


def _credentials() -> tuple[str, str]:
    return USER, PASSWORD


def ask_in_order() -> None:
    """Let dac use one connection at a time in this process."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("dac.", "concurrent.")) and hasattr(module, "ThreadPoolExecutor"):
            module.ThreadPoolExecutor = InOrder


@dataclass(frozen=True, slots=True)
class Reference:
    """What an undisturbed apply does at each place, and what the console holds afterwards."""

    lines: dict[Place, list[str]]
    content: Content


@dataclass
class Lab:
    """A folder with a project, its state and the database of its console."""

    root: Path
    analyst: Analyst
    entries: int = ENTRIES
    kept: str = "local"
    now: int = NOW
    waited: float = 0.0
    witness: Witness = field(init=False)

    def __post_init__(self) -> None:
        state = InFile(self.root / STATE) if self.kept == "local" else OnServer(self.analyst.states_url)
        self.witness = Witness(self.root, self.analyst, state, self.entries - LEAVING)

    def apply(self, strike: Strike | None = None, shown: Callable[[Planned], None] = lambda _: None) -> str:
        """Apply once; what went wrong, '' when nothing did. `shown` is given the plan before it is carried out."""
        border = Border(shown, lambda _: True, lambda _: None, lambda: False, "dac apply")
        try:
            applied = self._with_console(lambda scope, console: apply(scope, console, WISH, border), strike)
        except DacError as error:
            return f"{type(error).__name__}: {error.summary} {error.detail} {getattr(error, 'diagnostics', '')}"
        failed = [f"{outcome.address}: {outcome.message}" for outcome in applied.outcomes.values() if outcome.message]
        return "" if applied.complete else "; ".join(failed)

    def plan(self, *, deep: bool = False) -> Plan:
        wish = replace(WISH, looking=Looking(deep=deep))
        plan: Plan = self._with_console(lambda scope, console: make_plan(scope, console, wish).plan)
        return plan

    def _with_console(self, act: Callable[[Scope, Console], Any], strike: Strike | None = None) -> Any:
        backend = Backend(self._backend(strike), self.witness, strike)
        scope = choose(Request(self.root, console="lab", env={}), writes=True, backend=backend)
        wire = ConsoleWire(self.witness, strike)
        with Client(URL, lambda: TOKEN, transport=wire, sleep=self._wait, clock=lambda: self.waited) as client:
            client.connect()
            return act(scope, Console(scope.project, scope.console, client, lambda: self.now))

    def _backend(self, strike: Strike | None) -> StateBackend:
        folder = self.root / "state"
        if self.kept == "local":
            return LocalBackend(folder)
        server = States(**StateServer.addresses_at(STATES_URL), proxied=False, credentials=_credentials)
        wire = StateWire(self.witness, strike)
        return HttpBackend(server, folder, sleep=self._wait, clock=lambda: self.waited, transport=wire)

    def _wait(self, seconds: float) -> None:
        self.waited += seconds
        self.analyst.wait(seconds)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where cases are tried: a server, the folder as it was after the first apply, and a place for copies."""

    server: Server
    template: Path
    work: Path
    entries: int
    kept: str = "local"

    def make_template(self) -> None:
        """Apply the earlier versions of the stack to a new console, and edit the files."""
        write_before(self.template, self.entries)
        analyst = self.server.serve(self.template / "console.db")
        lab = Lab(self.template, analyst, self.entries, self.kept, BEFORE)
        lab.witness.watching = False
        for edit in (lambda _: None, deprecate):
            edit(self.template)
            problem = lab.apply()
            if problem:
                raise RuntimeError(f"an apply that comes before failed: {problem}")
        write_after(self.template, self.entries)
        self.server.rest()
        for place in Place:
            (self.template / place).unlink(missing_ok=True)

    def undisturbed(self) -> Reference:
        """Run the apply under test without any fault."""
        lab = self._lab("undisturbed")
        problem = lab.apply()
        complaints = lab.witness.lines(COMPLAINTS)
        if problem or complaints:
            raise RuntimeError(f"the undisturbed apply: {problem} {complaints}")
        lines = {place: lab.witness.lines(place) for place in BACKENDS[self.kept]}
        plan = lab.plan(deep=True)
        if plan.waves or plan.drift:
            raise RuntimeError(f"the plan after it is not empty: {plan.waves} {plan.drift}")
        return Reference(lines, lab.analyst.content())

    def run(self, strike: Strike, reference: Reference) -> list[str]:
        """Try one case; what there is to complain about."""
        lab = self._lab("case")
        try:
            first = _killed(lab, strike) if strike.fault in KILLS else lab.apply(strike)
            complaints = list(_different_before(strike, lab, reference))
            lab.analyst.mend()
            if first:
                complaints += _recovery(lab)
            complaints += _end(lab, reference)
        except Exception as error:  # noqa: BLE001 - a case must not end the matrix
            return [f"{type(error).__name__}: {error}", *traceback.format_exc().splitlines()[-6:]]
        finally:
            lab.analyst.close()
        return [*complaints, f"(the apply under test: {first})"] if complaints else []

    def _lab(self, name: str) -> Lab:
        root = self.work / name
        self.server.rest()
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.template, root)
        analyst = self.server.serve(root / "console.db")
        analyst.wait(LATER)
        return Lab(root, analyst, self.entries, self.kept)


def _killed(lab: Lab, strike: Strike) -> str:
    """Apply in a child that kills itself."""
    child = os.fork()
    if child == 0:
        try:
            problem = replace(lab, analyst=Analyst(lab.analyst.url, lab.analyst.states_url)).apply(strike)
            (lab.root / "ended").write_text(problem)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    ended = lab.root / "ended"
    raise RuntimeError(f"the apply was not killed: {ended.read_text() if ended.exists() else status}")


def _different_before(strike: Strike, lab: Lab, reference: Reference) -> Iterator[str]:
    """A case says nothing when it did not come to its request in the way the reference did."""
    found = lab.witness.lines(strike.place)[: strike.nth]
    for number, (one, other) in enumerate(zip(found, reference.lines[strike.place], strict=False), start=1):
        if one != other:
            yield f"{strike.place} {number} is {one!r}, and was {other!r} in the undisturbed apply"
            return
    if len(found) < strike.nth:
        yield f"there was no {strike.place} {strike.nth}"


def _recovery(lab: Lab) -> Iterator[str]:
    """Apply again, where the apply under test did not come to its end."""
    lab.analyst.wait(LATER)
    planned: list[Planned] = []
    problem = lab.apply(shown=planned.append)
    for plan in (one.plan for one in planned):
        yield from (f"the next plan is refused: {refusal.code} {refusal.summary}" for refusal in plan.refusals)
        yield from (f"the next plan blames somebody else: {drift}" for drift in plan.drift)
    if problem:
        yield f"the next apply: {problem}"


def _end(lab: Lab, reference: Reference) -> Iterator[str]:
    """What the console leaves to be desired once an apply has said that all is done."""
    after = lab.plan(deep=True)
    if after.waves or after.drift or after.refusals:
        yield f"the plan after it is not empty: {after.waves} {after.drift} {after.refusals}"
    yield from _differences(lab.analyst.content(), reference.content)
    yield from lab.analyst.unfinished()
    yield from lab.witness.state.left()
    yield from lab.witness.lines(COMPLAINTS)


def _differences(content: Content, expected: Content) -> Iterator[str]:
    for path, rows in expected.items():
        found, wanted = Counter(content[path]), Counter(rows)
        if more := found - wanted:
            yield f"too much in {path}: {dict(more)}"[:2000]
        if missing := wanted - found:
            yield f"missing in {path}: {dict(missing)}"[:2000]
