"""What a console's own export says of the shipped detections, decoded by hand: no line of dac reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from analyst import looking_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from analyst import Analyst
    from conftest import Golden
    from project import Project, Ran

RISKY = "Cloud Accounts: risky Entra ID sign-in"
ADVERSARY = "Cloud Accounts: adversary-controlled account in Microsoft 365"
TESTS = "com.q1labs.semsources.cre.tests."


@pytest.fixture(scope="module")
def console(first_apply: tuple[Project, Ran]) -> Iterator[Analyst]:
    with looking_at(first_apply[0]) as analyst:
        yield analyst


@pytest.fixture(scope="module")
def risky(console: Analyst) -> ET.Element:
    return console.rule_xml(RISKY)


@pytest.fixture(scope="module")
def adversary(console: Analyst) -> ET.Element:
    return console.rule_xml(ADVERSARY)


def test_the_cheap_tests_come_before_the_filter(risky: ET.Element, adversary: ET.Element) -> None:
    assert _test_names(risky) == ["DeviceTypeID_Test", "RuleMatch_Test", "AQL_Test"]
    assert _test_names(adversary) == ["DeviceTypeID_Test", "AQL_Test"]


def test_the_log_source_type_test_holds_445_which_is_entra_id(risky: ET.Element) -> None:
    assert _selections(risky, "DeviceTypeID_Test") == ["445"]


def test_the_log_source_type_test_of_two_types_holds_both(adversary: ET.Element) -> None:
    assert _selections(adversary, "DeviceTypeID_Test") == ["397, 445"]


def test_the_building_block_is_asked_by_its_uuid(risky: ET.Element) -> None:
    assert _selections(risky, "RuleMatch_Test") == ["all", "ca3242bb-c1a2-596e-97a1-cbdbb5a7408c"]


@pytest.mark.parametrize(("rule", "name"), [("risky", "risky_sign_in"), ("adversary", "adversary_account")])
def test_the_aql_filter_test_holds_the_compiled_filter_as_lines_and_on_one_line(
    rule: str, name: str, request: pytest.FixtureRequest, golden: Golden
) -> None:
    value, database = _selections(request.getfixturevalue(rule), "AQL_Test")
    one_line, _, lines = value.partition("|")
    text = "\n".join(json.loads(unquote(lines)))
    golden(f"stacks/detection.{name}.aql", text + "\n")
    assert unquote(one_line) == text.replace("\n", " ")
    assert "+" not in value
    assert database == "events"


def test_the_offense_is_indexed_by_3_which_is_the_username(risky: ET.Element, adversary: ET.Element) -> None:
    for rule in (risky, adversary):
        actions = rule.find("actions")
        assert actions is not None
        assert actions.get("offenseMapping") == "3"
        assert actions.get("forceOffenseCreation") == "true"


def test_severity_credibility_and_relevance_are_set(risky: ET.Element) -> None:
    metrics = {metric.get("metric"): metric.get("value") for metric in risky.iter("alterMetric")}
    assert metrics == {"setSeverity": "8", "setCredibility": "5", "setRelevance": "5"}


def test_the_dispatched_event_has_a_qid_of_its_own_and_names_the_offense(risky: ET.Element, console: Analyst) -> None:
    event = risky.find("responses/newevent")
    assert event is not None
    (record,) = [row for row in console.get("/api/data_classification/qid_records") if row["name"] == RISKY]
    expected = {
        "name": RISKY,
        "qid": str(record["qid"]),
        "severity": "8",
        "credibility": "5",
        "relevance": "5",
        "lowLevelCategory": "7006",
        "forceOffenseCreation": "true",
        "offenseMapping": "3",
        "describeOffense": "true",
        "contributeOffenseName": "true",
        "overrideOffenseName": "false",
    }
    assert {name: event.get(name) for name in expected} == expected
    assert record["qid"] >= 2_000_000
    assert record["low_level_category_id"] == 7006


def test_two_detections_never_share_a_qid(risky: ET.Element, adversary: ET.Element) -> None:
    numbers = {event.get("qid") for rule in (risky, adversary) for event in rule.iter("newevent")}
    assert len(numbers) == 2


def test_the_response_is_limited_as_the_stack_says(adversary: ET.Element) -> None:
    limiter = adversary.find("limiter")
    assert limiter is not None
    assert limiter.attrib == {
        "responseCount": "1",
        "intervalCount": "1",
        "intervalType": "h",
        "hostType": "BY_USERNAME",
    }


def test_the_notes_end_in_the_marker_and_name_the_technique(risky: ET.Element) -> None:
    lines = (risky.findtext("notes") or "").splitlines()
    assert lines[-1] == "[dac example-soc/cloud-accounts/detection.risky_sign_in]"
    assert "MITRE ATT&CK: T1078.004" in lines


def test_the_rules_are_in_their_group_beside_the_stock_groups(console: Analyst) -> None:
    rules = {name: console.rule(name)["id"] for name in (RISKY, ADVERSARY)}
    content = console.export(*rules.values())
    groups = {row.findtext("id"): row.findtext("name") for row in content.iter("fgroup")}
    links = {(row.findtext("item_id"), groups[row.findtext("fgroup_id")]) for row in content.iter("fgroup_link")}
    assert {(str(number), "Cloud Accounts") for number in rules.values()} <= links
    (group,) = [row for row in console.get("/api/analytics/rule_groups") if row["name"] == "Cloud Accounts"]
    assert group["parent_id"] == 3


def test_the_building_block_is_enabled_and_responds_to_nothing(console: Analyst) -> None:
    blocks = console.get("/api/analytics/building_blocks")
    (block,) = [row for row in blocks if row["name"] == "BB: Entra ID user sign-in"]
    assert (block["identifier"], block["enabled"]) == ("ca3242bb-c1a2-596e-97a1-cbdbb5a7408c", True)


def _test_names(rule: ET.Element) -> list[str]:
    return [test.get("name", "").removeprefix(TESTS) for test in rule.iterfind("testDefinitions/test")]


def _selections(rule: ET.Element, name: str) -> list[str]:
    (test,) = rule.iterfind(f"testDefinitions/test[@name='{TESTS}{name}']")
    return [parameter.findtext("userSelection") or "" for parameter in test.iterfind("parameter")]
