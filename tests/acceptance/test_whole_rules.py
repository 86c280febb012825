"""Rules as the wizard makes them: every field on the wire, read back, and nothing left to do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import looking_at
from project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from analyst import Analyst

TESTS = "com.q1labs.semsources.cre.tests."
ACTIONS = "/api/analytics/custom_actions/actions"
ACTION = {"name": "Block on firewall", "interpreter": 1, "script": 1, "parameters": []}
RECORD = {"name": "Whole rules: our event", "low_level_category_id": 7006, "log_source_type_id": 18, "severity": 3}

RULES = '''
[building_block.hosts]
name = "BB: Whole rules: known hosts"
qids = ["Whole rules: our event"]
categories = ["Suspicious Activity"]
log_sources = ["Custom Rule Engine-8 :: localhost"]

[[building_block.hosts.rule_test]]
class = "ReferenceSetTest"
parameters = { 1 = "any", 2 = { properties = ["username"] }, 3 = "any", 4 = { reference_sets = ["reference_set.vpn"] } }

[detection.threshold]
name = "Whole rules: threshold"
severity = "unchanged"
confidence = "unchanged"
relevance = "unchanged"
adjust = { severity = "+2", relevance = "-1" }
scope = "global"
filter = "username IMATCHES '.*admin.*'"
threshold = { count = 5, within = "10m", by = ["username"], different = ["sourceip"] }
building_blocks.any = ["building_block.hosts"]
other = ['<actions   includeAttackerEventsInterval="300" />']
[detection.threshold.offense]
index = "username"
event = false

[detection.tests]
name = "Whole rules: tests / of : the \\"wizard\\" & <more> 🔥"
severity = 7
drop = true
[[detection.tests.rule_test]]
class = "functions.MatchCount"
parameters = { 2 = "3", 3 = { properties = ["sourceip"] }, 5 = "1", 6 = "h" }
[[detection.tests.rule_test]]
class = "DeviceTypeID_Test"
negate = true
parameters = { 1 = { log_source_types = ["Linux OS"] } }
[[detection.tests.rule_test]]
class = "ArielFilterTest"
parameters = { 1 = { field = "sourceIP", operator = "EQ", values = ["10.0.0.1", "10.0.0.2"] }, 2 = "events" }
[[detection.tests.rule_test]]
class = "Future_Test"
parameters = { 1 = { categories = ["Suspicious Activity"] }, 2 = "free   text, as it is" }
layout = """
<test id="777" uid="0" name="com.q1labs.semsources.cre.tests.Future_Test" group="Future tests">
  <text>when the future is bright</text>
  <parameter id="1"><userOptions method="com.q1labs.sem.ui.semservices.UISemServices.getCategories" multiselect="true"/></parameter>
  <parameter id="2"><initialText>this</initialText></parameter>
</test>"""
[detection.tests.response]
log = true
notify = true
notify_severity_override = true
custom_action = "Block on firewall"
reference_data = [{ collection = "set", name = "reference_set.vpn", value = "sourceip" }]
event = { name = "Whole rules: our event", index = "sourceip", naming = "none", severity = 3 }

[detection.worded]
name = "Whole rules: tests that read as their sentence"
severity = 5
test_order = ["reference_set_test", "building_blocks.none", "property_test"]
building_blocks.none = ["building_block.hosts"]
property_test = [
  { property = "username", is_any_of = ["root", "admin"] },
  { property = "hasIdentity", is = "true", negate = true },
]
[[detection.worded.reference_set_test]]
any_of = ["sourceip", "destinationip"]
in_all = ["reference_set.vpn"]
negate = true
[detection.worded.response]
log = true

[detection.offenses]
name = "Whole rules: offenses"
type = "offense"
severity = "unchanged"
confidence = "unchanged"
relevance = "unchanged"
[[detection.offenses.rule_test]]
class = "offenseSeverity"
parameters = { 1 = "8" }
layout = '<test id="201" uid="0" name="offenseSeverity"><text>when it is bad</text><parameter id="1"/></test>'
[detection.offenses.response]
email = ["soc@example.com"]

[detection.file]
name = "Whole rules: a file"
rule_xml = "rules/file.rule.xml"
enabled = false
console_bound = "local"
'''  # noqa: E501 - the layout of a test is one line to a reader

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<rule id="100236" overrideid="100236" owner="admin" scope="LOCAL" type="COMMON" roleDefinition="false"
      buildingBlock="false" enabled="true" preProcess="true">
  <name>Whatever the console called it</name><notes>Two&#13;
lines  </notes>
  <testDefinitions>
    <test id="14" uid="7" name="com.q1labs.semsources.cre.tests.DeviceTypeID_Test" group="Log Source Tests">
      <text>when</text>
      <parameter id="1"><initialText>these</initialText><userOptions multiselect="true"/><userSelection>12,     11</userSelection></parameter>
    </test>
    <test id="3" uid="2" name="com.q1labs.semsources.cre.tests.EventPayload_Test" future="1">
      <text>when</text><parameter id="1"><userSelection>evil</userSelection></parameter>
    </test>
  </testDefinitions>
  <responses email="soc@example.com"/>
  <invented/>
</rule>
"""  # noqa: E501 - as a console exports it


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, applied_lab: Project) -> Project:
    """The small project with a stack more; its console has a custom action, and the second apply is done."""
    root = tmp_path_factory.mktemp("whole") / "project"
    shutil.copytree(applied_lab.root, root)
    folder = Project(root)
    with looking_at(folder) as analyst:
        analyst.post(ACTIONS, ACTION)
        body = {
            "name": "Whole rules: our event",
            "low_level_category_id": 7006,
            "log_source_type_id": 18,
            "severity": 3,
        }
        analyst.post("/api/data_classification/qid_records", body)
    folder.write("stacks/lab/whole.toml", RULES)
    folder.write("stacks/lab/rules/file.rule.xml", FILE)
    folder.apply()
    return folder


