from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.model.address import Address, is_name

RISKY = Address("cloud", "detection", "risky_sign_in")


@pytest.mark.parametrize("text", ["detection.risky_sign_in", "cloud/detection.risky_sign_in"])
def test_an_address_is_read_with_or_without_its_stack(text: str) -> None:
    assert Address.parse(text, stack="cloud") == RISKY


def test_a_written_stack_beats_the_given_one() -> None:
    assert Address.parse("other/detection.x", stack="cloud") == Address("other", "detection", "x")


def test_an_address_is_written_in_full_and_locally() -> None:
    assert (str(RISKY), RISKY.local) == ("cloud/detection.risky_sign_in", "detection.risky_sign_in")


@pytest.mark.parametrize("text", ["", "detection", "detection.", ".x", "cloud/", "/detection.x", "cloud/detection"])
def test_anything_else_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"write kind\.name, or stack/kind\.name"):
        Address.parse(text, stack="cloud" if "/" not in text else "")


def test_a_local_address_needs_a_stack() -> None:
    with pytest.raises(ValueError, match="is not an address"):
        Address.parse("detection.x")


def test_addresses_are_sorted_by_stack_kind_and_name() -> None:
    texts = ["b/a.a", "a/b.a", "a/a.b", "a/a.a"]
    assert [str(one) for one in sorted(map(Address.parse, texts))] == sorted(texts)


name = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]*", fullmatch=True)


@given(name, name, name)
def test_an_address_is_read_as_it_was_written(stack: str, kind: str, own: str) -> None:
    address = Address(stack, kind, own)
    assert Address.parse(str(address)) == Address.parse(address.local, stack=stack) == address


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("x", True),
        ("X-1_y", True),
        ("", False),
        ("1x", False),
        ("_x", False),
        ("a.b", False),
        ("é", False),
        ("x\n", False),
    ],
)
def test_a_name_begins_with_a_letter(text: str, *, good: bool) -> None:
    assert is_name(text) is good
