"""What properties are made of, and what exceptions look up, against the rest of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from views_of_projects import item, lines, names, view

from dac.checks import cycles, exceptions, property_expressions
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from dac.checks.view import Item


def made(name: str, *expressions: dict[str, Any], **more: Any) -> Item:
    return item(f"a/custom_property.{name}", expression=list(expressions), **more)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("LOWER(username)", []),
        ("SITE::OWN(username)", []),
        ("LOWER(", []),  # compiling says it
        (7, []),  # validation says it
        ("LOWERED(username)", ["a/custom_property.x expression.0.aql: there is no function LOWERED"]),
        ("COUNT(username)", ["a/custom_property.x expression.0.aql: COUNT has no place in the value of one event"]),
    ],
)
def test_a_function_in_the_aql_of_a_property_is_there_and_takes_one_event(text: object, said: list[str]) -> None:
    found = lines(property_expressions.check, view(made("x", {"aql": text})))
    assert [line.partition(" (line")[0] for line in found] == said


def test_an_operand_that_is_nothing_dac_knows_is_a_warning_with_a_near_name() -> None:
    sums = [
        {"calculated": {"first_operand": "sourceport", "second_operand": "Stock"}},
        {"calculated": {"first_operand": "BYTESSENT", "second_operand": 1}},
        {"calculated": {"first_operand": "BytesSend", "second_operand": 1}},
        {"calculated": "no table"},
    ]
    seen = view(made("x", *sums), made("BytesSent"), console=names(properties=("Stock",)))
    ((_, found),) = property_expressions.check(seen)
    assert (found.code, found.path) == ("unknown-operand", ("expression", 2, "calculated", "first_operand"))
    assert (found.hint, found.severity) == ('did you mean "BytesSent"?', Severity.WARNING)


def test_what_was_checked_and_applied_before_is_not_checked_again() -> None:
    old = replace(made("x", {"aql": "LOWERED(username)"}), anew=False)
    assert property_expressions.check(view(old)) == []


def test_properties_that_are_made_of_each_other_are_named_in_their_circle() -> None:
    seen = view(
        made("A", reads=("custom_property:B",)),
        made("B", reads=("custom_property:C", "custom_property:D")),
        made("C", reads=("custom_property:A",)),
        made("D", reads=("custom_property:Stock",)),
    )
    chain = "a/custom_property.A -> a/custom_property.B -> a/custom_property.C -> a/custom_property.A"
    summary = f"these properties are made of each other in a circle: {chain}"
    assert lines(cycles.check, seen) == [f"a/custom_property.A expression: {summary}"]


def test_a_rule_that_reads_a_property_which_reads_another_is_no_circle() -> None:
    rule = item("a/detection.x", reads=("custom_property:A",))
    assert cycles.check(view(rule, made("A", reads=("custom_property:B",)), made("B"))) == []


def excepting(field: str, entry_type: str, property_type: str = "string", **rule: Any) -> list[str]:
    listed = item("a/reference_set.s", entry_type=entry_type)
    listed = replace(listed, fact=replace(listed.fact, type=entry_type))
    own = made("Own")
    own = replace(own, fact=replace(own.fact, type=property_type))
    rows = [{"field": field, "not_in": "reference_set.s"}]
    return lines(exceptions.check, view(item("a/detection.x", exception=rows, **rule), listed, own))


@pytest.mark.parametrize(
    ("field", "entry_type", "property_type", "fits"),
    [
        ("sourceip", "IP", "", True),
        ("sourceip", "CIDR", "", True),
        ("sourceip", "ALN", "", False),
        ("sourceip", "PORT", "", False),
        ("username", "ALNIC", "", True),
        ("username", "IP", "", False),
        ("destinationport", "NUM", "", True),
        ("starttime", "DATE", "", True),
        ('"Own"', "IP", "string", False),
        ("OWN", "IP", "ip", True),
        ("Own", "NUM", "numeric", True),
        ("Own", "PORT", "string", False),
        ("Own", "DATE", "time", True),
        ("Own", "DATE", "string", False),
        ("on the console", "IP", "", True),  # its type is not known
    ],
)
def test_an_exception_looks_up_what_its_set_holds(field: str, entry_type: str, property_type: str, fits: bool) -> None:
    found = excepting(field, entry_type, property_type)
    assert (found == []) is fits
    assert all("exception.0.field" in line and "may never let anything through" in line for line in found)


def test_an_exception_to_nothing_that_is_declared_is_left_to_the_check_for_that() -> None:
    rows = [{"field": "username", "not_in": "reference_set.gone"}, {"field": 7, "not_in": "reference_set.s"}]
    assert exceptions.check(view(item("a/detection.x", exception=rows))) == []
