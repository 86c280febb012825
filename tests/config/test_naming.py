"""Names for addresses: readable, valid, and the same for the same things whatever stands beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.config.naming import names_for
from dac.model.address import is_name


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("detection", 'Cloud / "Accounts": risky <sign-in> & more', "cloud_accounts_risky_sign_in_more"),
        ("building_block", "BB:HostDefinition: Servers", "hostdefinition_servers"),
        ("reference_set", "Größe 🔥", "grosse"),
        ("detection", "🔥", "detection"),
        ("detection", "7 failures", "detection_7_failures"),
        ("custom_property", "CountryOrRegion", "CountryOrRegion"),
        ("custom_property", "Logon Type", "logon_type"),
    ],
)
def test_a_name_is_made_from_what_it_is_called_on_the_console(kind: str, name: str, expected: str) -> None:
    assert names_for(kind, [(name, "key")]) == [expected]


def test_twins_are_told_apart_by_their_keys_and_not_by_their_order() -> None:
    one, two = ("Odd: same", "uuid-1"), ("odd/SAME", "uuid-2")
    assert names_for("detection", [one, two]) == names_for("detection", [two, one])[::-1]
    assert len(set(names_for("detection", [one, two]))) == 2


def test_a_name_that_is_taken_is_not_given_again() -> None:
    (name,) = names_for("detection", [("Same", "uuid-1")], taken=["same"])
    assert name != "same"
    assert name.startswith("same_")


@given(st.lists(st.tuples(st.text(max_size=80), st.uuids().map(str)), max_size=8, unique_by=lambda pair: pair[1]))
def test_every_name_is_one_and_no_two_are_the_same(things: list[tuple[str, str]]) -> None:
    names = names_for("detection", things)
    assert all(map(is_name, names))
    assert len({name.lower() for name in names}) == len(things)
