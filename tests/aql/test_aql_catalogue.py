"""The tables that ship with dac."""

from __future__ import annotations

import pytest

from dac.aql.catalogue import alias_group, fields, functions, is_builtin_field, log_source_types


def test_log_source_types_have_their_ids_and_no_id_twice() -> None:
    by_id = {kind.id: kind for kind in log_source_types()}
    assert len(by_id) == len(log_source_types()) == 404
    assert all(number < 4000 for number in by_id)
    assert {number: by_id[number].name for number in (12, 18, 397, 413, 433, 443, 445, 452, 515)} == {
        12: "Microsoft Windows Security Event Log",
        18: "Custom Rule Engine",
        397: "Microsoft Office 365",
        413: "Microsoft Azure Platform",
        433: "Microsoft Windows Defender ATP",
        443: "Microsoft Azure Security Center",
        445: "Microsoft Azure Active Directory",
        452: "Microsoft Office 365 Message Trace",
        515: "Microsoft 365 Defender",
    }


def test_no_two_log_source_types_share_a_name_or_another_name() -> None:
    names = [name for kind in log_source_types() if kind.name for name in alias_group(kind.name)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["Microsoft Azure Active Directory", "Microsoft Entra ID", "microsoft entra id"])
def test_entra_id_is_known_by_both_names(name: str) -> None:
    assert alias_group(name) == ("Microsoft Azure Active Directory", "Microsoft Entra ID")


def test_a_name_without_others_is_alone() -> None:
    assert alias_group("Okta") == ("Okta",)
    assert alias_group("Acme Portal") == ("Acme Portal",)


def test_fields_are_found_in_any_case_and_per_database() -> None:
    assert is_builtin_field("SourceIP")
    assert not is_builtin_field("sourcebytes")
    assert is_builtin_field("sourcebytes", "flows")
    assert not is_builtin_field("username", "flows")
    assert not is_builtin_field("username", "simarc")
    assert not is_builtin_field("CountryOrRegion")
    assert fields()["sourceip"].type == "host"
    assert fields()["starttime"].type == "time"


def test_only_what_the_rules_fill_in_themselves_is_kept_from_rules() -> None:
    assert sorted(name for name, field in fields().items() if field.not_in_rules) == [
        "creeventlist",
        "hasoffense",
        "islogonly",
        "partialmatchlist",
        "partialormatchlist",
        "storedforperformance",
    ]


def test_functions_know_what_they_take() -> None:
    contains = functions()["REFERENCESETCONTAINS"]
    assert (contains.least, contains.most, contains.result, contains.aggregate) == (2, 2, "boolean", False)
    assert functions()["COUNT"].aggregate
    assert functions()["CONCAT"].most is None
    assert functions()["OFFENSE_TIME"].place == "TIMES"
    assert "LOGSOURCETYPEID" not in functions()
