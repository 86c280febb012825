from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loaded_stacks import cloud_accounts

from dac.aql.parsing import parse, parse_condition
from dac.aql.references import references
from dac.events.keypaths import parse_keypath
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from conftest import Golden

DETECTIONS = ("detection.adversary_account", "detection.risky_sign_in")
RULES = ("building_block.user_sign_in", *DETECTIONS)


def test_it_holds_the_two_detections_and_what_they_need() -> None:
    assert sorted(local for local in cloud_accounts().declared if not local.startswith("custom_property.")) == [
        "building_block.user_sign_in",
        "detection.adversary_account",
        "detection.risky_sign_in",
        "reference_set.msp_helpdesk_accounts",
        "reference_set.own_domains",
        "reference_set.partner_domains",
        "reference_set.sanctioned_cloud_apps",
        "reference_set.shared_egress",
        "reference_set.smtp_service_accounts",
        "reference_set.soc_vpn_egress",
    ]


def test_everything_compiles_without_an_error() -> None:
    errors = [
        (local, finding.summary)
        for local, compiled in cloud_accounts().compiled.items()
        for finding in compiled.findings
        if finding.severity is Severity.ERROR
    ]
    assert errors == []


@pytest.mark.parametrize("local", RULES)
def test_the_filter_that_reaches_a_console_is_this_one(local: str, golden: Golden) -> None:
    golden(f"stacks/{local}.aql", cloud_accounts().compiled[local].deployed["filter"] + "\n")


def test_every_keypath_can_be_read() -> None:
    keypaths = [
        expression.json_path
        for model in cloud_accounts().of_kind("custom_property").values()
        for expression in model.expression
        if expression.json_path is not None
    ]
    assert len(keypaths) == 26
    for keypath in keypaths:
        parse_keypath(keypath)


@pytest.mark.parametrize("local", RULES)
def test_every_property_a_rule_reads_is_declared(local: str) -> None:
    deployed_filter = cloud_accounts().compiled[local].deployed["filter"]
    read = references(parse_condition(deployed_filter)).properties
    assert {f"custom_property.{name}" for name in read} <= cloud_accounts().declared.keys()


@pytest.mark.parametrize("local", DETECTIONS)
def test_every_property_a_search_shows_is_declared(local: str) -> None:
    shown = references(parse(cloud_accounts().of_kind("detection")[local].aql)).properties
    assert {f"custom_property.{name}" for name in shown} <= cloud_accounts().declared.keys()


def test_every_property_is_used() -> None:
    stack = cloud_accounts()
    used = {
        name.lower()
        for local in RULES
        for name in references(parse_condition(stack.compiled[local].deployed["filter"])).properties
    }
    queries = [model.aql for model in stack.of_kind("detection").values()]
    used |= {name.lower() for query in queries for name in references(parse(query)).properties}
    declared = {local.removeprefix("custom_property.").lower() for local in stack.of_kind("custom_property")}
    assert declared == used


@pytest.mark.parametrize(
    ("local", "answers"),
    [
        (
            "detection.risky_sign_in",
            ["reference_set.soc_vpn_egress", "reference_set.smtp_service_accounts", "reference_set.shared_egress"],
        ),
        (
            "detection.adversary_account",
            [
                "reference_set.msp_helpdesk_accounts",
                "reference_set.sanctioned_cloud_apps",
                "reference_set.partner_domains",
                "reference_set.own_domains",
            ],
        ),
    ],
)
def test_every_known_false_positive_is_answered_by_a_set_that_an_exception_asks(local: str, answers: list[str]) -> None:
    detection = cloud_accounts().of_kind("detection")[local]
    assert [item.handled_by for item in detection.false_positive] == answers
    assert {row.not_in for row in detection.exception} == set(answers)
    assert set(answers) <= cloud_accounts().declared.keys()


def test_no_exception_silences_a_whole_detection() -> None:
    rows = [row for model in cloud_accounts().of_kind("detection").values() for row in model.exception]
    assert len(rows) == 7
    assert all(row.when and not row.whole_detection for row in rows)


def test_every_entry_says_why_it_is_there_and_for_how_long() -> None:
    for model in cloud_accounts().of_kind("reference_set").values():
        assert model.entry
        for entry in model.entry:
            assert entry.reason
            assert entry.owner.endswith("@example.com")
            assert entry.ticket
            assert entry.expires.year == 2027


def test_names_of_users_and_domains_are_compared_without_case() -> None:
    entry_types = {
        local.removeprefix("reference_set."): model.entry_type
        for local, model in cloud_accounts().of_kind("reference_set").items()
    }
    assert entry_types == {
        "msp_helpdesk_accounts": "ALNIC",
        "own_domains": "ALNIC",
        "partner_domains": "ALNIC",
        "sanctioned_cloud_apps": "ALNIC",
        "shared_egress": "IP",
        "smtp_service_accounts": "ALNIC",
        "soc_vpn_egress": "IP",
    }


def test_every_sample_event_belongs_to_a_case_and_every_case_finds_its_events() -> None:
    stack = cloud_accounts()
    named = [event for model in stack.of_kind("detection").values() for case in model.case for event in case.events]
    assert sorted(named) == sorted(f"events/{path.name}" for path in (stack.folder / "events").iterdir())


@pytest.mark.parametrize("local", DETECTIONS)
def test_a_detection_has_cases_that_match_cases_that_do_not_and_a_reason_for_each_it_cannot_reach(local: str) -> None:
    cases = cloud_accounts().of_kind("detection")[local].case
    assert {case.expect for case in cases} == {"match", "no-match", "out-of-scope"}
    assert all(bool(case.reason) == (case.expect == "out-of-scope") for case in cases)


@pytest.mark.parametrize(("local", "tests"), [("detection.risky_sign_in", 5), ("detection.adversary_account", 4)])
def test_every_published_test_has_a_case(local: str, tests: int) -> None:
    cases = cloud_accounts().of_kind("detection")[local].case
    numbered = {case.name.split(":")[0] for case in cases if case.name.startswith("test ")}
    assert numbered == {f"test {number}" for number in range(1, tests + 1)}
