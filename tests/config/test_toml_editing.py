"""Edits of a stack file: what was meant changes, and no other byte does."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from dac.config.editing import Drop, Put, Relist, TomlEdit, edit_toml, edited_tables

if TYPE_CHECKING:
    from dac.model.diagnostic import KeyPath

TEXT = """\
# who may sign in from where
[detection.x] # head
name = 'a "quoted" name'
severity   = "high"   # agreed
groups = [
    "A", # first
    # the next one is temporary
    "B", # second
]
short = ["a", "b", "c"]
notes = '''
one
two
'''
building_blocks.all = ["u"]

[custom_property.P]
type = "string"

[detection.x.offense]
index = "username"
inline = { a = 1, b = "x" } # inside

# allowed
[reference_set.v]
name = "V"

# exit 1
[[reference_set.v.entry]]
value = "1"
reason = "r" # why

[[reference_set.v.entry]]
value = "2"

# the end
"""
X = ("detection", "x")
ENTRY = ("reference_set", "v", "entry")

CASES: list[tuple[str, TomlEdit, list[str]]] = [
    ("a value", Put((*X, "severity"), 7), ['-severity   = "high"   # agreed', "+severity   = 7   # agreed"]),
    ("a literal text", Put((*X, "name"), 'b "c"'), ["-name = 'a \"quoted\" name'", "+name = 'b \"c\"'"]),
    ("a line of a text", Put((*X, "notes"), "one\n2\n"), ["-two", "+2"]),
    ("a new key", Put((*X, "enabled"), False), ["+enabled = false"]),
    ("a dotted key", Put((*X, "building_blocks", "any"), ["w"]), ['+building_blocks.any = ["w"]']),
    ("a key of a table further down", Put((*X, "offense", "naming"), "n"), ['+naming = "n"']),
    ("a key in brackets", Put((*X, "offense", "inline", "b"), "y"),
     ['-inline = { a = 1, b = "x" } # inside', '+inline = { a = 1, b = "y" } # inside']),
    ("one more key in brackets", Put((*X, "offense", "inline", "c"), 3),
     ['-inline = { a = 1, b = "x" } # inside', '+inline = { a = 1, b = "x", c = 3 } # inside']),
    ("a table that was not there", Put((*X, "limiter", "count"), 1), ["+limiter.count = 1"]),
    ("a key that goes", Drop((*X, "severity")), ['-severity   = "high"   # agreed']),
    ("a text that goes", Drop((*X, "notes")), ["-notes = '''", "-one", "-two", "-'''"]),
    ("a table that goes", Drop((*X, "offense")),
     ["-[detection.x.offense]", '-index = "username"', '-inline = { a = 1, b = "x" } # inside', "-"]),
    ("an item with its comments", Relist((*X, "groups"), (1,)),
     ["-    # the next one is temporary", '-    "B", # second']),
    ("an item at the end", Relist((*X, "groups"), (), ("C",)), ['+    "C",']),
    ("items of one line", Relist((*X, "short"), (0, 2), ("d",)), ['-short = ["a", "b", "c"]', '+short = ["b", "d"]']),
    ("all items", Relist((*X, "short"), (0, 1, 2)), ['-short = ["a", "b", "c"]']),
    ("a row with its comment", Relist(ENTRY, (0,)),
     ["-# exit 1", "-[[reference_set.v.entry]]", '-value = "1"', '-reason = "r" # why', "-"]),
    ("a row more", Relist(ENTRY, (), ({"value": "3", "reason": "new"},)),
     ["+", "+[[reference_set.v.entry]]", '+value = "3"', '+reason = "new"']),
    ("the first row", Relist(("custom_property", "P", "expression"), (), ({"json": '/"a"'},)),
     ["+", "+[[custom_property.P.expression]]", "+json = '/\"a\"'"]),
]  # fmt: skip


def _changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line[:1] + line[2:] for line in lines if line[:1] in "+-"]


@pytest.mark.parametrize(("edit", "lines"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_only_the_lines_change_that_have_to(edit: TomlEdit, lines: list[str]) -> None:
    after = edit_toml(TEXT, [edit])
    assert sorted(_changed(TEXT, after)) == sorted(lines)
    assert tomli.loads(after) == edited_tables(tomli.loads(TEXT), [edit])


@pytest.mark.parametrize("edit", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_line_ends_and_a_byte_order_mark_are_kept(edit: TomlEdit) -> None:
    file = "\ufeff" + TEXT.replace("\n", "\r\n")
    assert edit_toml(file, [edit]) == "\ufeff" + edit_toml(TEXT, [edit]).replace("\n", "\r\n")


def test_several_edits_at_once_name_the_places_of_before() -> None:
    edits = (Relist(ENTRY, (0,), ({"value": "3"},)), Put((*ENTRY, 1, "reason"), "w"), Put((*X, "severity"), 1))
    rows = tomli.loads(edit_toml(TEXT, edits))["reference_set"]["v"]["entry"]
    assert rows == [{"value": "2", "reason": "w"}, {"value": "3"}]
    rows = tomli.loads(edit_toml(TEXT, [Relist(ENTRY, (0, 1), ({"value": "3"},))]))["reference_set"]["v"]["entry"]
    assert rows == [{"value": "3"}]


def test_the_last_rows_of_a_file_go_together() -> None:
    file = TEXT.removesuffix("\n# the end\n")
    assert edit_toml(file, [Relist(ENTRY, (0, 1))]) == file.partition("\n# exit 1")[0]


@pytest.mark.parametrize(
    "edit",
    [Put((*X, "offense"), "flat"), Drop((*X, "nowhere")), Put(("detection", "unknown", "name"), "n")],
    ids=["a table by a value", "what is not there", "a resource of another file"],
)
def test_what_cannot_be_edited_is_refused(edit: TomlEdit) -> None:
    with pytest.raises((ValueError, KeyError)):
        edit_toml(TEXT, [edit])


def test_edits_that_meet_in_one_value_write_it_anew() -> None:
    inline: KeyPath = (*X, "offense", "inline")
    after = edit_toml(TEXT, [Drop((*inline, "a")), Put((*inline, "c"), 3)])
    before = 'inline = { a = 1, b = "x" } # inside'
    assert _changed(TEXT, after) == [f"-{before}", '+inline = { b = "x", c = 3 } # inside']


_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=20), st.integers(-9, 99), st.booleans(), st.lists(st.text(max_size=5), max_size=3)
)


@given(value=_VALUES, path=st.sampled_from([(*X, "name"), (*X, "notes"), (*X, "severity"), (*ENTRY, 0, "reason")]))
def test_any_value_is_read_back_and_nothing_around_it_moves(value: Any, path: KeyPath) -> None:
    after = edit_toml(TEXT, [Put(path, value)])
    assert tomli.loads(after) == edited_tables(tomli.loads(TEXT), [Put(path, value)])
    back = edit_toml(after, [Put(path, "x")])
    assert tomli.loads(back) == edited_tables(tomli.loads(TEXT), [Put(path, "x")])
    assert len([line for line in back.splitlines() if "#" in line]) == TEXT.count("#")
