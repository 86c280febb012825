"""Edit paths, as planning writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.views.paths import steps


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("severity", ("severity",)),
        ("offense.index", ("offense", "index")),
        ('entries["203.0.113.7"]', ("entries", "203.0.113.7")),
        ("strange[0].path", ("strange[0].path",)),
        ("", ()),
    ],
)
def test_a_path_is_taken_apart_key_by_key(path: str, expected: tuple[str, ...]) -> None:
    assert steps(path) == expected


@given(st.text())
def test_an_entry_may_be_any_text_at_all(value: str) -> None:
    assert steps(f'entries["{value}"]') == ("entries", value)
