"""The tables that ship with dac."""

from __future__ import annotations

import pytest

from dac.aql.catalogue import (
    alias_group,
    fields,
    functions,
    is_builtin_field,
    keywords,
    known_values,
    log_source_type_ids,
    log_source_types,
    no_fields,
    other_names,
    sources,
)


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


def test_every_row_says_where_it_comes_from() -> None:
    rows = [*functions().values(), *known_values().values()]
    assert {row.source for row in rows} <= set(sources())
    assert all(sources().values())


def test_what_a_function_is_meant_for_are_fields() -> None:
    for function in functions().values():
        for name in function.meant_for:
            assert is_builtin_field(name) or is_builtin_field(name, "flows")


def test_names_that_are_no_fields_are_no_fields_and_are_no_functions_of_ours_either() -> None:
    assert not [name for name in no_fields() if is_builtin_field(name)]
    assert not [name for name in other_names() if name in functions()]
    assert no_fields()["eventname"].instead == "write QIDNAME(qid)"
    assert no_fields()["eventname"].certain
    assert not no_fields()["timestamp"].certain


def test_known_values_are_values_a_range_or_a_shape() -> None:
    assert known_values()["eventdirection"].values == ("L2L", "L2R", "R2L", "R2R")
    assert known_values()["severity"].range == (0, 10)
    assert known_values()["conditionalaccessstatus"].log_source_types == (445,)
    for known in known_values().values():
        assert [bool(known.values), known.range is not None, bool(known.shape)].count(True) == 1


def test_keywords_in_where_are_keywords() -> None:
    assert keywords().in_where < keywords().all
    assert {"SELECT", "LAST", "TEXT"} <= keywords().all


def test_a_log_source_type_is_found_by_each_of_its_names() -> None:
    ids = log_source_type_ids()
    assert ids["microsoft azure active directory"] == ids["microsoft entra id"] == 445
    assert ids["microsoftazureactivedirectory"] == 445


def test_only_databases_have_fields() -> None:
    assert not fields("sources")
    assert not fields("not_in_rules")
