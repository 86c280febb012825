from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.qradar import markers

MARKER = "[dac acme-soc/cloud/reference_set.vpn]"


@given(text=st.text())
def test_what_is_joined_can_be_split(text: str) -> None:
    assert markers.split(markers.join(text, MARKER)) == (text, MARKER)


@given(text=st.text())
def test_a_text_without_a_marker_stays_as_it_is(text: str) -> None:
    assert markers.split(text.replace("[dac", "")) == (text.replace("[dac", ""), "")


@pytest.mark.parametrize(
    "text",
    [
        f"see {MARKER}",
        f"{MARKER}\nand more",
        "[dac acme]",
        "[dac acme/cloud]",
        "[dac a/b/c d]",
        "[dac a/b/c.d] x",
    ],
)
def test_what_only_looks_like_a_marker_is_text(text: str) -> None:
    assert markers.split(text) == (text, "")


def test_white_space_around_a_marker_is_forgiven() -> None:
    assert markers.split(f"text\n  {MARKER} \n\n") == ("text", MARKER)
    assert markers.split(None) == ("", "")
