"""Whoever else works on the console: `dac emulator serve` on a free port, and plain HTTP, as with curl."""

from __future__ import annotations

import base64
import io
import re
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from project import Project

SETS = "/api/reference_data_collections"
PROPERTIES = "/api/config/event_sources/custom_properties"
RULES = "/api/analytics/rules"
EXPORTS = "/api/config/extension_management/extension_export_tasks"
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Analyst:
    """One console over HTTP, with the token that the emulator's README names."""

    http: httpx.Client
    url: str

    def get(self, path: str, **query: str) -> Any:
        return self._body("GET", path, params=query)

    def post(self, path: str, body: Any = None, **query: str) -> Any:
        return self._body("POST", path, json=body, params=query)

    def patch(self, path: str, body: Any) -> Any:
        return self._body("PATCH", path, json=body)

    def delete(self, path: str) -> Any:
        return self._body("DELETE", path)

    def _body(self, method: str, path: str, **arguments: Any) -> Any:
        answer = self.http.request(method, path, **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def rule(self, name: str) -> dict[str, Any]:
        return self._named(RULES, name)

    def reference_set(self, name: str) -> dict[str, Any]:
        return self._named(f"{SETS}/sets", name)

    def property(self, name: str) -> dict[str, Any]:
        return self._named(f"{PROPERTIES}/regex_properties", name)

    def _named(self, path: str, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = [row for row in self.get(path) if row["name"] == name]
        assert len(found) == 1, f"{len(found)} of {path} are called {name!r}"
        return found[0]

    def entries(self, name: str) -> dict[str, dict[str, Any]]:
        """The entries of a set, by value."""
        number = self.reference_set(name)["id"]
        rows = self.get(f"{SETS}/set_entries", filter=f"collection_id={number}")
        return {row["value"]: row for row in rows}

    def wait_gone(self, path: str, number: int) -> None:
        """Poll a list until an id is no longer on it."""
        _poll(lambda: all(row["id"] != number for row in self.get(path)), f"{path} still lists {number}")

    def export(self, *rule_ids: int) -> ET.Element:
        """Export some rules the way a console's administrator does, and read the XML in the ZIP."""
        contents = {
            "content_type": "CUSTOM_RULES",
            "content_item_ids": [str(number) for number in rule_ids],
            "related_content": [{"content_type": "FGROUP_LINKS"}],
        }
        task = f"{EXPORTS}/{self.post(EXPORTS, {'export_contents': [contents]})['task_id']}"
        _poll(lambda: self.get(task)["status"] == "COMPLETED", f"{task} does not complete")
        archive = zipfile.ZipFile(io.BytesIO(self.http.get(f"{task}/extension_export").content))
        (name,) = archive.namelist()
        return ET.fromstring(archive.read(name))

    def rule_xml(self, name: str) -> ET.Element:
        """The body of one rule, out of an export."""
        rule = self.rule(name)
        content = self.export(rule["id"])
        (text,) = (row.findtext("rule_data") for row in content.iter("custom_rule") if _is(row, rule))
        assert text is not None
        return ET.fromstring(base64.b64decode(text))

    def everything(self) -> dict[str, Any]:
        """All content of the console that dac could have a hand in."""
        lists = (
            RULES,
            "/api/analytics/building_blocks",
            "/api/analytics/rule_groups",
            "/api/data_classification/qid_records",
            f"{SETS}/sets",
            f"{SETS}/set_entries",
            f"{PROPERTIES}/regex_properties",
            f"{PROPERTIES}/property_expressions",
            f"{PROPERTIES}/property_json_expressions",
            "/api/config/extension_management/extensions",
        )
        return {path: self.get(path) for path in lists}

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of this server since the last `forget_requests`."""
        found: list[dict[str, Any]] = self.get("/emulator/requests")
        return found

    def writes(self) -> list[str]:
        """The requests that could have changed something."""
        return [f"{row['method']} {row['path']}" for row in self.requests() if row["method"] != "GET"]

    def freeze(self, *, frozen: bool = True) -> None:
        """Let the console's time stand still, or go on: no task moves while it stands."""
        self.post("/emulator/clock", {"freeze": frozen})

    def forget_requests(self) -> None:
        self.delete("/emulator/requests")


def _is(row: ET.Element, rule: dict[str, Any]) -> bool:
    return row.findtext("uuid") == rule["identifier"]


def _poll(done: Any, complaint: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.02)


@contextmanager
def served(project: Project, console: str = "local") -> Iterator[Analyst]:
    """`dac emulator serve --port 0` of a project's console, for as long as the block."""
    process = project.start("emulator", "serve", "--console", console, "--port", "0")
    try:
        with _http(_url(process)) as http:
            yield Analyst(http, str(http.base_url).rstrip("/"))
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


@contextmanager
def looking_at(project: Project, console: str = "local") -> Iterator[Analyst]:
    """The same console over HTTP from a server in this process: for tests that are not about `emulator serve`."""
    with (
        Emulator(project.root / f"state/emulator/{console}.db") as emulator,
        _http(emulator.url) as http,
    ):
        yield Analyst(http, emulator.url)


def _http(url: str) -> httpx.Client:
    """Over plain HTTP there is nothing to verify, and loading certificates takes longer than a dozen requests."""
    return httpx.Client(base_url=url, headers={"SEC": "emulator"}, timeout=SECONDS, verify=False)  # noqa: S501


def _url(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    first = process.stdout.readline()
    found = re.search(r"http://\S+", first)
    assert found, first or process.communicate(timeout=SECONDS)[1]
    return found[0]
