from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from rule_strategies import NAMES

from dac.errors import ConsoleError
from dac.qradar.package import aql_value, catalogue
from dac.qradar.package.catalogue import Value
from dac.qradar.package.deployed import from_deployed, to_deployed
from dac.qradar.package.rule_body import Parameter, RuleBody, Test
from dac.qradar.package.rule_xml import decode, element_of, encode
from dac.qradar.package.wizard_rows import at
from dac.resources.xml_element import Element, sorted_attributes, write

if TYPE_CHECKING:
    from conftest import Golden

MARKER = "[dac acme/cloud/detection.x]"
FORM: dict[str, Any] = {
    "name": "Cloud: risky sign-in",
    "type": "EVENT",
    "enabled": True,
    "notes": "Ask the user first.",
    "log_source_types": ["Microsoft Azure Active Directory"],
    "building_blocks": {"any": ["aa", "bb"], "none": ["cc"]},
    "filter": "\"RiskLevel\" = 'high'\n  AND username IS NOT NULL",
    "severity": 8,
    "credibility": 5,
    "relevance": 5,
    "offense": {"index": "username"},
    "event": {"name": "Cloud: risky sign-in", "description": "Ask the user first.", "category": "Suspicious Activity"},
    "limiter": {"count": 1, "within": "30m", "by": "sourceip"},
}
QIDS = {"Cloud: risky sign-in": 2_000_000_001}


def _body(form: dict[str, Any] = FORM, **options: Any) -> RuleBody:
    return from_deployed(form, NAMES, **({"marker": MARKER, "qids": QIDS} | options))


def _form(body: RuleBody, **qid_names: Any) -> dict[str, Any]:
    form, _ = to_deployed(body, NAMES, qid_names=qid_names or {2_000_000_001: "Cloud: risky sign-in"})
    form.pop("owner", None)
    return form


def _dispatched(body: RuleBody) -> Element:
    event = body.responses.child("newevent") if body.responses else None
    assert event is not None
    return event


def _aql(text: str, **more: Any) -> Test:
    value = Value(aql_value.encode(text), text)
    return replace(catalogue.build("AQL_Test", "EVENT", [value, Value("events", "")]), **more)


def test_a_rule_as_it_goes_over_the_wire(golden: Golden) -> None:
    golden("package/detection.rule.xml", encode(_body()).decode().replace("><", ">\n<") + "\n")


def test_tests_are_numbered_from_zero_and_cheap_ones_come_first() -> None:
    tests = _body().tests
    assert [test.uid for test in tests] == ["0", "1", "2", "3"]
    names = [test.name.rpartition(".")[2] for test in tests]
    assert names == ["DeviceTypeID_Test", "RuleMatch_Test", "RuleMatch_Test", "AQL_Test"]
    assert [test.negate for test in tests] == [False, False, True, False]


def test_the_filter_is_one_line_and_its_lines() -> None:
    value = _body().tests[-1].parameters[0].user_selection
    one_line = quote("\"RiskLevel\" = 'high'   AND username IS NOT NULL", safe="")
    lines = quote('["\\"RiskLevel\\" = \'high\'","  AND username IS NOT NULL"]', safe="")
    assert value == f"{one_line}|{lines}"
    assert "+" not in value


@pytest.mark.parametrize(
    ("rule_type", "database", "method"),
    [("EVENT", "events", "getEventRules"), ("FLOW", "flows", "getFlowRules"), ("COMMON", "events", "getCommonRules")],
)
def test_tests_speak_of_what_the_rule_looks_at(rule_type: str, database: str, method: str) -> None:
    tests = _body(FORM | {"type": rule_type}).tests
    assert tests[-1].parameters[1].user_selection == database
    assert tests[1].parameters[1].name == method
    options = tests[1].parameters[1].user_options
    assert options is not None
    assert options.get("method").endswith(f".{method}")


def test_another_order_of_tests_is_kept() -> None:
    body = _body()
    turned = _form(replace(body, tests=body.tests[::-1]))
    order = ["filter", "building_blocks.none", "building_blocks.any", "log_source_types"]
    assert turned == FORM | {"test_order": order}
    assert [test.name for test in _body(turned).tests] == [test.name for test in body.tests[::-1]]


def test_other_uids_of_tests_are_no_difference() -> None:
    body = _body()
    uids = ("7", "2", "40", "0")
    assert _form(replace(body, tests=tuple(replace(t, uid=u) for t, u in zip(body.tests, uids, strict=True)))) == FORM


