"""Two values as a tree: what differs is in it, what is equal is counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.model.change import MISSING, Channel, Edit
from dac.views.human.difference import Node, Shape, difference, whole
from dac.views.human.edits import from_edits


def signs(node: Node) -> list[tuple[str, Any]]:
    return [(child.sign, child.value) for _, child in node.children]


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_elements_gone_and_new_turn_one_list_into_the_other(before: list[str], after: list[str]) -> None:
    node = difference(before, after)
    if sorted(before) == sorted(after):
        assert node.shape is Shape.VALUE
        return
    gone = [value for sign, value in signs(node) if sign == "-"]
    come = [value for sign, value in signs(node) if sign == "+"]
    assert sorted([*before, *come]) == sorted([*after, *gone])
    assert node.hidden == len(after) - len(come)


def test_a_list_in_another_order_says_that_only_the_order_differs() -> None:
    node = difference(["b", "a"], ["a", "b"])
    assert (node.shape, node.note) == (Shape.VALUE, "# only the order differs")


def test_two_versions_of_one_expression_are_one_changed_element() -> None:
    old = {"kind": "json", "log_source_type": "Okta", "expression": "/a"}
    node = difference([old], [old | {"expression": "/b"}])
    (element,) = (child for _, child in node.children)
    assert [(key, child.sign) for key, child in element.children] == [
        ("kind", " "),
        ("log_source_type", " "),
        ("expression", "~"),
    ]


def test_expressions_that_share_an_identity_are_not_guessed_to_be_versions() -> None:
    old = {"kind": "regex", "regex": "a"}
    node = difference([old, old | {"regex": "b"}], [old | {"regex": "c"}])
    assert sorted(child.sign for _, child in node.children) == ["+", "-", "-"]


def shown(element: Node) -> dict[str, str]:
    return {key: child.sign for key, child in element.children}


USERS = {"property": "username", "is_any_of": ["a", "b"]}
ROOT = {"property": "username", "is_not": "root"}
ALLOWED = {"any_of": ["username"], "in_any": ["VIPs"]}
SEEN = {"collection": "set", "name": "Seen", "value": "username"}
FAILED = {"class": "EventCategory_Test", "parameters": {"1": "a"}}
OKTA = {"kind": "json", "log_source_type": "Okta", "expression": "/a"}


@pytest.mark.parametrize(
    ("row", "change", "is_seen_as"),
    [
        (ROOT, {"is_not": "admin"}, {"property": " ", "is_not": "~"}),
        (ROOT, {"negate": True}, {"property": " ", "negate": "+"}),
        (ALLOWED, {"in_any": ["Bots"]}, {"any_of": " ", "in_any": "~"}),
        (ALLOWED, {"any_of": ["sourceip"]}, {"any_of": "~"}),
        (SEEN, {"value": "sourceip"}, {"collection": " ", "name": " ", "value": "~"}),
        (SEEN, {"name": "Met"}, {"collection": " ", "name": "~"}),
        (FAILED, {"parameters": {"1": "b"}}, {"class": " ", "parameters": "~"}),
        (OKTA, {"expression": "/b"}, {"kind": " ", "log_source_type": " ", "expression": "~"}),
    ],
)
def test_a_changed_row_is_one_changed_element_under_what_says_which(
    row: dict[str, Any], change: dict[str, Any], is_seen_as: dict[str, str]
) -> None:
    node = difference([USERS, row], [row | change, USERS])
    ((_, element),) = node.children
    assert (element.sign, shown(element), node.hidden) == ("~", is_seen_as, 1)
    assert element.hidden == len(row | change) - len(is_seen_as)


def test_rows_of_one_identity_are_told_apart_by_their_fields_and_then_by_their_order() -> None:
    node = difference([USERS, ROOT], [ROOT | {"is_not": "admin"}, USERS | {"is_any_of": ["c"]}])
    assert [shown(element) for _, element in node.children] == [
        {"property": " ", "is_any_of": "~"},
        {"property": " ", "is_not": "~"},
    ]
    node = difference([FAILED, FAILED | {"parameters": 2}], [FAILED | {"parameters": 3}, FAILED | {"parameters": 4}])
    assert [
        [(one.before, one.after) for key, one in element.children if key == "parameters"]
        for _, element in node.children
    ] == [
        [(2, 4)],
        [({"1": "a"}, 3)],
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FAILED, FAILED | {"class": "DeviceTypeID_Test"}),
        (OKTA, OKTA | {"log_source_type": "Linux OS"}),
        (ROOT, {"property": "sourceip", "is_not": "10.0.0.1"}),
        (ALLOWED, {"all_of": ["username"], "in_any": ["VIPs"]}),
    ],
)
def test_another_test_or_expression_is_no_version_of_the_one_that_is_gone(before: Any, after: Any) -> None:
    assert sorted(child.sign for _, child in difference([before], [after]).children) == ["+", "-"]


_ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "kind": st.sampled_from("ab"),
            "property": st.sampled_from("ab"),
            "is": st.sampled_from("abc"),
            "negate": st.just(value=True),
        },
    ),
    max_size=5,
)


@given(_ROWS, _ROWS)
def test_every_row_of_either_list_is_accounted_for_once(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    node = difference(before, after)
    if node.shape is Shape.VALUE:
        assert sorted(map(repr, map(sorted, map(dict.items, before)))) == sorted(
            map(repr, map(sorted, map(dict.items, after)))
        )
        return
    counts = Counter(child.sign for _, child in node.children)
    assert len(before) == node.hidden + counts["-"] + counts["~"]
    assert len(after) == node.hidden + counts["+"] + counts["~"]


def test_nested_tables_show_only_what_differs() -> None:
    node = difference({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 1, "b": {"c": 4, "d": 3}})
    assert node.hidden == 1
    assert node.children == (("b", Node("~", Shape.TABLE, children=(("c", Node("~", Shape.VALUE, 2, 4)),), hidden=1)),)


def test_null_is_a_value_and_missing_is_not() -> None:
    assert difference(None, MISSING) == whole("-", None)
    assert difference(MISSING, None) == whole("+", None)
    assert difference(None, 1) == Node("~", Shape.VALUE, None, 1)


def test_a_value_that_becomes_another_type_is_one_edit() -> None:
    assert difference({"a": 1}, ["a"]).shape is Shape.VALUE


def test_edits_of_one_table_share_their_channel_and_mixed_ones_keep_their_own() -> None:
    same = [Edit("offense.index", "a", "b", Channel.EXTENSION), Edit("offense.annotation", "a", "b", Channel.EXTENSION)]
    mixed = [same[0], Edit("offense.annotation", "a", "b", Channel.REST)]
    (_, one), (_, two) = (from_edits("detection", edits, None).children[0] for edits in (same, mixed))
    assert (one.note, [child.note for _, child in one.children]) == ("(extension)", ["", ""])
    assert (two.note, [child.note for _, child in two.children]) == ("", ["(rest)", "(extension)"])
