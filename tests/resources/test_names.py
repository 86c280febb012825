from __future__ import annotations

from typing import Any

import pytest

from dac.errors import DacError
from dac.resources.names import Names, OffenseType

AZURE, ENTRA = "Microsoft Azure Active Directory", "Microsoft Entra ID"
ALIASES = {AZURE.lower(): AZURE, ENTRA.lower(): AZURE}


def names(types: dict[int, str], **more: Any) -> Names:
    return Names(
        **({"log_source_types": types, "offense_types": (), "low_level_categories": {}, "aliases": ALIASES} | more)
    )


@pytest.mark.parametrize("console", [AZURE, ENTRA])
@pytest.mark.parametrize("stack", [AZURE, ENTRA, ENTRA.upper()])
def test_a_renamed_type_is_found_by_either_name_and_written_by_one(console: str, stack: str) -> None:
    known = names({12: "Linux OS", 445: console})
    assert known.log_source_type_id(stack) == 445
    assert known.log_source_type_name(445) == AZURE


def test_an_exact_name_beats_an_alias() -> None:
    known = names({445: AZURE, 4001: ENTRA})
    assert (known.log_source_type_id(ENTRA), known.log_source_type_id(AZURE)) == (4001, 445)
    assert known.log_source_type_name(4001) == ENTRA


def test_a_name_in_another_case_is_found_when_it_is_alone() -> None:
    assert names({12: "Linux OS"}).log_source_type_id("linux os") == 12
    with pytest.raises(DacError, match="2 things on this console could be the log source type 'APACHE'") as caught:
        names({1: "Apache", 2: "apache"}).log_source_type_id("APACHE")
    assert "1, 2" in caught.value.detail


def test_what_is_not_there_is_none_and_what_has_no_name_keeps_its_id() -> None:
    assert names({}).log_source_type_id("Linux OS") is None
    assert names({}).log_source_type_id(ENTRA) is None
    assert names({}).log_source_type_name(4711) == "id 4711"


STOCK = (
    OffenseType(0, "Source IP", "sourceIP"),
    OffenseType(3, "Username", "userName"),
    OffenseType(7, "Host Name", "identityHostName"),
    OffenseType(14, "Rule", "partialOrMatchList"),
    OffenseType(16, "Source Identity"),
    OffenseType(1001, "CountryOrRegion (custom)", "CountryOrRegion", custom=True),
    OffenseType(1002, "username", "", custom=True),
)


@pytest.mark.parametrize(
    ("number", "index"),
    [
        (0, "sourceip"),
        (3, "username"),
        (7, "hostname"),
        (14, "rule"),
        (16, "sourceidentity"),
        (1001, "CountryOrRegion"),
    ],
)
def test_an_offense_type_has_one_spelling_and_comes_back_from_it(number: int, index: str) -> None:
    known = names({}, offense_types=STOCK[:6])
    assert known.offense_index(number) == index
    assert known.offense_type_id(index) == number


def test_stock_indexes_are_found_in_any_case_and_custom_ones_only_as_they_are() -> None:
    known = names({}, offense_types=STOCK[:6])
    assert known.offense_type_id("SourceIP") == 0
    assert known.offense_type_id("countryorregion") is None


def test_a_custom_property_named_as_a_stock_field_is_an_error() -> None:
    with pytest.raises(DacError, match="offense type 'username'"):
        names({}, offense_types=STOCK).offense_type_id("username")


def test_a_category_is_found_by_name_and_two_of_one_name_are_an_error() -> None:
    known = names({}, low_level_categories={1: "Suspicious Activity", 2: "Stored", 3: "Stored"})
    assert known.category_id("suspicious activity") == 1
    assert known.category_id("Nothing") is None
    with pytest.raises(DacError, match="low level category 'Stored'"):
        known.category_id("Stored")


def test_other_tables_do_not_make_everything_compile_anew() -> None:
    assert names({1: "a"}).digest == names({1: "a"}, properties=frozenset({"x"}), rules={"u": "r"}).digest
    assert names({1: "a"}).digest != names({1: "b"}).digest
