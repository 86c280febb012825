"""What `contentManagement.pl -a export -c all` of a whole system holds besides rules does not keep its rules out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import EXTENSIONS
from rule_packages import class_test, group, package, row, rule_xml

if TYPE_CHECKING:
    from console_driver import Console

QID = 99123456
QIDMAP = (
    f"<qidmap><id>1</id><qid>{QID}</qid><qname>Risk question</qname><qdescription>Of a module</qdescription>"
    "<severity>3</severity><lowlevelcategory>10009</lowlevelcategory></qidmap>"
)
INTERVAL = "<time_to_live><type>interval</type><value>0 years 2 mons</value><months>2</months></time_to_live>"
SET = (
    "<reference_data><id>77</id><name>Kept for two months</name><collection_type>0</collection_type>"
    f"<element_type>2</element_type>{INTERVAL}</reference_data>"
)
OTHERS = (
    "<report><id>admin#$#1</id><title>Daily</title></report>",
    "<customviewparams><id>SYSTEM-9</id><itemname>UI Logins</itemname></customviewparams>",
    "<dashboard><id>5</id><name>Overview</name></dashboard>",
    "<sensorprotocolconfig><id>6</id></sensorprotocolconfig>",
)
REPORTS = (
    "<fgroup><id>900</id><parent_id>2</parent_id><type_id>2</type_id><level_id>2</level_id><name>Monthly</name></fgroup>"
    "<fgroup_link><id>901</id><fgroup_id>900</fgroup_id><item_id>admin#$#1</item_id></fgroup_link>"
)


def blamed(console: Console) -> str:
    (extension,) = console.read(f"{EXTENSIONS}/extensions")
    return str(extension["content_operation_error"] or "")


def test_reports_searches_dashboards_and_their_groups_are_passed_over(console: Console) -> None:
    console.install(package(*OTHERS, REPORTS, group(40, "Cloud", 1), row("u-1", rule_xml())))
    assert blamed(console) == ""
    (rule,) = console.read("/analytics/rules", 'identifier="u-1"')
    groups = {one["name"]: one["child_items"] for one in console.read("/analytics/rule_groups")}
    assert groups["Cloud"] == [str(rule["id"])]
    assert "Monthly" not in groups


def test_an_interval_is_written_as_elements(console: Console) -> None:
    console.install(package(SET, row("u-1", rule_xml())))
    assert blamed(console) == ""
    assert console.read("/reference_data_collections/sets", 'name="Kept for two months"')


def test_the_qids_of_the_package_are_there_for_its_rules(console: Console) -> None:
    xml = rule_xml(tests=class_test("QID_Test", "getQidsByLowLevelCategory", str(QID)))
    console.install(package(QIDMAP, row("u-1", xml)))
    assert blamed(console) == ""
    (record,) = console.read("/data_classification/qid_records", f"qid={QID}")
    assert (record["name"], record["severity"], record["low_level_category_id"]) == ("Risk question", 3, 10009)


def test_a_rule_of_an_old_system_says_nothing_of_roles(console: Console) -> None:
    console.install(package(row("u-1", rule_xml().replace(' roleDefinition="false"', ""))))
    assert blamed(console) == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<reports/>", "<reports> is no table that this console imports"),
        ("<qidmap><qid>1</qid><qid>2</qid></qidmap>", "<qidmap> holds <qid> twice"),
        ("<qidmap><qid><a>1</a></qid></qidmap>", "holds elements, and none of them is its <value>"),
    ],
)
def test_what_no_exporter_writes_is_refused(console: Console, content: str, said: str) -> None:
    answer = console.upload(package(content, row("u-1", rule_xml())))
    assert answer.status_code == 422
    assert said in answer.json()["message"]
