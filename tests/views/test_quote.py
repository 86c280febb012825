"""Strings in a plan: harmless to a terminal, unambiguous to a reader."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.views.human.quote import key, paragraph, quoted, scalar, visible


@given(st.text(alphabet=st.characters()))
def test_nothing_a_terminal_obeys_or_hides_is_ever_printed(text: str) -> None:
    for shown in (visible(text), quoted(text), key(text), scalar([text]), scalar({text: text})):
        assert shown.isprintable()


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"], include_characters=" ")))
def test_a_printable_string_reads_back_as_the_toml_it_looks_like(text: str) -> None:
    assert tomllib.loads(f"value = {quoted(text)}") == {"value": text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", '"plain"'),
        ('/"properties"/"location"', '\'/"properties"/"location"\''),
        (r"\d+", r"'\d+'"),
        ("it's", '"it\'s"'),
        ("both ' and \"", '"both \' and \\""'),
        ("tab\there", r'"tab\there"'),
        ("\x1b[31m", r'"\x1b[31m"'),
        ("\u202eexe.png", r'"\u202eexe.png"'),
        ("\U000e0041", r'"\U000e0041"'),
        ("Zürich 東京", '"Zürich 東京"'),
    ],
)
def test_strings_are_written_as_toml_would_with_the_fewest_escapes(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_printable_text_must_not_change() -> None:
    assert visible("Zürich → 東京") == "Zürich → 東京"


def test_keys_are_bare_only_where_nobody_can_misread_them() -> None:
    assert [key(text) for text in ("severity", "log-source", "203.0.113.7", "", "a b")] == [
        "severity",
        "log-source",
        '"203.0.113.7"',
        '""',
        '"a b"',
    ]


def test_values_other_than_strings_stand_as_json() -> None:
    assert [scalar(value) for value in (True, None, 5, [], {}, ["a"])] == ["true", "null", "5", "[]", "{}", '["a"]']


def test_prose_keeps_its_lines_and_loses_its_escapes() -> None:
    assert paragraph("first\n\n  second\x1b[2J\n") == ["  first", "", r"    second\x1b[2J"]