def test_other_numbers_and_labels_in_the_wizard_are_no_difference() -> None:
    body = _body()
    older = replace(body.tests[-1], id="320", uid="17", group="Common", group_id=None, text="when ...")
    assert _form(replace(body, tests=(*body.tests[:-1], older))) == FORM


def test_a_console_keeps_its_own_number_of_a_test() -> None:
    body = _body()
    base = replace(body, tests=(replace(body.tests[-1], id="320"),))
    assert _body(FORM | {"filter": "username = 'x'"}, base=base).tests[-1].id == "320"


def test_ids_and_owner_are_those_of_the_rule_that_is_there() -> None:
    there = {"id": "100236", "overrideid": "100236", "owner": "soc-lead"}
    base = replace(_body(), attributes=there | {"enabled": "false"})
    attributes = _body(base=base).attributes
    assert there.items() <= attributes.items()
    assert attributes["enabled"] == "true"
    assert _body(FORM | {"owner": "me"}, base=base).attributes["owner"] == "me"


def test_rare_switches_of_a_rule_are_part_of_it() -> None:
    there = replace(_body(), attributes=dict(_body().attributes) | {"roleDefinition": "true", "preProcess": "true"})
    form = _form(there)
    assert form["other"] == ['<rule preProcess="true"/>', '<rule roleDefinition="true"/>']
    assert _body(form).attributes["roleDefinition"] == "true"
    plain = _body(FORM, base=there).attributes
    assert (plain["roleDefinition"], plain.get("preProcess", "false")) == ("false", "false")


def test_a_building_block_says_so() -> None:
    form = {"name": "BB: x", "type": "EVENT", "enabled": True, "filter": "username = 'x'"}
    body = _body(form, building_block=True)
    assert body.is_building_block
    assert (body.actions, body.responses, body.limiter) == (None, None, None)


def test_a_second_filter_is_another_test_and_survives() -> None:
    body = replace(_body({**FORM}), tests=(_aql("username = 'a'"), _aql("username = 'b'")))
    form = _form(body)
    assert form["filter"] == "username = 'a'"
    (other,) = form["other_tests"]
    assert other["class"] == "AQL_Test"
    again = _body(form)
    assert [aql_value.decode(test.parameters[0].user_selection or "") for test in again.tests] == [
        ("username = 'a'", None),
        ("username = 'b'", None),
    ]


@pytest.mark.parametrize(
    "test",
    [
        _aql("username = 'a'", negate=True),
        catalogue.build("DeviceTypeID_Test", "EVENT", [Value("445", "")], negate=True),
        catalogue.build("RuleMatch_Test", "EVENT", [Value("all", "all"), Value("aa", "aa")], negate=True),
        catalogue.build("RuleMatch_Test", "EVENT", [Value("some", "some"), Value("aa", "aa")]),
        Test("com.q1labs.semsources.cre.tests.QID_Test", "19", attributes={"future": "1"}),
        Test(
            "offenseSeverity",
            "3",
            text="""<a href='javascript:editParameter("0", "1")'>9</a>""",
            parameters=(Parameter("1", user_selection="9"),),
        ),
        Test("com.q1labs.semsources.cre.tests.Twin", "3", parameters=(Parameter("1"), Parameter("1"))),
    ],
)
def test_what_no_field_can_say_is_another_test_and_survives(test: Test) -> None:
    there = RuleBody({"type": "EVENT", "enabled": "true"}, "x", tests=(replace(test, uid="0"),))
    form = _form(there)
    assert set(form) == {"name", "type", "enabled", "other_tests"}
    (back,) = _body(form).tests
    assert _form(replace(there, tests=(back,))) == form
    assert (back.name, back.negate, back.parameters[1:]) == (test.name, test.negate, test.parameters[1:])
    assert _body(form, base=there).tests == there.tests  # to the letter, where the console has it


def test_the_position_of_another_test_is_no_difference() -> None:
    link = """when <a href='javascript:editParameter("{}", "1")' class='dynamic'>5</a>"""
    test = Test("com.q1labs.semsources.cre.tests.Future_Test", "19", "7", text=link.format(7))
    form = _form(RuleBody({"type": "EVENT"}, "x", tests=(test,)))
    assert form["other_tests"] == [
        {"class": "Future_Test", "layout": write(sorted_attributes(element_of(at("0", test))))}
    ]
    assert _body(form | {"filter": "username = 'x'"}).tests[1].text == link.format(1)


def _halves(engine: str, lines: str) -> str:
    return f"{quote(engine)}|{quote(lines)}"


