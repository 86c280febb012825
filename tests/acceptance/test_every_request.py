"""An answer is lost at whichever request of an apply: the next one completes it, and nothing is there twice.

Whatever else can go wrong, and kills: tests/crash.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from project import DAC_TOML, REMOTE, STACK

from dac.emulator.server import Emulator
from dac.errors import DacError
from dac.qradar.client import Client
from dac.run.apply.applying import Border, apply
from dac.run.console import Console
from dac.run.plan.observation import Looking
from dac.run.plan.planning import Wish, make_plan
from dac.run.scope import Request, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dac.model.plan import Plan

FILES = ("stack.toml", "allowlist.toml", "properties.toml", "building_block.toml", "foreign.toml")
PROPERTIES = "config/event_sources/custom_properties"
LISTS = {
    "reference_data_collections/sets": ("name", "entry_type", "description", "expiry_type", "time_to_live"),
    "reference_data_collections/set_entries": ("value", "notes", "source"),
    f"{PROPERTIES}/regex_properties": ("name", "property_type", "use_for_rule_engine", "description"),
    f"{PROPERTIES}/property_expressions": ("regex", "capture_group", "enabled", "log_source_type_id"),
    f"{PROPERTIES}/property_json_expressions": ("expression", "enabled", "log_source_type_id"),
    "analytics/rules": ("name", "identifier", "type", "enabled", "origin"),
    "analytics/building_blocks": ("name", "identifier", "type", "enabled", "origin"),
    "analytics/rule_groups": ("name", "description"),
    "data_classification/qid_records": ("name", "description", "severity", "log_source_type_id"),
}
TOKEN = "emulator"
NO_CERTIFICATES = False  # to load: it is plain HTTP, and loading them costs 90 ms a client
SOME = 11  # a console that goes away and stays away is tried at every eleventh request
IDENTITY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PARTS = 2  # of each test, for as many processes


@dataclass(frozen=True)
class Lab:
    """A folder, and a console that it is applied to by the use cases themselves: no process, no waiting."""

    root: Path
    http: httpx.Client

    def apply(self) -> str:
        """Apply once and return what went wrong, '' when nothing did."""
        border = Border(lambda _: None, lambda _: True, lambda _: None, lambda: False, "dac apply")
        try:
            applied = self._with_console(lambda scope, console: apply(scope, console, Wish(), border))
        except DacError as error:
            return error.summary
        return "" if applied.complete else str([outcome.message for outcome in applied.outcomes.values()])

    def plan(self) -> Plan:
        wish = Wish(looking=Looking(deep=True))
        plan: Plan = self._with_console(lambda scope, console: make_plan(scope, console, wish).plan)
        return plan

    def _with_console(self, act: Callable[[Any, Console], Any]) -> Any:
        scope = choose(Request(self.root, console="local", env={}), writes=True)
        with Client(scope.console.url, lambda: TOKEN, sleep=_briefly) as client:
            client.connect()
            return act(scope, Console(scope.project, scope.console, client, lambda: time.time_ns() // 1_000_000))

    def fault(self, **fault: Any) -> None:
        self.http.post("/emulator/faults", json=fault).raise_for_status()

    def mend(self) -> None:
        self.http.delete("/emulator/faults").raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/emulator/requests").json()
        return found

    def content(self) -> dict[str, Counter[str]]:
        """How often each thing is on the console, by what dac has a hand in and without what numbers it has."""
        return {
            path: Counter(_told(row, fields) for row in self.http.get(f"/api/{path}").raise_for_status().json())
            for path, fields in LISTS.items()
        }


def _told(row: dict[str, Any], fields: tuple[str, ...]) -> str:
    """The id that dac leaves on a console is random, and the value of an entry."""
    told = {name: row.get(name) for name in fields}
    return str(told | {"value": "an id"} if IDENTITY.fullmatch(str(row.get("value"))) else told)


def _briefly(seconds: float) -> None:
    time.sleep(min(seconds, 0.002))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lab")
    (root / "stacks/lab").mkdir(parents=True)
    for name in FILES:
        (root / "stacks/lab" / name).write_text(STACK[name])
    return root


@dataclass(frozen=True)
class Labs:
    """Makes labs that all begin as the same console and the same files."""

    template: Path
    stock: Path
    folder: Path

    @contextmanager
    def fresh(self, name: str) -> Iterator[Lab]:
        root = self.folder / name
        shutil.copytree(self.template, root)
        shutil.copyfile(self.stock, root / "console.db")
        with (
            Emulator(root / "console.db", token=TOKEN) as emulator,
            httpx.Client(base_url=emulator.url, headers={"SEC": TOKEN}, verify=NO_CERTIFICATES) as http,
        ):
            url = 'url = "emulator:state/emulator/local.db"'
            (root / "dac.toml").write_text(DAC_TOML.replace(url, REMOTE.format(url=emulator.url)))
            yield Lab(root, http)


@pytest.fixture
def labs(template: Path, stock: Path, tmp_path: Path) -> Labs:
    return Labs(template, stock, tmp_path)


@dataclass(frozen=True)
class Undisturbed:
    """What an apply asks the console, request by request, and what it makes there."""

    requests: list[str]
    content: dict[str, Counter[str]]


@pytest.fixture(scope="module")
def undisturbed(template: Path, stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with Labs(template, stock, tmp_path_factory.mktemp("undisturbed")).fresh("lab") as lab:
        assert lab.apply() == ""
        requests = [f"{row['method']} {row['path'].removeprefix('/api/')}" for row in lab.requests()]
        assert lab.plan().waves == ()
        return Undisturbed(requests, lab.content())


def _complaints(lab: Lab, undisturbed: Undisturbed) -> Iterator[str]:
    """What the next apply and the plan after it leave to be desired."""
    lab.mend()
    again = lab.apply()
    if again:
        yield f"the next apply: {again}"
    plan = lab.plan()
    if plan.waves or plan.drift or plan.refusals:
        yield f"the plan after it is not empty: {plan.waves} {plan.drift} {plan.refusals}"
    content = lab.content()
    for path, expected in undisturbed.content.items():
        if more := content[path] - expected:
            yield f"too much under {path}: {dict(more)}"
        if missing := expected - content[path]:
            yield f"missing under {path}: {dict(missing)}"


def _telling(requests: list[str]) -> list[tuple[int, str]]:
    """Every write, and the first read of every path: a read whose answer is lost is asked again, that is all."""
    return [
        (number, request)
        for number, request in enumerate(requests, start=1)
        if not request.startswith("GET ") or request not in requests[: number - 1]
    ]


def _some(requests: list[str]) -> list[tuple[int, str]]:
    """Every so many requests, from the first on."""
    return list(enumerate(requests, start=1))[::SOME]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        ({"action": "lose"}, _telling),
        ({"action": "lose", "times": 1000}, _some),
    ],
    ids=["answer-lost", "console-gone"],
)
def test_a_fault_at_any_request_is_made_good_by_the_next_apply(
    labs: Labs,
    undisturbed: Undisturbed,
    fault: dict[str, Any],
    struck: Callable[[list[str]], list[tuple[int, str]]],
    part: int,
) -> None:
    complaints = []
    for number, request in struck(undisturbed.requests)[part::PARTS]:
        with labs.fresh(f"lab-{number}") as lab:
            lab.fault(**fault, nth=number)
            first = lab.apply()
            complaints += [f"{number}, {request} ({first}): {text}" for text in _complaints(lab, undisturbed)]
    assert not complaints, "\n".join(complaints)
