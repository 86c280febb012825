"""Rules made by many hands, taken in and given back whole; and what such rules lean on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import EXTENSIONS, SETS, Console
from rule_generator import Numbers, rules
from rule_packages import bodies, class_test, package, row, rule_xml, unpack

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

ACTIONS = "/analytics/custom_actions/actions"
CATEGORY = "7006"


def installed(console: Console, xml: str) -> str:
    """Install one rule; what the extension is blamed for, '' when the rule is there."""
    console.install(package(row("u-1", xml)))
    (extension,) = console.read(f"{EXTENSIONS}/extensions")
    there = bool(console.read("/analytics/rules", 'identifier="u-1"'))
    said = extension.get("content_operation_error") or ""
    assert there is not bool(said)
    return str(said)


def action(console: Console) -> int:
    body = {"name": "Block", "interpreter": 1, "script": 1, "parameters": []}
    return int(console.made(ACTIONS, body)["id"])


def test_whatever_hands_made_comes_back_as_it_was(console: Console) -> None:
    numbers = Numbers(categories=(CATEGORY,), custom_actions=(str(action(console)),), sets=("1",), set_names=("x",))
    made = rules(40, seed=3, numbers=numbers)
    console.install(package(*(rule.row for rule in made)))
    listed = {rule["identifier"]: rule["id"] for rule in console.read("/analytics/rules")}
    listed |= {rule["identifier"]: rule["id"] for rule in console.read("/analytics/building_blocks")}
    missing = [rule.name for rule in made if rule.uuid not in listed]
    assert missing == []
    _, content = unpack(console.export(*(listed[rule.uuid] for rule in made)))
    exported = bodies(content)
    assert {rule.uuid for rule in made} <= set(exported)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (rule_xml(tests=class_test("EventCategory_Test", "getCategories", "99999")), "no category 99999"),
        (rule_xml(tests=class_test("Future_Test", "getDevices", "4711")), "no log source 4711"),
        (rule_xml(tests=class_test("Future_Test", "getReferenceSets", "4711")), "no reference set 4711"),
        (rule_xml(rest='<responses customAction="true" customActionId="4711"/>'), "no custom action 4711"),
        (rule_xml(rest='<responses customAction="true"/>'), "custom action '' is not a number"),
    ],
)
def test_a_number_that_nothing_has_is_refused(
    started: Callable[[Settings | None], Console], xml: str, said: str
) -> None:
    assert said in installed(started(Settings(require_known_categories=True)), xml)


@pytest.mark.parametrize(
    "make",
    [
        lambda _: rule_xml(tests=class_test("EventCategory_Test", "getCategories", CATEGORY)),
        lambda _: rule_xml(tests=class_test("EventCategory_Test", "getCategories", "18044")),
        lambda _: rule_xml(tests=class_test("Future_Test", "getSomething", "anything, at all")),
        lambda number: rule_xml(rest=f'<responses customAction="true" customActionId="{number}"/>'),
        lambda _: rule_xml(rest='<responses customAction="false" customActionId="4711"/>'),
    ],
)
def test_what_is_there_or_is_no_number_is_taken(console: Console, make: Callable[[int], str]) -> None:
    assert installed(console, make(action(console))) == ""


def test_any_test_on_a_set_keeps_the_set(console: Console) -> None:
    number = console.made(f"{SETS}", {"name": "Kept", "entry_type": "IP"})["id"]
    assert installed(console, rule_xml(tests=class_test("Future_Test", "getReferenceSets", str(number)))) == ""
    task = console.finished(console.delete(f"{SETS}/{number}"))
    assert task["status"] == "CONFLICT"
