"""Every value is found on the line where a reader would look for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from dac.config.positions import Positions

STACK = """\
# a comment with [brackets] and = signs
title = "x"   # line 2
owner.name = "a"
"quoted key"."with.dots" = 1
'literal key' = 'v'

[detection.risky]
name = "Risky"
severity = "high"
aql = '''
SELECT "a"   # not a comment
FROM events
WHERE x = 1
LAST 24 HOURS
'''
filter = '''one
two'''
notes = \"\"\"\\
   joined \\
   text\"\"\"
groups = [
  "one",    # first
  # a comment, with a comma
  "two", "three",
]
threshold = { count = 3, by = ["sourceip", "username"], within = "5m" }

[[detection.risky.exception]]
field = "sourceip"
[[detection.risky.exception]]
field = "username"
when = '''x'''
[detection.risky.exception.nested]
deep = 1

[detection.risky.console.dev]
severity = "low"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("owner",), 3),
        (("owner", "name"), 3),
        (("quoted key", "with.dots"), 4),
        (("literal key",), 5),
        (("detection",), 7),
        (("detection", "risky"), 7),
        (("detection", "risky", "severity"), 9),
        (("detection", "risky", "aql"), 11),
        (("detection", "risky", "filter"), 16),
        (("detection", "risky", "notes"), 19),
        (("detection", "risky", "groups"), 21),
        (("detection", "risky", "groups", 0), 22),
        (("detection", "risky", "groups", 1), 24),
        (("detection", "risky", "groups", 2), 24),
        (("detection", "risky", "threshold", "by", 1), 26),
        (("detection", "risky", "exception"), 28),
        (("detection", "risky", "exception", 0), 28),
        (("detection", "risky", "exception", 0, "field"), 29),
        (("detection", "risky", "exception", 1), 30),
        (("detection", "risky", "exception", 1, "when"), 32),
        (("detection", "risky", "exception", 1, "nested", "deep"), 34),
        (("detection", "risky", "console", "dev", "severity"), 37),
    ],
)
def test_a_key_path_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert Positions(STACK).line(path) == line


def test_a_line_within_a_text_counts_from_its_first_line_of_content() -> None:
    aql = ("detection", "risky", "aql")
    assert [Positions(STACK).line(aql, offset) for offset in range(4)] == [11, 12, 13, 14]


def test_a_line_never_leads_out_of_the_text() -> None:
    positions = Positions(STACK)
    assert positions.line(("detection", "risky", "filter"), 99) == 17
    assert positions.line(("detection", "risky", "severity"), 3) == 9


def test_a_missing_key_is_reported_at_the_nearest_table_around_it() -> None:
    positions = Positions(STACK)
    assert positions.line(("detection", "risky", "offense", "index")) == 7
    assert positions.line(("detection", "risky", "exception", 1, "not_in"), 4) == 30
    assert positions.line(("nothing",)) == 1


def test_windows_line_ends_do_not_move_a_line() -> None:
    positions = Positions(STACK.replace("\n", "\r\n"))
    assert positions.line(("detection", "risky", "aql"), 2) == 13
    assert positions.line(("detection", "risky", "console", "dev", "severity")) == 37


def test_a_header_after_its_own_sub_table_still_has_its_own_line() -> None:
    positions = Positions("[a.b.c]\nx = 1\n[a.b]\ny = 2\n[a]\nz = 3\n")
    assert [positions.line(path) for path in (("a", "b", "c"), ("a", "b"), ("a",))] == [1, 3, 5]


def test_quotes_at_the_end_of_a_text_do_not_confuse_the_scan() -> None:
    positions = Positions("a = \"\"\"x\"\"\"\"\"\nb = '''y'''''\nc = \"\"\nd = ''''''\ne = 1\n")
    assert [positions.line((key,)) for key in "abcde"] == [1, 2, 3, 4, 5]


def test_inline_tables_over_several_lines_are_followed() -> None:
    text = "a = {\n  b = 1, # one\n  c = [\n    { d = 2 },\n    { d = 3 },\n  ],\n}\n"
    assert Positions(text).line(("a", "c", 1, "d")) == 5


def test_a_text_that_changed_since_it_was_read_gives_what_can_be_found() -> None:
    positions = Positions("a = 1\n[b]\nc = [1,\n")
    assert positions.line(("b",)) == 2
    assert positions.line(("b", "c")) == 3
    assert positions.line(("zzz",)) == 1


# --- the property: in a generated document each scalar is unique, so the text itself says where it stands

_KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True),
    st.text(alphabet="ab .#=[]\"'\\é\t", min_size=1, max_size=5),
)
_TREES = st.recursive(
    st.sampled_from(["int", "text", "lines", "literal", "time"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=14,
)


class _Writer:
    """Writes a tree in all the ways TOML has, and gives every scalar a number of its own."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.count = 100000

    def key(self, key: str) -> str:
        if key.isascii() and key.replace("_", "a").replace("-", "a").isalnum():
            return key
        escaped = key.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        return f'"{escaped}"'

    def scalar(self, sort: str) -> str:
        self.count += 1
        mark = self.count
        return {
            "int": f"{mark}",
            "text": f'"{mark} # \\" [x] = {{"',
            "lines": f'"""\n{mark} \\"""\n # no comment "" \n"""',
            "literal": f"'''{mark}\n[not.a.header]\n'''",
            "time": f"2027-01-02 03:04:05.{mark}",
        }[sort]

    def value(self, tree: Any) -> str:
        if isinstance(tree, str):
            return self.scalar(tree)
        gap = self.draw(st.sampled_from(["", " ", "\n  ", " # note, ] }\n"]))
        if isinstance(tree, list):
            return "[" + gap + "".join(f"{self.value(item)} ,{gap}" for item in tree) + "]"
        pairs = [f"{self.key(key)} = {self.value(item)}" for key, item in tree.items()]
        return "{ " + ", ".join(pairs) + " }"

    def table(self, header: str, tree: dict[str, Any]) -> None:
        tables = {}
        for key, item in tree.items():
            is_table = isinstance(item, dict) and self.draw(st.booleans())
            if is_table or (isinstance(item, list) and item and all(isinstance(one, dict) for one in item)):
                tables[key] = item
            else:
                self.lines.append(f"{self.key(key)} = {self.value(item)}{self.draw(st.sampled_from(['', ' # x']))}")
        for key, item in tables.items():
            inner = f"{header}.{self.key(key)}" if header else self.key(key)
            for one in item if isinstance(item, list) else [item]:
                self.lines.append(f"[[{inner}]]" if isinstance(item, list) else f"[{inner}] # {{")
                self.table(inner, one)


@st.composite
def _documents(draw: Any) -> str:
    writer = _Writer(draw)
    writer.table("", draw(st.dictionaries(_KEYS, _TREES, max_size=5)))
    return "\n".join(writer.lines) + "\n"


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


@settings(max_examples=150, deadline=None)
@given(_documents())
def test_every_value_of_any_document_is_on_the_line_where_its_text_is(text: str) -> None:
    positions = Positions(text)
    lines = text.split("\n")
    for path, value in _leaves(tomli.loads(text)):
        mark = str(value).strip()[:6] if not isinstance(value, dt.datetime) else str(value.microsecond)
        assert path in positions
        assert mark in lines[positions.line(path) - 1]
