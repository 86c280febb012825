"""Four ways in which a property that exists can still stay empty in a rule; and what must stay silent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from views_of_projects import item, names, view

from dac.checks.extraction import check, unsettled
from dac.model.diagnostic import Severity
from dac.resources.names import PropertyFact

if TYPE_CHECKING:
    from dac.checks.view import Item
    from dac.model.diagnostic import Finding
    from dac.resources.names import Names

AZURE, ENTRA, OKTA = "Microsoft Azure Active Directory", "Microsoft Entra ID", "Okta"
CONDITION = "\"Country\" = 'KP'"
READS = ("custom_property:Country",)


def console(*expressions: tuple[str, bool], rules: bool = True, asked: bool = True, name: str = "Country") -> Names:
    """A console that has the property `name`."""
    fact = PropertyFact("id-1", rule_engine=rules, expressions=expressions if asked else None)
    known = names(properties=(name,))
    aliases = {AZURE.lower(): AZURE, ENTRA.lower(): AZURE}
    return replace(known, property_facts={name: fact}, log_source_types={445: ENTRA, 382: OKTA}, aliases=aliases)


def detection(*, reads: tuple[str, ...] = READS, **table: Any) -> Item:
    table = {"filter": CONDITION, "log_source_types": [AZURE]} | table
    return item("detection.x", reads=reads, **table)


def declared(*types: str, anew: bool = True, **table: Any) -> Item:
    made = item("custom_property.Country", expression=[{"log_source_type": name} for name in types], **table)
    return replace(made, anew=anew)


def the(*items: Item, console: Names | None = None) -> Finding:
    ((_, finding),) = check(view(*items, console=console))
    return finding


def silent(*items: Item, console: Names | None = None) -> bool:
    return not check(view(*items, console=console))


# --- enough


@pytest.mark.parametrize("written", [AZURE, ENTRA, ENTRA.lower()])
@pytest.mark.parametrize("expression", [AZURE, ""])
def test_one_enabled_expression_for_one_of_the_types_is_enough(written: str, expression: str) -> None:
    known = console((expression, True), (AZURE, False))
    assert silent(detection(log_source_types=[OKTA, written]), console=known)


@pytest.mark.parametrize("written", [AZURE, ENTRA])
def test_a_declared_expression_is_enough_on_any_console_and_without_one(written: str) -> None:
    assert silent(detection(), declared(written), console=console(rules=False))
    assert silent(detection(), declared(written), console=replace(console(), complete=False, property_facts={}))


def test_a_rule_of_any_type_is_content_with_an_expression_for_any_type() -> None:
    assert silent(detection(log_source_types=[]), console=console((OKTA, True)))


def test_names_of_properties_are_compared_in_any_case() -> None:
    known = console((OKTA, True), name="COUNTRY", rules=False)
    found = check(view(detection(), console=known))
    assert [finding.code for _, finding in found] == ["property-not-in-rules", "property-without-expression"]
    assert silent(detection(reads=("custom_property:country",)), declared(AZURE))


def test_a_property_that_is_nowhere_is_left_to_the_check_for_what_is_undeclared() -> None:
    assert silent(detection())


# --- which uses count


def test_what_was_checked_before_is_not_checked_again() -> None:
    assert silent(replace(detection(), anew=False), console=console())


def test_what_was_checked_before_is_checked_again_when_the_property_changed() -> None:
    assert the(replace(detection(), anew=False), declared(OKTA)).code == "property-without-expression"
    assert silent(replace(detection(), anew=False), declared(OKTA, anew=False))


def test_flow_rules_read_other_properties() -> None:
    assert silent(detection(type="flow"), console=console())


# --- not in rules


def test_a_property_that_rules_do_not_see_says_how_they_would() -> None:
    finding = the(detection(), console=console((AZURE, True), rules=False))
    assert (finding.code, finding.severity, finding.path) == ("property-not-in-rules", Severity.ERROR, ("filter",))
    assert finding.summary == (
        'the custom property "Country" is on the console, and not enabled for use in rules: this rule can never fire'
    )
    assert "[custom_property.Country] with adopt = true" in finding.hint


def test_a_rule_that_may_fire_without_the_property_is_only_warned() -> None:
    either = detection(filter=f"{CONDITION} OR username = 'root'")
    finding = the(either, console=console((AZURE, True), rules=False))
    assert (finding.severity, finding.summary.rpartition(": ")[2]) == (
        Severity.WARNING,
        "this rule sees no value of it",
    )


def test_a_building_block_is_only_warned_since_none_may_be_asked_of_it() -> None:
    block = item("building_block.x", reads=READS, filter=CONDITION, log_source_types=[AZURE])
    assert the(block, console=console((AZURE, True), rules=False)).severity is Severity.WARNING


def test_an_offense_index_alone_is_only_warned() -> None:
    indexed = detection(filter="username = 'root'", offense={"index": "Country"})
    assert the(indexed, console=console((AZURE, True), rules=False)).severity is Severity.WARNING


def test_a_declaration_that_keeps_rules_out_is_found_without_a_console() -> None:
    finding = the(detection(), declared(AZURE, use_for_rule_engine=False), console=names(complete=False))
    assert (finding.code, finding.severity) == ("property-not-in-rules", Severity.ERROR)
    assert finding.hint.startswith("leave use_for_rule_engine out of a/custom_property.Country")


@pytest.mark.parametrize(
    "table",
    [{}, {"use_for_rule_engine": "auto"}, {"use_for_rule_engine": False, "ignore_changes": ["use_for_rule_engine"]}],
)
def test_a_declaration_that_lets_rules_in_is_silent(table: dict[str, Any]) -> None:
    assert silent(detection(), declared(AZURE, **table), console=console(rules=False))


def test_a_column_of_the_query_need_not_be_in_rules() -> None:
    assert silent(detection(reads=("queried_property:Country",)), console=console((AZURE, True), rules=False))


# --- disabled


@pytest.mark.parametrize("expressions", [((AZURE, False),), ((AZURE, False), (OKTA, True)), (("", False),)])
def test_a_property_whose_expressions_are_all_disabled_is_a_warning(expressions: tuple[tuple[str, bool], ...]) -> None:
    finding = the(detection(), console=console(*expressions))
    assert (finding.code, finding.severity) == ("property-disabled", Severity.WARNING)
    assert AZURE in finding.summary
    assert "enable one on the console" in finding.hint


def test_a_disabled_expression_beside_a_declared_one_is_silent() -> None:
    assert silent(detection(), declared(AZURE), console=console((AZURE, False)))


def test_what_is_disabled_on_the_console_is_not_sought_in_the_files() -> None:
    finding = the(detection(), declared(OKTA), console=console((AZURE, False)))
    assert finding.code == "property-disabled"
    assert finding.hint.startswith("enable one on the console")
    assert finding.hint.endswith("add a faster one to a/custom_property.Country")


def test_a_declared_expression_may_be_disabled_in_the_files() -> None:
    switched_off = item("custom_property.Country", expression=[{"log_source_type": AZURE, "enabled": False}])
    finding = the(detection(), switched_off)
    assert (finding.code, finding.hint) == (
        "property-disabled",
        "take enabled = false away from one in a/custom_property.Country",
    )


# --- without expression


def test_a_property_that_nothing_extracts_is_an_error_where_the_rule_can_never_fire() -> None:
    finding = the(detection(), console=console((OKTA, True)))
    assert (finding.code, finding.severity) == ("property-without-expression", Severity.ERROR)
    assert f'no expression extracts the custom property "Country" from events of {AZURE}' in finding.summary
    assert finding.hint == (
        f'declare [custom_property.Country] with adopt = true and an expression with log_source_type = "{AZURE}"'
    )


def test_several_types_are_named_as_a_choice() -> None:
    finding = the(detection(log_source_types=[OKTA, AZURE]), console=console())
    assert f"from events of {OKTA} or {AZURE}: " in finding.summary


def test_a_property_that_this_plan_makes_without_an_expression_for_the_type_is_an_error_on_a_console() -> None:
    finding = the(detection(), declared(OKTA))
    assert (finding.code, finding.severity) == ("property-without-expression", Severity.ERROR)
    assert finding.hint == f'add an expression with log_source_type = "{AZURE}" to a/custom_property.Country'


def test_without_a_console_it_is_a_warning_because_others_may_have_one() -> None:
    finding = the(detection(), declared(OKTA), console=names(complete=False))
    assert (finding.code, finding.severity) == ("property-without-expression", Severity.WARNING)
    assert finding.hint.endswith("if a console has one already, write adopt = true there")


def test_without_a_console_adopt_says_that_there_are_others() -> None:
    assert silent(detection(), declared(adopt=True), console=names(complete=False))
    assert the(detection(), declared(adopt=True)).code == "property-without-expression"


def test_a_column_that_stays_empty_is_a_warning() -> None:
    shown = detection(reads=("queried_property:Country",), aql='SELECT "Country" FROM events')
    finding = the(shown, console=console())
    assert (finding.severity, finding.summary.rpartition(": ")[2]) == (
        Severity.WARNING,
        "a column of the query stays empty",
    )


def test_the_finding_is_on_the_line_that_names_the_property() -> None:
    shown = detection(filter=None, aql=f"SELECT username\nFROM events\nWHERE {CONDITION}\nLAST 1 HOURS")
    finding = the(shown, console=console())
    assert (finding.path, finding.line_offset, finding.severity) == (("aql",), 2, Severity.ERROR)


def test_an_alias_is_read_as_what_it_stands_for() -> None:
    query = "SELECT COALESCE(\"Country\", 'none') AS c FROM events WHERE c = 'none' LAST 1 HOURS"
    assert the(detection(filter=None, aql=query), console=console()).severity is Severity.WARNING


# --- asking the console


def test_only_properties_that_the_project_does_not_extract_itself_are_asked_for() -> None:
    assert unsettled(view(detection(), console=console(asked=False))) == {"Country"}
    assert unsettled(view(detection(), declared(OKTA), console=console(asked=False))) == {"Country"}
    assert unsettled(view(detection(), declared(AZURE), console=console(asked=False))) == frozenset()
    assert unsettled(view(replace(detection(), anew=False), console=console(asked=False))) == frozenset()
    assert unsettled(view(detection(), console=console())) == frozenset()


def test_nothing_is_said_of_what_the_console_was_not_asked() -> None:
    assert silent(detection(), console=console(asked=False))


@pytest.mark.parametrize(
    "table", [{"log_source_types": "Okta"}, {"log_source_types": [1]}, {"filter": 3}, {"filter": "= ("}, {"aql": ")"}]
)
def test_a_table_of_the_wrong_shape_is_left_to_its_kind(table: dict[str, Any]) -> None:
    check(view(detection(**table), console=console()))
    check(view(detection(**table), item("custom_property.Country", expression="x"), console=console()))
