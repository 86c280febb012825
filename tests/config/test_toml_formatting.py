"""`dac fmt` changes the layout of a file and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from dac.config.formatting import format_toml

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ROOT = Path(__file__).parents[2]
_FILES = sorted([*ROOT.glob("*.toml"), *ROOT.glob("stacks/**/*.toml"), *ROOT.glob("examples/**/*.toml")])

_blank = st.sampled_from(["", "", " ", "\t", "   "])
_line_end = st.sampled_from(["\n", "\n", "\r\n", "\n\n\n", " # note\n", "\t#note \n\n"])
_scalar = st.sampled_from(
    ["1", "-1.5e3", "true", "nan", "-inf", "1979-05-27 07:32:00", "1979-05-27T07:32:00Z", "[]", "{}"]
) | st.sampled_from(
    ['"a # b"', "'[x]'", '""', "'''\n  a\n\n\n b '''", '"""a\\\n   b"""', "'''it''s'''", '"""say "x"""""', '"\\"="']
)


def _array(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    gap = st.sampled_from(["", " ", "\n", "\n\n\n", " # why\n  ", "\r\n"])
    item = st.tuples(gap, inner, gap).map("".join)
    last = st.sampled_from(["", ",", "\n", ",\n", ", # end\n\n"])
    return st.tuples(st.lists(item, min_size=1, max_size=3).map(",".join), last).map(
        lambda parts: f"[{''.join(parts)}]"
    )


def _inline(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(_blank, inner, _blank, inner).map(lambda p: f"{{{p[0]}a{p[2]}={p[1]},b . c ={p[2]}{p[3]}{p[0]}}}")


_value = st.recursive(_scalar, lambda inner: _array(inner) | _inline(inner), max_leaves=5)
_key = st.sampled_from(["k{n}", '"k {n}"', "k{n} . x", "'k{n}'.\"y\"", "k{n}\t.x.y"])
_pair = st.tuples(_blank, _key, _blank, _value, _line_end).map(lambda p: f"{p[0]}{p[1]}{p[2]}={p[2]}{p[3]}{p[4]}")
_header = st.sampled_from(["[t{n}]", "[ t{n} . u ]", '[["a{n}"]]', "[[ b ]]", "  [t{n}.'x']"])
_line = _pair | st.tuples(_header, _line_end).map("".join) | st.sampled_from(["# alone\n", "\n", "  \t\n", "#x \r\n"])
_texts = st.lists(_line, max_size=8).map(
    lambda lines: "".join(line.replace("{n}", str(n)) for n, line in enumerate(lines))
)


@given(text=_texts)
def test_content_and_comments_stay_and_a_second_time_changes_nothing(text: str) -> None:
    formatted = format_toml(text)
    assert repr(tomli.loads(formatted)) == repr(tomli.loads(text))
    assert formatted.count("#") == text.count("#")
    assert format_toml(formatted) == formatted
    assert not formatted.startswith("\n")
    assert formatted.endswith("\n") or formatted == ""
    assert "\r" not in formatted


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_files_of_this_repository_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_toml(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("\n\n", ""),
        ("\ufeffa=1", "a = 1\n"),
        ("a=1\n[b]\nc=2\n", "a = 1\n\n[b]\nc = 2\n"),
        ("[ b . 'c d' ]\n", "[b.'c d']\n"),
        ("[detection.x]\nname=1\n[detection.x.offense]\n", "[detection.x]\nname = 1\n[detection.x.offense]\n"),
        ("[d.x]\n[d.y]\n", "[d.x]\n\n[d.y]\n"),
        ("a=1\n# of b\n[b]\n", "a = 1\n\n# of b\n[b]\n"),
        ("a = 1   # aligned\n", "a = 1   # aligned\n"),
        ("a = 1# close\n", "a = 1 # close\n"),
        ("#:schema stack.json\n\n\n\na=1\n", "#:schema stack.json\n\na = 1\n"),
        ("a=[1,2 ,3 ]\n", "a = [1, 2, 3]\n"),
        ("a=[\n1,\n  2]\n", "a = [\n    1,\n    2]\n"),
        ("a=[\n1,\n  2\n\n]\n", "a = [\n    1,\n    2,\n]\n"),
        ("a=[ # first\n'x' # last\n]\n", "a = [ # first\n    'x', # last\n]\n"),
        ("a=[[\n1\n],[2]]\n", "a = [[\n        1,\n    ], [2]]\n"),
        ("t={env='X',f={ }}\n", "t = { env = 'X', f = {} }\n"),
        ("a='''\n x  \n\n\n\n'''\n", "a = '''\n x  \n\n\n\n'''\n"),
        ("a = 1\r\nb = '''x\r\ny'''\r\n", "a = 1\nb = '''x\ny'''\n"),
    ],
)
def test_the_layout(before: str, after: str) -> None:
    assert format_toml(before) == after


def test_what_is_no_toml_is_named_with_its_line() -> None:
    with pytest.raises(tomli.TOMLDecodeError) as caught:
        format_toml("a = 1\nb = = 2\n")
    assert caught.value.lineno == 2
