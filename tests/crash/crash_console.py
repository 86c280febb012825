"""The console under test: an emulator in a process of its own, one database after another, and what is on it.

Beside it, in the same process, the state server that goes with the database.
"""

from __future__ import annotations

import base64
import io
import multiprocessing
import random
import re
import uuid
import zipfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from crash_scenario import ALLOWLIST, STAYS
from crash_state import Serving
from defusedxml import ElementTree

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

TOKEN = "emulator"
BEGINNING = 1_767_225_600.0
"""Epoch seconds at which every console of the matrix wakes up."""
CLOCK_TICK = 0.001
MOMENT = 0.03
"""Seconds that a task takes: so that each is met unfinished once, and finished at the next look."""
SETTINGS = Settings(
    task_seconds=MOMENT,
    install_seconds=MOMENT,
    export_seconds=MOMENT,
    deploy_seconds=MOMENT,
    rules_visible_after=MOMENT,
)

END, REST = None, ""
"""What a server is told in place of a database."""

Content = dict[str, dict[str, int]]

_SETS = "reference_data_collections"
_PROPERTIES = "config/event_sources/custom_properties"
_EXPORTS = "config/extension_management/extension_export_tasks"
_LISTS = {
    "analytics/rule_groups": ("name", "description"),
    "data_classification/qid_records": ("name", "description", "severity", "log_source_type_id"),
    f"{_SETS}/sets": ("name", "entry_type", "description", "expiry_type", "time_to_live"),
    f"{_PROPERTIES}/regex_properties": ("name", "property_type", "use_for_rule_engine", "description"),
}
_RULES = ("analytics/rules", "analytics/building_blocks")
_RULE_FIELDS = ("name", "identifier", "type", "enabled", "origin", "owner")
_STOCK_FIELDS = ("name", "enabled", "origin")
"""The identifier of an edited copy is made up by the console."""
_EXPRESSIONS = ("regex", "expression", "capture_group", "enabled", "log_source_type_id")
_NUMBER = re.compile(r"\d{4,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class TickingClock:
    """Time that moves by a tick whenever somebody looks, and so is the same in every run that asks the same."""

    def __init__(self) -> None:
        self._now = BEGINNING

    def __call__(self) -> float:
        self._now += CLOCK_TICK
        return self._now


def _serve(pipe: Connection) -> None:
    running: tuple[Emulator, Serving] | None = None
    while (path := pipe.recv()) is not END:
        for one in running or ():
            one.stop()
        running = None
        if path == REST:
            pipe.send(REST)
            continue
        seed = int(path.exists())
        numbers = random.Random(seed)  # noqa: S311 - what a console makes up has to be the same in every run
        uuid.uuid4 = lambda numbers=numbers: uuid.UUID(int=numbers.getrandbits(128), version=4)
        emulator = Emulator(path, token=TOKEN, wall=TickingClock(), settings=SETTINGS)
        emulator.start()
        states = Serving(path.parent)
        running = emulator, states
        pipe.send((emulator.url, states.url))
    for one in running or ():
        one.stop()


@dataclass(frozen=True, slots=True)
class Server:
    """Serves one database at a time. Whoever asks may fork: there are no threads on this side."""

    pipe: Connection

    def serve(self, database: Path) -> Analyst:
        """Let go of the last database and serve this one, a new one with stock content when it is not there."""
        self.pipe.send(database)
        return Analyst(*self.pipe.recv())

    def rest(self) -> None:
        """Let go of the last database: all is written, and its folder can be copied or taken away."""
        self.pipe.send(REST)
        self.pipe.recv()


@contextmanager
def server() -> Iterator[Server]:
    """A server process for as long as the block. To be started before this process has threads."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Server(ours)
    finally:
        ours.send(END)
        process.join()


class Analyst:
    """Somebody else at the same console. Nothing of this goes through dac."""

    def __init__(self, url: str, states_url: str) -> None:
        self.url, self.states_url = url, states_url
        self._http = httpx.Client(base_url=url, headers={"SEC": TOKEN}, trust_env=False, verify=False)  # noqa: S501 - loopback
        self._allowlist = 0

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> Any:
        return self._http.get(f"/api/{path}", params=query).raise_for_status().json()

    def fault(self, **fault: Any) -> None:
        """Let the emulator do something to requests from now on."""
        self._http.post("/emulator/faults", json=fault).raise_for_status()

    def mend(self) -> None:
        self._http.delete("/emulator/faults").raise_for_status()

    def wait(self, seconds: float) -> None:
        """Let time pass on the console, and nowhere else."""
        self._http.post("/emulator/clock", json={"advance": seconds}).raise_for_status()

    def staying_entries(self) -> int:
        """How many entries that both versions of the allowlist hold are in it now."""
        if not self._allowlist:
            (row,) = self.get(f"{_SETS}/sets", filter=f'name="{ALLOWLIST}"')
            self._allowlist = row["id"]
        query = {"filter": f'collection_id={self._allowlist} and value like "{STAYS}%"', "fields": "id"}
        answer = self._http.get(f"/api/{_SETS}/set_entries", params=query, headers={"Range": "items=0-0"})
        return int(answer.raise_for_status().headers["Content-Range"].rpartition("/")[2])

    def content(self) -> Content:
        """How often each thing is on the console, by names instead of the numbers that it has got there."""
        out = {path: Counter(_told(row, fields) for row in self.get(path)) for path, fields in _LISTS.items()}
        sets = {row["id"]: row["name"] for row in self.get(f"{_SETS}/sets")}
        entries = self.get(f"{_SETS}/set_entries")
        out["entries"] = Counter(f"{sets[row['collection_id']]}: {row['value']} {row['notes']}" for row in entries)
        names = {row["identifier"]: row["name"] for row in self.get(f"{_PROPERTIES}/regex_properties")}
        for kind in ("", "_json"):
            rows = self.get(f"{_PROPERTIES}/property{kind}_expressions")
            mine = [row for row in rows if names.get(row["regex_property_identifier"], "?").startswith(("Crash", "?"))]
            said = Counter(f"{names.get(r['regex_property_identifier'])}: {_told(r, _EXPRESSIONS)}" for r in mine)
            out[f"{kind} expressions"] = said
        out["rules"] = Counter(self._rules())
        return {path: dict(counted) for path, counted in out.items()}

    def unfinished(self) -> list[str]:
        """Tasks of packages that are still under way."""
        rows = self.get("config/extension_management/extensions")
        return [
            f"extension {row['id']} is {row['status']}"
            for row in rows
            if row["status"] not in ("INSTALLED", "UPLOADED")
        ]

    def _rules(self) -> Iterator[str]:
        every = [row for path in _RULES for row in self.get(path)]
        yield from (_told(row, _STOCK_FIELDS) for row in every if row["origin"] != "USER")
        rows = [row for row in every if "Crash" in row["name"]]
        bodies = self._bodies([row["id"] for row in rows]) if rows else {}
        for row in rows:
            yield f"{_told(row, _RULE_FIELDS)} {bodies[row['identifier']]}"

    def _bodies(self, numbers: list[int]) -> dict[str, str]:
        """The XML of rules by uuid, with every number that a console gives out taken away."""
        wanted = {"content_type": "CUSTOM_RULES", "content_item_ids": [str(number) for number in numbers]}
        started = self._http.post(f"/api/{_EXPORTS}", json={"export_contents": [wanted | {"related_content": []}]})
        task = f"{_EXPORTS}/{started.raise_for_status().json()['task_id']}"
        while self.get(task)["status"] != "COMPLETED":
            self.wait(1)
        archive = zipfile.ZipFile(io.BytesIO(self._http.get(f"/api/{task}/extension_export").content))
        rows = ElementTree.fromstring(archive.read(archive.namelist()[0])).iter("custom_rule")
        return {
            _text(row, "uuid"): _NUMBER.sub("#", base64.b64decode(_text(row, "rule_data")).decode()) for row in rows
        }


def _text(row: Any, tag: str) -> str:
    return str(row.findtext(tag))


def _told(row: dict[str, Any], fields: tuple[str, ...]) -> str:
    return str({name: row.get(name) for name in fields})
