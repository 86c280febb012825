"""Extension packages for tests, written from the format page and not with the product's codec."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILD = "2021.6.4.20221129155237"
CLASSES = "com.q1labs.semsources.cre.tests."


def aql_test(text: str, uid: int = 0, database: str = "events") -> str:
    both = f"{quote(text, safe='')}|{quote(json.dumps([text]), safe='')}"
    return (
        f'<test id="318" uid="{uid}" name="{CLASSES}AQL_Test"><text>t</text>'
        f'<parameter id="1"><userSelection>{both}</userSelection></parameter>'
        f'<parameter id="2"><userSelection>{database}</userSelection></parameter></test>'
    )


def class_test(name: str, method: str, selection: str, uid: int = 1) -> str:
    return (
        f'<test id="46" uid="{uid}" name="{CLASSES}{name}"><text>t</text><parameter id="1">'
        f'<userOptions method="com.q1labs.sem.ui.semservices.UISemServices.{method}"/>'
        f"<userSelection>{selection}</userSelection></parameter></test>"
    )


def matches(*identifiers: str, uid: int = 1) -> str:
    return class_test("RuleMatch_Test", "getEventRules", ", ".join(identifiers), uid)


def rule_xml(
    name: str = "A rule",
    tests: str | None = None,
    *,
    block: bool = False,
    enabled: bool = True,
    kind: str = "EVENT",
    rest: str = "",
) -> str:
    tests = aql_test("username IS NOT NULL") if tests is None else tests
    return (
        f'<rule id="1" overrideid="1" owner="admin" scope="LOCAL" type="{kind}" roleDefinition="false" '
        f'buildingBlock="{str(block).lower()}" enabled="{str(enabled).lower()}"><name>{escape(name)}</name>'
        f"<notes>n</notes><testDefinitions>{tests}</testDefinitions>{rest}</rule>"
    )


def row(uuid: str, xml: str, *, number: int = 1, rule_type: str = "0", data: str | None = None) -> str:
    encoded = base64.b64encode(xml.encode()).decode() if data is None else data
    return (
        f"<custom_rule><origin>USER</origin><flags>0</flags><rule_type>{rule_type}</rule_type><uuid>{uuid}</uuid>"
        f"<id>{number}</id><rule_data>{encoded}</rule_data></custom_rule>"
    )


def group(number: int, name: str, *links: int) -> str:
    return (
        f"<fgroup><id>{number}</id><parent_id>3</parent_id><type_id>3</type_id><level_id>2</level_id>"
        f"<name>{name}</name><user_name>admin</user_name></fgroup>"
    ) + "".join(
        f"<fgroup_link><id>{100 * number + link}</id><fgroup_id>{number}</fgroup_id>"
        f"<item_id>{link}</item_id></fgroup_link>"
        for link in links
    )


def content(*rows: str, build: str = BUILD) -> bytes:
    body = f"<qradarversion>{build}</qradarversion>" + "".join(rows)
    return f'<?xml version="1.0" encoding="UTF-8"?><content>{body}</content>'.encode()


def manifest(version: str = "1.0.0", hub_id: str = "test:pack", minimum: str = "7.5.0") -> bytes:
    extension = {
        "extension_name": "name",
        "extension_long_description": "text",
        "locale": {"en-US": {"name": "Test pack", "text": "For tests"}},
        "supported_language_set": ["en-US"],
        "version": version,
        "min_qradar_version": minimum,
        "authored_by": "tests",
        "authored_by_email": "tests@example.com",
    }
    return json.dumps({"_id": hub_id, "doc": {"extension_manifest": extension}}).encode()


def archive(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def package(*rows: str, version: str = "1.0.0", hub_id: str = "test:pack", build: str = BUILD) -> bytes:
    return archive({"content.xml": content(*rows, build=build), "manifest.txt": manifest(version, hub_id)})


def unpack(data: bytes) -> tuple[str, ET.Element]:
    """Name and root of the one content XML in an export."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        (name,) = packed.namelist()
        return name, ET.fromstring(packed.read(name))


def bodies(root: ET.Element) -> dict[str, ET.Element]:
    """Decoded rules of an export by uuid, in document order."""
    return {
        text(rule, "uuid"): ET.fromstring(base64.b64decode(text(rule, "rule_data")))
        for rule in root.iterfind("custom_rule")
    }


def text(element: ET.Element, name: str) -> str:
    found = element.findtext(name)
    assert found is not None, name
    return found


def tables(root: ET.Element) -> Sequence[str]:
    return [element.tag for element in root]
