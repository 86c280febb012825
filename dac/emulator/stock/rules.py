"""The stock rules and building blocks, and the groups they are in.

Written out as rule XML, like a console's own, so that they can be exported, read and depended upon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from dac.emulator.content.rule import Rule
from dac.emulator.rules import Row, insert_rule

if TYPE_CHECKING:
    import sqlite3

ROOT_GROUP = 3
CAPABILITIES = "EventViewer.RULECREATION|SURVEILLANCE.RULECREATION"
_SERVICES = "com.q1labs.sem.ui.semservices.UISemServices"
_OVERRIDE = "5d0f3f3e-25b5-4f0e-9c36-94b8a9d0b7a1"
_CATEGORY_TEST = (21, "EventCategory_Test", "getCategories")
_PORT_TEST = (5, "DstPort_Test", "")
_TYPE_TEST = (14, "DeviceTypeID_Test", "getDeviceTypeDescs")
_QID_TEST = (19, "QID_Test", "getQidsByLowLevelCategory")


def add_groups(db: sqlite3.Connection, groups: list[list[str]], now: int) -> None:
    """The root of all rule groups, and the stock ones below it."""
    db.execute(
        "INSERT INTO rule_group (id, parent_id, name, description, owner, level, modified_time) "
        "VALUES (?, NULL, 'Rules', 'All rule groups', 'admin', 1, ?)",
        (ROOT_GROUP, now),
    )
    db.executemany(
        "INSERT INTO rule_group (parent_id, name, description, owner, level, modified_time) "
        "VALUES (?, ?, ?, 'admin', 2, ?)",
        [(ROOT_GROUP, name, description, now) for name, description in groups],
    )


def add_rules(db: sqlite3.Connection, stock: dict[str, Any], now: int) -> None:
    """The building blocks, the rules on them, and one rule that somebody has changed."""
    for number, name, group, content in stock["blocks"]:
        _add(db, now, number, group, _block(number, name, content))
    for number, name, group, enabled, content in stock["rules"]:
        _add(db, now, number, group, _rule(number, name, content, enabled=enabled))
    _add_override(db, now, stock)


def _add(db: sqlite3.Connection, now: int, number: int, group: str, body: Element) -> None:
    rule = Rule.parse(tostring(body, encoding="unicode"))
    insert_rule(db, Row(number, f"SYSTEM-{number}", "SYSTEM", None, now, now, now), rule)
    db.execute(
        "INSERT INTO rule_group_item (group_id, item_id) SELECT id, ? FROM rule_group WHERE name = ?", (number, group)
    )


def _add_override(db: sqlite3.Connection, now: int, stock: dict[str, Any]) -> None:
    override = stock["override"]
    content = next(content for number, *_, content in stock["rules"] if number == override["of"])
    changed = _rule(override["id"], override["name"], content, enabled=False)
    system = f"SYSTEM-{override['of']}"
    insert_rule(
        db,
        Row(override["id"], _OVERRIDE, "OVERRIDE", system, now, now, now),
        Rule.parse(tostring(changed, encoding="unicode")),
    )
    db.execute("UPDATE rule SET linked_rule_identifier = ? WHERE identifier = ?", (_OVERRIDE, system))


def _shell(number: int, name: str, *, block: bool, enabled: bool) -> Element:
    rule = Element(
        "rule",
        id=str(number),
        overrideid=str(number),
        owner="admin",
        scope="LOCAL",
        type="EVENT",
        roleDefinition="false",
        buildingBlock=str(block).lower(),
        enabled=str(enabled).lower(),
    )
    SubElement(rule, "name").text = name
    SubElement(rule, "notes").text = f"Stock content: {name}"
    SubElement(rule, "testDefinitions")
    return rule


def _block(number: int, name: str, content: dict[str, Any]) -> Element:
    rule = _shell(number, name, block=True, enabled=True)
    tests = {
        "categories": (_CATEGORY_TEST, "when the event category for the event is one of the following"),
        "ports": (_PORT_TEST, "when the destination port is one of the following"),
        "log_source_types": (_TYPE_TEST, "when the event(s) were detected by one or more of"),
        "qids": (_QID_TEST, "when the event QID is one of the following"),
    }
    for key, values in content.items():
        (catalogue, test, method), text = tests[key]
        _test(rule, catalogue, test, text, [("values", method, ", ".join(map(str, values)))])
    return rule


def _rule(number: int, name: str, content: dict[str, Any], *, enabled: bool) -> Element:
    rule = _shell(number, name, block=False, enabled=enabled)
    blocks = ", ".join(f"SYSTEM-{block}" for block in content["blocks"])
    _test(
        rule,
        46,
        "RuleMatch_Test",
        "when an event matches any of the following",
        [("any|all", "", "any"), ("rules", "getEventRules", blocks)],
    )
    if "set" in content:
        parameters = [("any|all", "", "any"), ("properties", "getEventDatabaseFields", content["property"])]
        parameters += [("any|all", "", "any"), ("sets", "getReferenceSets", str(content["set"]))]
        _test(rule, 107, "ReferenceSetTest", "when any of these properties is contained in any of", parameters)
    index = str(content["index"])
    SubElement(
        rule,
        "actions",
        offenseMapping=index,
        forceOffenseCreation="true",
        includeAttackerEventsInterval="0",
        flowAnalysisInterval="0",
    )
    if "qid" in content:
        _dispatch(rule, name, index, content["qid"])
    return rule


def _dispatch(rule: Element, name: str, index: str, qid: int) -> None:
    kinds = ("referenceMap", "referenceMapOfSets", "referenceMapOfMaps", "referenceTable")
    unused = {f"{kind}{suffix}": "false" for suffix in ("", "Remove") for kind in kinds}
    SubElement(
        SubElement(rule, "responses", unused),
        "newevent",
        name=name,
        description=name,
        severity="5",
        credibility="5",
        relevance="5",
        qid=str(qid),
        lowLevelCategory="12002",
        forceOffenseCreation="true",
        offenseMapping=index,
        describeOffense="true",
        contributeOffenseName="true",
        overrideOffenseName="false",
    )


def _test(rule: Element, catalogue: int, name: str, text: str, parameters: list[tuple[str, str, str]]) -> None:
    tests = rule.find("testDefinitions")
    if tests is None:
        raise ValueError("a rule without testDefinitions")
    test = SubElement(
        tests,
        "test",
        id=str(catalogue),
        uid=str(len(tests)),
        name=f"com.q1labs.semsources.cre.tests.{name}",
        group="jsp.qradar.rulewizard.condition.page.group.common",
        groupId="1",
        requiredCapabilities=CAPABILITIES,
    )
    SubElement(test, "text").text = text
    for number, (initial, method, selection) in enumerate(parameters, 1):
        parameter = SubElement(test, "parameter", id=str(number))
        SubElement(parameter, "initialText").text = initial
        SubElement(parameter, "selectionLabel").text = "Select"
        if method:
            SubElement(
                parameter,
                "userOptions",
                multiselect="true",
                method=f"{_SERVICES}.{method}",
                source="class",
                format="list",
            )
        SubElement(parameter, "userSelection").text = selection
        SubElement(parameter, "userSelectionId").text = "0"
