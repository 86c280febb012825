from __future__ import annotations

import pytest

from dac.errors import BadContent
from dac.qradar.package.rule_xml import decode, encode
from dac.resources.xml_element import Element

STOCK = b"""<rule overrideid="100236" owner="admin" scope="LOCAL" type="EVENT" roleDefinition="false"
  buildingBlock="false" enabled="true" id="100236" userFalsePositive="true">
  <name>Login &amp; logout</name>
  <notes></notes>
  <testDefinitions>
    <test requiredCapabilities="EventViewer.RULECREATION|SURVEILLANCE.RULECREATION" group="Event Property Tests"
      uid="4" name="com.q1labs.semsources.cre.tests.QID_Test" id="19" negate="true">
      <text>when the event QID is &lt;a href='javascript:editParameter("4", "1")' class='dynamic'&gt;x&lt;/a&gt;</text>
      <parameter id="1"><initialText>QIDs</initialText><selectionLabel>Pick</selectionLabel>
        <userOptions source="class" format="list" method="getQidsByLowLevelCategory" multiselect="true"/>
        <userSelection>2,              6</userSelection><userSelectionTypes></userSelectionTypes>
        <userSelectionId>0</userSelectionId></parameter>
    </test>
  </testDefinitions>
  <actions forceOffenseCreation="true" offenseMapping="0"/>
  <invented when="later">kept</invented>
</rule>"""


def test_everything_in_a_stock_rule_has_a_place() -> None:
    body = decode(STOCK)
    assert body.name == "Login & logout"
    assert body.notes == ""
    assert body.attributes["userFalsePositive"] == "true"
    (test,) = body.tests
    assert (test.id, test.uid, test.negate, test.group, test.group_id) == (
        "19",
        "4",
        True,
        "Event Property Tests",
        None,
    )
    assert test.parameters[0].values == ("2", "6")
    assert test.parameters[0].user_selection == "2,              6"
    assert body.other == (Element("invented", {"when": "later"}, "kept"),)
    assert decode(encode(body)) == body


@pytest.mark.parametrize(
    "prolog",
    [
        b'<?xml version="1.0" encoding="UTF-8"?>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n',
        b'\n<?xml version="1.0"?>\n<?xml version="1.0" encoding="UTF-8"?>',
    ],
)
def test_a_prolog_of_its_own_is_passed_over(prolog: bytes) -> None:
    assert decode(prolog + STOCK) == decode(STOCK)


def test_a_rule_without_notes_is_no_rule_with_empty_notes() -> None:
    body = decode(b'<rule type="EVENT"><name>x</name><testDefinitions/></rule>')
    assert body.notes is None
    assert b"<notes" not in encode(body)


def test_what_the_exporter_writes_is_one_line_without_prolog() -> None:
    text = encode(decode(STOCK))
    assert text.startswith(b"<rule ")
    assert b"\n" not in text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "well-formed"),
        (b"<rule><name>x</name>", "well-formed"),
        (b"<content/>", "<content>, not <rule>"),
        (b"<rule><notes>x</notes></rule>", "no name"),
        (b"<rule><name>x</name><testDefinitions><test/></testDefinitions></rule>", "without a class"),
        (b'<!DOCTYPE rule [<!ENTITY a "b">]><rule><name>&a;</name></rule>', "document type"),
        (b'<!DOCTYPE rule SYSTEM "file:///etc/passwd"><rule><name>x</name></rule>', "document type"),
        (b'<rule xmlns="urn:x"><name>x</name></rule>', "namespace"),
        (b"<rule><name>\xff</name></rule>", "well-formed"),
        (b"<rule>" + b"<a>" * 60 + b"</a>" * 60 + b"<name>x</name></rule>", "levels deep"),
    ],
)
def test_what_is_no_rule_is_bad_content_and_names_the_rule(data: bytes, said: str) -> None:
    with pytest.raises(BadContent, match=said) as caught:
        decode(data, "Rule 7 (id 100001)")
    assert "Rule 7 (id 100001)" in caught.value.summary


def test_a_very_deep_document_does_not_exhaust_the_stack() -> None:
    with pytest.raises(BadContent, match="levels deep"):
        decode(b"<rule>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</rule>")


def test_a_document_over_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(BadContent, match="not read"):
        decode(b"<rule>" + b" " * (16 * 1024 * 1024) + b"</rule>")


def test_a_character_that_xml_cannot_hold_is_refused_with_its_place() -> None:
    body = decode(STOCK)
    with pytest.raises(BadContent, match=r"U\+0007 in <notes>"):
        encode(type(body)(body.attributes, body.name, "ring \x07"))
