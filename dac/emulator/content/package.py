"""The content XML: one element a database row, its children the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from dac.emulator.content.archive import ContentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

RULE_GROUP_TYPE = "3"
READ_TABLES = frozenset(("custom_rule", "fgroup", "fgroup_link", "fgroup_type", "reference_data"))
CARRIED_TABLES = frozenset((
    "ariel_property_expression", "ariel_regex_property", "assetpropertytype", "content_version", "custom_action",
    "custom_action_parameter", "custom_action_script", "custom_action_script_metadata", "custom_function",
    "customviewparams", "dashboard", "device_ext", "dsm_version", "dsmevent", "historicalsearch", "offense_type",
    "qidmap", "reference_data_element", "reference_data_key", "reference_data_rules", "report", "saved_search",
    "sensordevice", "sensordevicecategory", "sensordeviceprotocols", "sensordevicetype", "sensorprotocol",
    "sensorprotocolconfig", "sensorprotocolconfigparameters", "sensorprotocolstatus", "sourcepayloadclassmapping",
))  # fmt: skip
"""Tables that exports of whole systems hold. Their rows are taken at their word: this console keeps no reports and no
dashboards, and has its own lists of what rules lean on."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Package:
    """The rows of a content XML by table, in document order."""

    build: str
    rows: Mapping[str, tuple[Row, ...]]

    def table(self, name: str) -> tuple[Row, ...]:
        return self.rows.get(name, ())


def read_package(xml: bytes) -> Package:
    """Raises ContentError for XML that no exporter writes: entities, another root, unknown tables, twice a uuid."""
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise ContentError(f"the content XML cannot be read: {error!r}") from None
    if root.tag != "content" or root.attrib:
        raise ContentError(f"the root of a content XML is <content>, not <{root.tag}>")
    if not len(root) or root[0].tag != "qradarversion" or not (root[0].text or "").strip():
        raise ContentError("the first element of a content XML is <qradarversion>")
    rows: dict[str, list[Row]] = {}
    for element in root[1:]:
        if element.tag not in READ_TABLES | CARRIED_TABLES:
            raise ContentError(f"<{element.tag}> is no table that this console imports")
        rows.setdefault(element.tag, []).append(_row(element))
    _require_unique_uuids(rows.get("custom_rule", []))
    return Package((root[0].text or "").strip(), {name: tuple(found) for name, found in rows.items()})


def _row(element: Element) -> Row:
    """Columns are text; of an interval, which exporters write as elements, its `value` is."""
    row: Row = {}
    for column in element:
        if column.tag in row:
            raise ContentError(f"<{element.tag}> holds <{column.tag}> twice")
        if len(column) and column.findtext("value") is None:
            raise ContentError(f"<{column.tag}> of <{element.tag}> holds elements, and none of them is its <value>")
        row[column.tag] = (column.findtext("value") if len(column) else column.text) or ""
    return row


def _require_unique_uuids(rules: list[Row]) -> None:
    uuids = [row["uuid"] for row in rules if row.get("uuid")]
    if len(set(uuids)) != len(uuids):
        raise ContentError("two rules of the package have the same uuid")
