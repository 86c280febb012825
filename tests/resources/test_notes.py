"""What travels in notes comes back from them, and what somebody else wrote stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dac.resources import entry_notes, rule_notes

ENTRY_NOTES = [
    ({}, ""),
    ({"reason": "Threat-intel exit"}, "Threat-intel exit"),
    ({"owner": "soc@example.com"}, "[owner=soc@example.com]"),
    (
        {"reason": "Threat-intel exit", "owner": "soc", "ticket": "CHG-1042", "expires": "2027-03-31"},
        "Threat-intel exit [owner=soc; ticket=CHG-1042; expires=2027-03-31]",
    ),
    ({"reason": "was [owner=x] once", "ticket": "a=b"}, "was [owner=x] once [ticket=a=b]"),
    ({"reason": "[owner=x]"}, "[owner=x] []"),
    ({"reason": "see [ticket=1] [] []"}, "see [ticket=1] [] [] []"),
    ({"reason": "see [ticket=1", "ticket": "2"}, "see [ticket=1 [ticket=2]"),
    ({"reason": "two\nlines", "owner": "x"}, "two\nlines [owner=x]"),
]


@pytest.mark.parametrize(("parts", "notes"), ENTRY_NOTES)
def test_an_entry_says_why_it_is_there_in_one_line(parts: dict[str, str], notes: str) -> None:
    assert entry_notes.compose(**parts) == notes
    assert entry_notes.read(notes) == parts


@pytest.mark.parametrize(
    "notes",
    [
        "added by hand",
        "two\nlines [x]",
        "[ticket=1; owner=x]",  # another order
        "[owner=a; owner=b]",
        "[owner=a; priority=high]",
        "[owner=a; lost]",
        "x  [owner=a",
        "x[owner=a]",
        "[expires=soon]",
        "[expires=20270331]",
        "[owner=]",
        "[]",
        "x []",
        "x [] []",
    ],
)
def test_a_note_that_dac_would_not_write_so_is_all_reason(notes: str) -> None:
    assert entry_notes.read(notes) == {"reason": notes}


meta = st.text(st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters=";[]"), max_size=12)
day = st.just("") | st.dates().map(lambda date: date.isoformat())
pieces_of_notes = [
    "a",
    " ",
    "[",
    "]",
    "=",
    ";",
    "\n",
    "; ",
    " [",
    " []",
    "owner=",
    "ticket=1",
    "expires=",
    "2027-03-31",
]
odd = st.lists(st.sampled_from(pieces_of_notes)).map("".join) | st.text()


@given(odd, meta, meta, day)
def test_the_parts_of_an_entry_come_back(reason: str, owner: str, ticket: str, expires: str) -> None:
    given_parts = {"reason": reason, "owner": owner, "ticket": ticket, "expires": expires}
    assert entry_notes.read(entry_notes.compose(**given_parts)) == {k: v for k, v in given_parts.items() if v}


@given(odd)
@example("[owner=x; ticket=y] ")
@example("[owner=x] [] ")
@example("a [owner=x []")
def test_any_note_is_written_again_as_it_was_read(notes: str) -> None:
    assert entry_notes.compose(**entry_notes.read(notes)) == notes


FP = [{"text": "SOC staff abroad"}, {"text": "backup", "handled_by": "reference_set.robots"}]
RULE_NOTES: list[tuple[str, tuple[str, ...], list[dict[str, str]], str]] = [
    ("", (), [], ""),
    ("Why it is there.", (), [], "Why it is there."),
    ("", ("T1078", "T1078.004"), [], "MITRE ATT&CK: T1078, T1078.004"),
    (
        "Why.\n\nMore.",
        ("T1078",),
        [*FP, {"text": "test", "accepted": "rare (monthly)"}],
        (
            "Why.\n\nMore.\n\nMITRE ATT&CK: T1078\nFalse positive: SOC staff abroad\n"
            "False positive: backup (handled by: reference_set.robots)\nFalse positive: test (accepted: rare (monthly))"
        ),
    ),
]


@pytest.mark.parametrize(("text", "mitre", "false_positives", "notes"), RULE_NOTES)
def test_the_notes_of_a_rule_hold_what_an_analyst_needs_and_give_it_back(
    text: str, mitre: tuple[str, ...], false_positives: list[dict[str, str]], notes: str
) -> None:
    assert rule_notes.compose(text, mitre, false_positives) == notes
    parts: dict[str, Any] = {"notes": text, "mitre": list(mitre), "false_positive": false_positives}
    assert rule_notes.read(notes) == {key: value for key, value in parts.items() if value}


@pytest.mark.parametrize(
    "notes",
    [
        "MITRE ATT&CK: initial access",
        "text\nMITRE ATT&CK: T1078",  # without the blank line
        "False positive: x\n\ntext",
        "False positive: ",
        "MITRE ATT&CK: T1078,T1110",
    ],
)
def test_notes_that_dac_would_not_write_so_are_all_text(notes: str) -> None:
    assert rule_notes.read(notes) == {"notes": notes.strip()}


line = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="("), min_size=1)
answers = st.fixed_dictionaries({"text": line}) | st.one_of(
    *(st.fixed_dictionaries({"text": line, key: line}) for key in ("handled_by", "accepted"))
)
pieces = ["a", " ", "\n", "\n\n", "MITRE ATT&CK: ", "T1078", ", ", "False positive: ", " (accepted: ", ")"]


@given(st.lists(st.sampled_from(["T1078", "T1110.003"])), st.lists(answers))
def test_the_parts_of_a_rule_come_back(mitre: list[str], items: list[dict[str, str]]) -> None:
    parts = {"notes": "Text.", "mitre": mitre, "false_positive": items}
    found = rule_notes.read(rule_notes.compose("Text.", tuple(mitre), items))
    assert found == {key: value for key, value in parts.items() if value}


@given(st.lists(st.sampled_from(pieces)).map("".join))
def test_any_notes_are_written_again_as_they_were_read(notes: str) -> None:
    found = rule_notes.read(notes)
    again = rule_notes.compose(found.get("notes", ""), tuple(found.get("mitre", ())), found.get("false_positive", []))
    assert again == notes.strip()
