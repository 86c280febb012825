"""Whatever a resource says can be written as TOML and read back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from dac.config.formatting import format_toml
from dac.config.interpolation import Interpolation
from dac.config.writing import render_resource, render_value

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    [
        "${var.x}",
        "$${",
        "'''",
        "it's\nhere'",
        'say "x"\n',
        "\r\n",
        "line\n\n",
        "\n",
        " \n ",
        "C:\\x",
        "#EXT#\n'''",
        "\ufeff",
    ]
)
_keys = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True) | _texts
_plain = _texts | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False) | st.dates()
_values = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4), max_leaves=12
)


def read_back(text: str, kind: str, name: str) -> Any:
    """Read TOML as a stack file is read: parsed, then interpolated without any variable."""
    document = tomli.loads(text)
    assert list(document) == [kind]
    assert list(document[kind]) == [name]
    findings: list[Any] = []
    table = Interpolation({}, (), (), findings).apply(document[kind][name])
    assert not findings
    return table


@given(table=st.dictionaries(_keys, _values, max_size=6))
def test_what_was_written_reads_back_equal(table: dict[str, Any]) -> None:
    assert read_back(render_resource("detection", "x", table), "detection", "x") == table


@given(table=st.dictionaries(_keys, _values, max_size=6))
def test_what_was_written_is_formatted(table: dict[str, Any]) -> None:
    text = render_resource("detection", "x", table)
    assert format_toml(text) == text


def test_a_query_stands_as_it_is_between_three_quotes() -> None:
    table = {"aql": "SELECT username\nFROM events\nWHERE username MATCHES '.*#EXT#.*'\nLAST 1 HOURS\n"}
    assert render_resource("detection", "x", table) == (
        "[detection.x]\n"
        "aql = '''\n"
        "SELECT username\n"
        "FROM events\n"
        "WHERE username MATCHES '.*#EXT#.*'\n"
        "LAST 1 HOURS\n"
        "'''\n"
    )


def test_plain_keys_come_before_tables_and_rows_get_headers_of_their_own() -> None:
    table = {
        "offense": {"index": "username", "event": {"naming": "none"}},
        "exception": [{"field": "sourceip", "not_in": "reference_set.vpn"}],
        "building_blocks": {"any": ["SYSTEM-1"]},
        "groups": ["a", "b"],
        "expires": dt.date(2027, 3, 31),
    }
    assert render_resource("detection", "x", table) == (
        "[detection.x]\n"
        'building_blocks = { any = ["SYSTEM-1"] }\n'
        'groups = ["a", "b"]\n'
        "expires = 2027-03-31\n"
        "\n"
        "[detection.x.offense]\n"
        'index = "username"\n'
        'event = { naming = "none" }\n'
        "\n"
        "[[detection.x.exception]]\n"
        'field = "sourceip"\n'
        'not_in = "reference_set.vpn"\n'
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", '"plain"'),
        ("C:\\Windows\\x", "'C:\\Windows\\x'"),
        ('/"a"/"b"', '\'/"a"/"b"\''),
        ("both ' and \"", "'''both ' and \"'''"),
        ("both \" and '", '"both \\" and \'"'),
        ("kept\r\nas it is", '"kept\\r\\nas it is"'),
        ("ends with a quote\n'", '"ends with a quote\\n\'"'),
    ],
)
def test_a_text_is_quoted_the_way_that_needs_least(text: str, written: str) -> None:
    assert render_value(text) == written
