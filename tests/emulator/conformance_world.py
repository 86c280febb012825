"""A console with one of everything, and the way to make one more of anything."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import rule_packages as packages
from console_driver import ENTRIES, EXTENSIONS, PROPERTIES, SETS, Console

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG_SOURCES = "/config/event_sources/log_source_management"
SERVICES = "/config/access/authorized_services"
DOMAINS = "/config/domain_management/domains"
QIDS = "/data_classification/qid_records"
MAPPINGS = "/data_classification/dsm_event_mappings"
QUERY = "SELECT sourceip, QIDNAME(qid) AS name FROM events WHERE qid > 5 LAST 5 MINUTES"


@dataclass
class World:
    """The clock stands still, so that a task is pending until `end` is called."""

    console: Console
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @cached_property
    def reader(self) -> str:
        """The token of a service that may only read."""
        token: str = self.console.made(SERVICES, {"label": "reader", "user_role_id": 3})["token"]
        return token

    def name(self) -> str:
        return f"thing {next(self.numbers)}"

    def end(self) -> None:
        self.console.advance()

    def set(self) -> Any:
        return self.console.made(SETS, {"name": self.name(), "entry_type": "ALN"})

    def filled_set(self) -> Any:
        made = self.set()
        self.console.made(ENTRIES, {"collection_id": made["id"], "value": "a value"})
        return made

    def entry(self) -> int:
        number: int = self.console.made(ENTRIES, {"collection_id": self.set()["id"], "value": "x"})["id"]
        return number

    def property(self, **more: Any) -> Any:
        body = {"name": self.name(), "property_type": "string"} | more
        return self.console.made(f"{PROPERTIES}/regex_properties", body)

    def expression(self, kind: str) -> dict[str, Any]:
        """The body of a new expression of a kind."""
        common = {"regex_property_identifier": self.property()["identifier"], "log_source_type_id": 12}
        own: dict[str, Any] = {"expression": "LOWER(username)" if kind == "aql" else '/"a"/"b"'}
        if kind == "":
            own = {"regex": "user=(\\w+)", "capture_group": 1}
        elif kind == "calculated":
            static = {"type": "STATIC", "numeric_value": 2}
            own = {"first_operand": static, "second_operand": static, "operator": "ADD"}
        return common | own

    def rule(self, *, block: bool = False) -> int:
        """The number of a rule that has just been installed."""
        self.end()
        identifier = str(uuid.uuid4())
        row = packages.row(identifier, packages.rule_xml(self.name(), block=block))
        self.console.install(self.package(row))
        self.end()
        number: int = self.console.rule(identifier, "building_blocks" if block else "rules")["id"]
        return number

    def empty_rule_group(self) -> int:
        """A group that came with a rule which is gone."""
        self.end()
        identifier, name = str(uuid.uuid4()), self.name()
        row = packages.row(identifier, packages.rule_xml(self.name()))
        self.console.install(self.package(row, packages.group(77, name, 1)))
        self.end()
        self.started("DELETE", f"/analytics/rules/{self.console.rule(identifier)['id']}", ended=True)
        (group,) = self.console.read("/analytics/rule_groups", f'name="{name}"')
        number: int = group["id"]
        return number

    def package(self, *rows: str) -> bytes:
        return packages.package(*rows, version=f"1.0.{next(self.numbers)}")

    def extension(self) -> int:
        row = packages.row(str(uuid.uuid4()), packages.rule_xml(self.name()))
        number: int = self.console.upload(self.package(row)).json()["id"]
        return number

    def extension_task(self, *, ended: bool = True) -> int:
        number: int = self.console.act(self.extension(), "PREVIEW").json()["status_id"]
        if ended:
            self.end()
        return number

    def export_task(self) -> int:
        content = {"content_type": "CUSTOM_RULES", "content_item_ids": ["1201"]}
        made = self.console.made(f"{EXTENSIONS}/extension_export_tasks", {"export_contents": [content]})
        self.end()
        number: int = made["task_id"]
        return number

    def service(self) -> int:
        number: int = self.console.made(SERVICES, {"label": self.name(), "user_role_id": 2})["id"]
        return number

    def domain(self) -> int:
        number: int = self.console.made(DOMAINS, {"name": self.name()})["id"]
        return number

    def qid(self) -> int:
        body = {"log_source_type_id": 18, "name": self.name(), "low_level_category_id": 7006}
        number: int = self.console.made(QIDS, body)["id"]
        return number

    def mapping_body(self) -> dict[str, Any]:
        return {
            "log_source_type_id": 12,
            "log_source_event_id": self.name(),
            "log_source_event_category": "c",
            "qid_record_id": self.qid(),
        }

    def log_source_type(self) -> int:
        number: int = self.console.made(f"{LOG_SOURCES}/log_source_types", {"name": self.name()})["id"]
        return number

    def log_source_body(self) -> dict[str, Any]:
        name = self.name()
        identifier = {"id": 0, "name": "identifier", "value": name}
        return {"name": name, "type_id": 12, "protocol_type_id": 0, "protocol_parameters": [identifier]}

    def log_source(self) -> int:
        number: int = self.console.made(f"{LOG_SOURCES}/log_sources", self.log_source_body())["id"]
        return number

    def search(self) -> str:
        query = f"SELECT sourceip FROM events LIMIT {next(self.numbers)}"  # noqa: S608  # AQL for an emulator
        response = self.console.http.post("/ariel/searches", params={"query_expression": query})
        search_id: str = response.json()["search_id"]
        return search_id

    def last(self, path: str) -> int:
        """The highest id of a list."""
        number: int = max(row["id"] for row in self.console.read(path))
        return number

    def old_delete_task(self) -> int:
        number: int = self.console.delete(f"/reference_data/sets/{self.set()['name']}").json()["id"]
        return number

    def started(self, method: str, path: str, *, ended: bool = False) -> int:
        """The number of the task that a request starts."""
        response = self.console.http.request(method, path)
        assert response.status_code == 202, response.text
        if ended:
            self.end()
        number: int = response.json()["id"]
        return number
