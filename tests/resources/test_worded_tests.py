"""Reference set tests and property tests: what a stack writes, what the rule holds, and the same back."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from kind_forms import compiled, context

from dac.model.address import Address
from dac.resources.registry import kinds
from dac.resources.rule_conditions import lift_conditions, told_as
from dac.resources.rule_lifting import lift_rule
from dac.resources.rule_model import Slot
from dac.resources.rule_tests import SLOTS, canonical, ordered
from dac.resources.validation import validate

BLOCK = kinds()["building_block"]
IN_SETS = {"any_of": ["sourceip"], "in_any": ["reference_set.vpn"]}
ROOT = {"property": "username", "is": "root"}


def _block(**fields: Any) -> dict[str, Any]:
    return {"name": "BB: x", **fields}


def _row(name: str, *values: Any, negate: bool = False) -> dict[str, Any]:
    row: dict[str, Any] = {"class": name, "parameters": {str(at): value for at, value in enumerate(values, 1)}}
    return row | ({"negate": True} if negate else {})


def _condition(field: str, operator: str, *values: str) -> dict[str, Any]:
    return {"field": field, "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("field", "table", "row"),
    [
        (
            "reference_set_test",
            {"any_of": ["sourceip", "CountryOrRegion"], "in_all": ["reference_set.vpn", "cloud/reference_set.robots"]},
            _row(
                "ReferenceSetTest",
                "any",
                {"properties": ["CountryOrRegion", "sourceip"]},
                "all",
                {"reference_sets": ["DaC: VPN", "DaC: robots"]},
            ),
        ),
        (
            "reference_set_test",
            {"all_of": ["sourceIP"], "in_any": ["IBM: a set"], "negate": True},
            _row(
                "ReferenceSetTest",
                "all",
                {"properties": ["sourceip"]},
                "any",
                {"reference_sets": ["IBM: a set"]},
                negate=True,
            ),
        ),
        ("property_test", ROOT, _row("ArielFilterTest", _condition("userName", "EQ", "root"), "events")),
        (
            "property_test",
            {"property": "hasIdentity", "is_not": "true", "negate": True},
            _row("ArielFilterTest", _condition("hasIdentity", "NEQ", "true"), "events", negate=True),
        ),
        (
            "property_test",
            {"property": "CountryOrRegion", "is_not_any_of": ["KP", "a, b"]},
            _row("ArielFilterTest", _condition("CountryOrRegion", "NEQany", "KP", "a, b"), "events"),
        ),
    ],
)
def test_a_table_is_the_test_of_the_wizard(field: str, table: dict[str, Any], row: dict[str, Any]) -> None:
    form = compiled(BLOCK, _block(**{field: [table]})).deployed
    assert ordered(form) == [row]
    assert compiled(BLOCK, BLOCK.lift(form)).deployed == form
    as_test = compiled(BLOCK, _block(rule_test=[row])).deployed
    assert as_test == form


def test_the_tests_of_flows_are_about_flows() -> None:
    form = compiled(BLOCK, _block(type="flow", property_test=[ROOT])).deployed
    assert ordered(form)[0]["parameters"]["2"] == "flows"


@pytest.mark.parametrize(
    "row",
    [
        _row("ArielFilterTest", _condition("userName", "GT", "7"), "events"),
        _row("ArielFilterTest", _condition("userName", "EQ", "a", "b"), "events"),
        _row("ArielFilterTest", _condition("userName", "EQ", ""), "events"),
        _row("ArielFilterTest", _condition("userName", "EQ", "a"), "flows"),
        _row("ReferenceSetTest", "some", {"properties": ["sourceip"]}, "any", {"reference_sets": ["DaC: VPN"]}),
        _row("ReferenceSetTest", "any", {"properties": ["sourceip"]}, "any", ""),
    ],
)
def test_what_no_table_says_to_the_letter_stays_a_test_of_its_own(row: dict[str, Any]) -> None:
    form = canonical([row], "EVENT")
    assert set(form) == {"other_tests"}
    assert ordered(form | {"type": "EVENT"}) == [row]


def test_a_property_and_a_set_are_read() -> None:
    table = _block(property_test=[{"property": "CountryOrRegion", "is": "KP"}], reference_set_test=[IN_SETS])
    read = {(one.kind, one.name) for one in compiled(BLOCK, table).references}
    assert read == {("custom_property", "CountryOrRegion"), ("reference_set", "DaC: VPN")}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reference_set_test": [{"in_any": ["x"]}]}, "exactly one of any_of, all_of"),
        ({"reference_set_test": [IN_SETS | {"in_all": ["x"]}]}, "exactly one of in_any, in_all"),
        ({"property_test": [{"property": "x"}]}, "exactly one of is, is_not"),
        ({"property_test": [ROOT | {"is_any_of": ["x"]}]}, "exactly one of is, is_not"),
        ({"property_test": [{"property": "x", "is": "a\ufffdb"}]}, "U+FFFD"),
        ({"property_test": [{"property": "x", "equals": "a"}]}, 'unknown key "equals"'),
        ({"test_order": ["blocks"]}, "test_order"),
    ],
)
def test_half_a_sentence_is_refused(fields: dict[str, Any], said: str) -> None:
    _, findings = validate(BLOCK, _block(**fields))
    assert any(said in f"{finding.summary} {finding.hint}" for finding in findings)


def test_every_test_has_its_word_in_the_order() -> None:
    words = {"rule_test": "other_tests", "property_test": "property_tests", "reference_set_test": "reference_set_tests"}
    assert tuple(words.get(word, word) for word in get_args(Slot)) == SLOTS


def test_any_order_of_the_console_comes_back_as_fields() -> None:
    last = {"class": "functions.MatchCount", "parameters": {"1": "", "2": "x", "3": "", "4": "", "5": "", "6": ""}}
    rows = [
        *reversed(ordered(compiled(BLOCK, _block(property_test=[ROOT], categories=["Suspicious Activity"])).deployed)),
        last,
    ]
    rows.insert(1, _row("ReferenceSetTest", "any", {"properties": ["sourceip"]}, "any", {"reference_sets": ["y"]}))
    form = {"name": "BB: x", "type": "EVENT", "enabled": True, **canonical(rows, "EVENT")}
    lifted = lift_rule(BLOCK, form, context(Address("cloud", "building_block", "x")))
    assert lifted.table["test_order"] == ["property_test", "reference_set_test", "categories", "rule_test"]
    assert compiled(BLOCK, lifted.table).deployed == form


@pytest.mark.parametrize(
    ("table", "bound"),
    [
        ({"property": "creEventList", "is": "100092"}, ("property_test creEventList",)),
        ({"property": "logSourceId", "is_any_of": ["7"]}, ("property_test logsourceid",)),
        ({"property": "username", "is": "100092"}, ()),
    ],
)
def test_numbers_of_one_console_bind_a_rule_to_it(table: dict[str, Any], bound: tuple[str, ...]) -> None:
    form = compiled(BLOCK, _block(property_test=[table])).deployed
    assert lift_rule(BLOCK, form, context(Address("cloud", "building_block", "x"))).bound == bound


def test_a_set_without_a_name_binds_a_rule_to_its_console() -> None:
    form = compiled(BLOCK, _block(reference_set_test=[IN_SETS | {"in_any": ["#7"]}])).deployed
    assert lift_rule(BLOCK, form, context(Address("cloud", "building_block", "x"))).bound == ("in_any #7",)


def test_what_a_stack_says_as_rule_test_stays_one() -> None:
    row = _row("ArielFilterTest", _condition("userName", "EQ", "root"), "events")
    form = compiled(BLOCK, _block(rule_test=[row], reference_set_test=[IN_SETS])).deployed
    beside = told_as(form, _block(rule_test=[row], reference_set_test=[IN_SETS]))
    assert [key for key in lift_conditions(beside) if key != "test_order"] == ["reference_set_test", "rule_test"]
    assert told_as(form, _block(reference_set_test=[IN_SETS])) == form