@pytest.fixture(scope="module")
def console(project: Project) -> Iterator[Analyst]:
    with looking_at(project) as analyst:
        yield analyst


def _classes(rule: ET.Element) -> list[str]:
    return [test.get("name", "").removeprefix(TESTS) for test in rule.iterfind("testDefinitions/test")]


def _selected(rule: ET.Element, name: str) -> list[str]:
    (test,) = (test for test in rule.iterfind("testDefinitions/test") if test.get("name") == f"{TESTS}{name}")
    return [parameter.findtext("userSelection") or "" for parameter in test.iterfind("parameter")]


def test_nothing_is_left_to_do(project: Project) -> None:
    assert project.dac("plan", "--detailed-exitcode").code == 0
    deep = project.dac("plan", "--deep", "--detailed-exitcode")
    assert deep.code == 0, deep.text


def test_a_threshold_is_the_counter_of_the_wizard(console: Analyst) -> None:
    rule = console.rule_xml("Whole rules: threshold")
    assert _classes(rule) == ["RuleMatch_Test", "AQL_Test", "functions.MatchCount"]
    assert _selected(rule, "functions.MatchCount") == [" ", "5", "userName", "sourceIP", "10", "m"]
    assert rule.get("scope") == "GLOBAL"
    metrics = {row.get("operation"): row.get("value") for row in rule.iterfind("actions/alterMetric")}
    assert metrics == {"incSeverity": "2", "decRelevance": "1"}
    assert rule.find("actions[@includeAttackerEventsInterval='300']") is not None


def test_tests_stand_in_their_order(console: Analyst) -> None:
    rule = console.rule_xml('Whole rules: tests / of : the "wizard" & <more> 🔥')
    assert _classes(rule) == ["functions.MatchCount", "DeviceTypeID_Test", "ArielFilterTest", "Future_Test"]
    assert _selected(rule, "ArielFilterTest") == ["sourceIP\ue000EQ\ue00010.0.0.1\ufffd10.0.0.2", "events"]
    assert _selected(rule, "Future_Test") == ["7006", "free   text, as it is"]


def test_tests_that_read_as_their_sentence_are_those_of_the_wizard(console: Analyst) -> None:
    rule = console.rule_xml("Whole rules: tests that read as their sentence")
    assert _classes(rule) == ["ReferenceSetTest", "RuleMatch_Test", "ArielFilterTest", "ArielFilterTest"]
    assert [test.get("negate") for test in rule.iter("test")] == ["true", "true", None, "true"]
    number = str(console.reference_set("Lab: VPN egress")["id"])
    assert _selected(rule, "ReferenceSetTest") == ["any", "destinationIP, sourceIP", "all", number]
    conditions = [parameter.findtext("userSelection") for parameter in rule.iterfind(".//parameter[@id='1']")][2:]
    assert conditions == ["userName\ue000EQany\ue000root\ufffdadmin", "hasIdentity\ue000EQ\ue000true"]