@pytest.mark.parametrize(
    ("value", "text", "engine"),
    [
        (quote("username = 'x'"), "username = 'x'", None),
        (_halves("a = 1 AND b = 2", '["a = 1","  AND b = 2",""]'), "a = 1\n  AND b = 2\n", None),
        (_halves("a = 1", '["b = 2"]'), "b = 2", "a = 1"),
        (_halves("a = 1", "{}"), "a = 1", None),
        (_halves("a = 1", "[" * 100_000), "a = 1", None),
    ],
)
def test_filters_as_other_tools_and_older_consoles_write_them(value: str, text: str, engine: str | None) -> None:
    assert aql_value.decode(value) == (text, engine)


@pytest.mark.parametrize("value", ["", "|", "%FF", "%20", "|%5B%22%22%5D"])
def test_a_filter_with_nothing_in_it_is_none(value: str) -> None:
    assert aql_value.decode(value) is None


def test_the_marker_is_found_and_taken_off_whatever_a_text_box_did_to_the_lines() -> None:
    body = replace(_body(), notes=f"Ask the user first.\r\n{MARKER}\r\n")
    form, marker = to_deployed(body, NAMES, qid_names={2_000_000_001: "Cloud: risky sign-in"})
    assert marker == MARKER
    assert form["notes"] == "Ask the user first."


def test_numbers_nobody_has_a_name_for_are_kept() -> None:
    form = FORM | {
        "log_source_types": ["#99999"],
        "offense": {"index": "#4711"},
        "event": {"name": "e", "category": "#1", "qid": "#5"},
        "limiter": {"count": 2, "within": "1h", "by": "#FUTURE"},
    }
    body = _body(form)
    assert body.tests[0].parameters[0].user_selection == "99999"
    assert body.actions is not None
    assert body.actions.get("offenseMapping") == "4711"
    event = _dispatched(body)
    assert (event.get("qid"), event.get("lowLevelCategory")) == ("5", "1")
    assert body.limiter is not None
    assert body.limiter.get("hostType") == "FUTURE"
    assert _form(decode(encode(body))) == form


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"log_source_types": ["Acme Firewall"]}, "log source type named 'Acme Firewall'"),
        ({"offense": {"index": "Colour"}}, "offense type named 'Colour'"),
        ({"event": {"name": "e", "category": "Nothing"}}, "low level category named 'Nothing'"),
        ({"event": {"name": "new", "category": "Suspicious Activity"}}, "QID record named 'new'"),
    ],
)
def test_a_name_the_console_does_not_have_is_an_error_that_names_it(edit: dict[str, Any], said: str) -> None:
    with pytest.raises(ConsoleError, match=said):
        _body(FORM | edit, qids=QIDS | {"e": 1})


@pytest.mark.parametrize(
    ("naming", "contribute", "override"),
    [(None, "true", "false"), ("override", "false", "true"), ("none", "false", "false")],
)
def test_the_three_ways_to_name_an_offense(naming: str | None, contribute: str, override: str) -> None:
    form = FORM | {"event": FORM["event"] | ({"naming": naming} if naming else {})}
    event = _dispatched(_body(form))
    assert (event.get("contributeOffenseName"), event.get("overrideOffenseName")) == (contribute, override)
    assert _form(_body(form)) == form


def test_an_event_of_another_offense_than_the_rules_is_kept_as_it_is() -> None:
    body = _body()
    assert body.responses is not None
    event = body.responses.children[0]
    other = replace(event, attributes={**event.attributes, "offenseMapping": "14"})
    form = _form(replace(body, responses=replace(body.responses, children=(other,))))
    assert form["event"]["offense"] is False
    assert form["event"]["index"] == "rule"
    again = _dispatched(_body(form))
    assert (again.get("forceOffenseCreation"), again.get("offenseMapping")) == ("true", "14")


def test_what_is_unknown_is_shown_where_it_stands_and_goes_when_it_is_no_longer_wanted() -> None:
    body = _body()
    assert body.actions is not None
    raised = Element("alterMetric", {"metric": "setSeverity", "operation": "halve", "value": "2"})
    actions = replace(body.actions, attributes={**body.actions.attributes, "drop": "maybe"})
    live = replace(
        body,
        attributes={**body.attributes, "future": "1"},
        actions=replace(actions, children=(*actions.children, raised)),
        other=(Element("invented", text="x"),),
    )
    form = _form(live)
    assert form["other"] == [
        '<actions drop="maybe"/>',
        '<actions><alterMetric metric="setSeverity" operation="halve" value="2"/></actions>',
        '<rule future="1"/>',
        "<rule><invented>x</invented></rule>",
    ]
    assert _form(_body(form, base=live)) == form
    assert _form(_body(FORM, base=live)) == FORM
