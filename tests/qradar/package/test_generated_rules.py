"""Whole rules as consoles hold them, through the codec and into stacks and back."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_forms import context
from rule_generator import MadeRule, Numbers, rules

from dac.qradar.package.deployed import from_deployed, to_deployed
from dac.qradar.package.rule_file import read_rule_file
from dac.qradar.package.rule_xml import decode, encode
from dac.resources.registry import kind
from dac.resources.rule_lifting import lift_rule
from dac.resources.shipped_names import shipped_names
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.qradar.package.rule_body import RuleBody
    from dac.resources.names import Names
    from dac.resources.rule_lifting import Lifted

QIDS = {5_000_123: "Login failed", 2_000_007: "Ours"}
NUMBERS = Numbers(qids=("5000123", "2000007"), custom_actions=("3", "9"), set_names=("A set", "B set"))
MADE = rules(150, seed=7, numbers=NUMBERS)
TABLES = {
    "reference_sets": {1: "A set", 2: "B set"},
    "log_sources": {1: "Custom Rule Engine-8 :: localhost"},
    "qids": QIDS,
    "custom_actions": {3: "Block"},
}
seeds = st.integers(0, 2**32)


def _names(made: list[MadeRule]) -> Names:
    known = {rule.uuid: rule.name for rule in made}
    return replace(shipped_names(), complete=True, rules=known, tables=TABLES)


def _form(body: RuleBody, names: Names) -> dict[str, Any]:
    form, _ = to_deployed(body, names, qid_names=QIDS)
    form.pop("owner", None)
    return form


def _through_the_console(form: dict[str, Any], names: Names, rule: MadeRule, base: RuleBody | None) -> dict[str, Any]:
    qids = {name: number for number, name in QIDS.items()}
    block = rule.building_block
    return _form(
        decode(encode(from_deployed(form, names, base=base, marker="", qids=qids, building_block=block))), names
    )


def _lifted(rule: MadeRule, form: dict[str, Any], names: Names) -> Lifted:
    what = kind("building_block" if rule.building_block else "detection")
    return lift_rule(what, form, context(names=names, read_rule=read_rule_file))


def test_the_generator_is_the_same_on_every_machine() -> None:
    assert rules(30, seed=7, numbers=NUMBERS) == MADE[:30]
    assert {rule.type for rule in MADE} == {"EVENT", "FLOW", "COMMON", "OFFENSE"}
    assert {rule.origin for rule in MADE} == {"USER", "OVERRIDE"}


@settings(max_examples=25)
@given(seeds)
def test_a_rule_written_new_is_the_rule_that_was_read(seed: int) -> None:
    made = rules(4, seed, NUMBERS)
    names = _names(made)
    for rule in made:
        form = _form(decode(rule.xml.encode()), names)
        assert _through_the_console(form, names, rule, None) == form


@settings(max_examples=25)
@given(seeds)
def test_a_rule_written_over_another_is_the_rule_that_was_read(seed: int) -> None:
    """What the other one had, its tests and their words, does not shine through."""
    made = rules(4, seed, NUMBERS)
    names = _names(made)
    bodies = [decode(rule.xml.encode()) for rule in made]
    for rule, body, other in zip(made, bodies, bodies[1:] + bodies[:1], strict=True):
        form = _form(body, names)
        assert _through_the_console(form, names, rule, other) == form


@settings(max_examples=25)
@given(seeds)
def test_what_a_stack_says_of_a_rule_is_that_rule(seed: int) -> None:
    made = rules(4, seed, NUMBERS)
    names = _names(made)
    for rule in made:
        form = _form(decode(rule.xml.encode()), names)
        lifted = _lifted(rule, form, names)
        table = lifted.table | ({"rule_xml": rule.xml} if lifted.needs_xml else {})
        what = kind("building_block" if rule.building_block else "detection")
        declared, findings = validate(what, table)
        assert findings == []
        compiled = what.compile(declared, context(names=names, read_rule=read_rule_file))
        assert (compiled.deployed, compiled.findings) == (form, ())


def test_tests_that_a_console_has_already_stay_as_they_are_to_the_letter() -> None:
    names = _names(MADE)
    for rule in MADE[:40]:
        body = decode(rule.xml.encode())
        again = from_deployed(_form(body, names), names, base=body, marker="", qids={v: k for k, v in QIDS.items()})
        assert [replace(test, uid="", text=None) for test in again.tests] == [
            replace(test, uid="", text=None) for test in body.tests
        ]


def test_what_the_wizard_repeats_in_words_is_no_difference() -> None:
    """Ids, texts, labels, groups, uids, the white space in lists: none of it is part of a rule."""
    names = _names(MADE)
    for rule in MADE[:60]:
        xml = re.sub(r'(<test [^>]*?)\bgroup="[^"]*"', r'\1group="another"', rule.xml)
        xml = re.sub(r"<text>.*?</text>", "<text>other words</text>", xml)
        xml = re.sub(r"<initialText>.*?</initialText>", "<initialText>these</initialText>", xml)
        xml = re.sub(r'(<rule [^>]*?)\bid="[0-9]+"', r'\1id="5"', xml)
        one, two = (_form(decode(text.encode()), names) for text in (rule.xml, xml))
        what = kind("building_block" if rule.building_block else "detection")
        if not any("xml" in row for row in one.get("other_tests", ())):
            assert what.owned(two, one, one) == one


def test_most_rules_need_no_file() -> None:
    names = _names(MADE)
    ways: Counter[str] = Counter()
    for rule in MADE:
        lifted = _lifted(rule, _form(decode(rule.xml.encode()), names), names)
        ways["file" if lifted.needs_xml else "tests" if "rule_test" in lifted.table else "fields"] += 1
    assert ways["file"] < len(MADE) / 8
    assert min(ways.values()) > 0


def test_numbers_without_a_name_are_told_and_others_are_not() -> None:
    (rule,) = rules(1, seed=3, numbers=NUMBERS)
    form = _form(decode(rule.xml.encode()), _names([rule]))
    named = {"name": "x", "type": "EVENT", "enabled": True, "log_source_types": ["Linux OS"], "drop": True}
    assert _lifted(rule, named | {"qids": ["#5"]}, _names([rule])).bound == ("qids #5",)
    assert _lifted(rule, named | {"custom_action": "#9"}, _names([rule])).bound == ("custom_action #9",)
    stock = named | {"other": ['<newevent offenseMapping="3"/>']}
    assert _lifted(rule, stock, _names([rule])).bound == ()
    assert _lifted(rule, named | {"other": ['<newevent qid="2000007"/>']}, _names([rule])).bound != ()
    assert form["name"] == rule.name


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<rule", "no well-formed XML"),
        ('<!DOCTYPE rule [<!ENTITY a "b">]><rule/>', "document type"),
        ("<content/>", "not <rule>"),
        ('<rule buildingBlock="true" type="EVENT" enabled="true"><name>x</name><testDefinitions/></rule>', "building"),
    ],
)
def test_a_file_that_holds_no_such_rule_is_a_finding(xml: str, said: str) -> None:
    declared, findings = validate(kind("detection"), {"name": "x", "rule_xml": xml})
    assert findings == []
    compiled = kind("detection").compile(declared, context(read_rule=read_rule_file))
    (finding,) = compiled.findings
    assert (finding.code, finding.path) == ("rule-xml", ("rule_xml",))
    assert said in finding.summary