def test_responses_hold_the_console_s_numbers(console: Analyst) -> None:
    rule = console.rule_xml('Whole rules: tests / of : the "wizard" & <more> 🔥')
    (action,) = console.get(ACTIONS)
    responses = rule.find("responses")
    assert responses is not None
    flags = {name for name, value in responses.attrib.items() if value == "true"}
    assert flags == {"log", "notify", "customAction", "referenceSet"}
    assert responses.get("customActionId") == str(action["id"])
    written = responses.find("referenceDataResponse")
    assert written is not None
    number = console.reference_set("Lab: VPN egress")["id"]
    assert (written.get("id"), written.get("Filter")) == (str(number), "sourceIP")
    event = responses.find("newevent")
    assert event is not None
    assert (event.get("forceOffenseCreation"), event.get("offenseMapping")) == ("true", "0")
    assert rule.find("actions[@drop='true']") is not None


def test_a_rule_from_a_file_is_that_rule_by_another_name(console: Analyst) -> None:
    rule = console.rule_xml("Whole rules: a file")
    assert (rule.get("type"), rule.get("enabled"), rule.get("preProcess")) == ("COMMON", "false", "true")
    assert _classes(rule) == ["DeviceTypeID_Test", "EventPayload_Test"]
    assert rule.find("invented") is not None
    assert rule.find("testDefinitions/test[@future='1']") is not None


def test_a_set_that_a_test_reads_is_not_deleted_under_it(console: Analyst) -> None:
    number = console.reference_set("Lab: VPN egress")["id"]
    task = console.get(f"/api/reference_data_collections/sets/{number}/dependents")
    assert task["id"] > 0


def _moved(project: Project, path: str, before: str, after: str) -> str:
    root = project.root
    text = (root / path).read_text(encoding="utf-8")
    assert before in text
    (root / path).write_text(text.replace(before, after), encoding="utf-8")
    try:
        return project.dac("plan").text
    finally:
        (root / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('custom_action = "Block on firewall"', 'custom_action = "Block on firewal"', "no custom action is named"),
        ('log_sources = ["Custom', 'log_sources = ["Costum', "no log source is named"),
        ('qids = ["Whole', 'qids = ["Hole', "no QID record is named"),
        ('class = "ArielFilterTest"', 'class = "ArielFilter"', "dac does not know how a ArielFilter looks"),
        ('class = "ArielFilterTest"', 'class = "ArielFilter"', 'did you mean "ArielFilterTest"? or import a rule'),
        ('scope = "global"', "", "a threshold needs scope"),
        ('in_all = ["reference_set.vpn"]', 'in_all = ["reference_set.vpm"]', 'did you mean "reference_set.vpn"?'),
        ('any_of = ["sourceip", "', 'any_of = ["sorceip", "', '"sorceip" is no custom property'),
        ('is = "true", negate', "negate", "exactly one of is, is_not, is_any_of, is_not_any_of"),
        ('test_order = ["reference_set_test', 'test_order = ["reference_set', 'did you mean "reference_set_test"?'),
        ('console_bound = "local"', 'console_bound = "prod"', "it holds numbers of console prod"),
        ('rule_xml = "rules/file.rule.xml"', 'rule_xml = "rules/none.rule.xml"', "cannot be read"),
        (
            'rule_xml = "rules/file.rule.xml"',
            'rule_xml = "rules/file.rule.xml"\nseverity = 5\nlimiter = {}',
            "take lim",
        ),
    ],
)
def test_bad_input_is_told_at_its_line(project: Project, before: str, after: str, said: str) -> None:
    text = _moved(project, "stacks/lab/whole.toml", before, after)
    assert said in text
    assert "whole.toml:" in text


def test_xml_that_is_none_is_told_with_its_file_and_where_that_is_named(project: Project) -> None:
    text = _moved(project, "stacks/lab/rules/file.rule.xml", "<invented/>", "<invented>")
    assert "error[rule-xml]: rules/file.rule.xml: " in text
    assert "stacks/lab/whole.toml:" in text


def test_a_changed_file_is_one_edit(project: Project) -> None:
    text = _moved(project, "stacks/lab/rules/file.rule.xml", 'email="soc@example.com"', 'email="b@example.com"')
    told = [line.strip() for line in text.splitlines()]
    edits = [line for line in told if line.startswith(("~ ", "+ ", "- ")) and "update in-place" not in line]
    assert sorted(edits) == sorted(
        ['~ detection "file" {', "~ email = [ (extension)", '- "soc@example.com",', '+ "b@example.com",']
    )
