"""The custom properties of a console as one reading of their lists saw them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent
from dac.model.resource import Live
from dac.qradar import markers, properties
from dac.qradar.carriers.expressions import SeenExpression, deployed, number
from dac.resources.property_expressions import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from dac.model.deployed import Deployed
    from dac.model.resource import Wanted
    from dac.qradar.client import Client
    from dac.qradar.paging import Rows
    from dac.resources.names import Names


@dataclass(slots=True)
class SeenProperty:
    """A property; its expressions are filled for those that were asked for."""

    identifier: str
    name: str
    marker: str
    fields: Deployed
    auto_discovered: bool
    fingerprint: str
    expressions: list[SeenExpression] = field(default_factory=list)

    def live(self, *, ours: bool, project: str = "") -> Live:
        """Return the deployed form, whole: others' expressions too. `project` as for `Live`."""
        rows = sorted((one.deployed for one in self.expressions), key=canonical)
        form = self.fields | {"expressions": rows}
        return Live(form, self.identifier, "", self.name, ours, self.fingerprint, project=project)


class PropertyListing:
    """What is on the console. BadContent when a row lacks what every row has."""

    def __init__(self, client: Client, names: Names) -> None:
        self._client = client
        self._names = names
        self.properties: dict[str, SeenProperty] = {}
        self._marked: dict[str, SeenProperty] = {}
        self._named: dict[str, SeenProperty] = {}
        self._rows: dict[str, Rows] = {}

    def __iter__(self) -> Iterator[SeenProperty]:
        return iter(self.properties.values())

    def refresh(self, kinds: Collection[str] = tuple(properties.KINDS)) -> None:
        """List all properties and all expressions of these kinds, several at the same time."""
        with ThreadPoolExecutor(properties.AT_ONCE) as pool:
            listed = pool.submit(properties.list_properties, self._client)
            rows = pool.map(lambda kind: properties.list_expressions(self._client, kind), kinds)
            seen = [_seen(row) for row in listed.result()]
            self._rows = dict(zip(kinds, rows, strict=True))
        self.properties = {one.identifier: one for one in seen}
        self._marked = {one.marker: one for one in seen if one.marker}
        self._named = {one.name: one for one in seen}

    def attach(self, identifiers: Iterable[str]) -> None:
        """Give these properties their expressions. Asks for log sources only when one of them names any."""
        chosen = set(identifiers)
        rows = [
            (kind, row)
            for kind, listed in self._rows.items()
            for row in listed
            if row.get("regex_property_identifier") in chosen
        ]
        used = {source for _, row in rows if (source := number(row, "log_source_id"))}
        log_sources = properties.log_sources(self._client, "id", used)
        for identifier in chosen & self.properties.keys():
            self.properties[identifier].expressions = []
        for kind, row in rows:
            seen = self.properties.get(row["regex_property_identifier"])
            if seen is not None:
                form = deployed(row, kind, self._names, log_sources)
                seen.expressions.append(SeenExpression(_id(row, kind), kind, seen.identifier, form))

    def match(self, wanted: Wanted, marker: str) -> SeenProperty | None:
        """Find a property by recorded identifier, else by marker, else by name."""
        if wanted.recorded and wanted.recorded.remote_id in self.properties:
            return self.properties[wanted.recorded.remote_id]
        return self._marked.get(marker) or self.named(wanted.name)

    def named(self, name: str) -> SeenProperty | None:
        """Find a property by name."""
        return self._named.get(name)


def _seen(row: Mapping[str, Any]) -> SeenProperty:
    identifier, name, kind = row.get("identifier"), row.get("name"), row.get("property_type")
    if not isinstance(identifier, str) or not isinstance(name, str) or not isinstance(kind, str):
        path = f"GET {properties.PROPERTIES}"
        raise BadContent(f"{path} holds a row without identifier, name or property_type", request=path)
    description, marker = markers.split(row.get("description"))
    fields: Deployed = {"name": name, "property_type": kind.lower()}
    optional = {
        "description": description,
        "use_for_rule_engine": row.get("use_for_rule_engine") is True,
        "datetime_format": row.get("datetime_format"),
        "locale": row.get("locale"),
    }
    fields |= {key: value for key, value in optional.items() if value}
    discovered = row.get("auto_discovered") is True
    return SeenProperty(identifier, name, marker, fields, discovered, str(row.get("modification_date") or ""))


def _id(row: Mapping[str, Any], kind: str) -> int:
    number = row.get("id")
    if not isinstance(number, int):
        path = f"GET {properties.KINDS[kind]}"
        raise BadContent(f"{path} holds a row without id", request=path)
    return number
