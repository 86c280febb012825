"""Why TOML is read with tomli: what the package `toml` 0.10.2 does to detections, without a word.

The design names `toml`. These tests pin its losses, so that whoever wants it back sees what it would cost.
"""

from __future__ import annotations

from typing import Any

import pytest
import toml
import tomli

TWO_DETECTIONS = """\
[detection.a]
query = '''
SELECT 1
''' # the first
severity = 5
[detection.b]
severity = 6
"""
GUESTS = "query = '''\nUsername MATCHES '.*#EXT#.*'\n'''\n"
WINDOWS_LINES = "query = '''\r\nSELECT 1\r\n'''\r\nname = 'x'\r\n"
ESCAPED_PATH = {"query": r"Path = 'C:\Windows\x64'"}


def test_a_hash_in_a_query_is_lost_with_all_that_follows_it_on_the_line() -> None:
    assert tomli.loads(GUESTS)["query"] == "Username MATCHES '.*#EXT#.*'\n"
    lost = toml.loads(GUESTS)["query"]
    assert "#EXT#" not in lost
    assert lost.startswith("Username MATCHES '.*")


def test_a_comment_after_a_query_drops_the_rest_of_the_file() -> None:
    assert tomli.loads(TWO_DETECTIONS) == {
        "detection": {"a": {"query": "SELECT 1\n", "severity": 5}, "b": {"severity": 6}}
    }
    assert toml.loads(TWO_DETECTIONS) == {"detection": {"a": {}}}


def test_windows_line_ends_empty_the_document() -> None:
    assert tomli.loads(WINDOWS_LINES) == {"query": "SELECT 1\n", "name": "x"}
    assert toml.loads(WINDOWS_LINES) == {}


def test_a_windows_path_is_written_as_a_file_that_nobody_can_read() -> None:
    written = toml.dumps(ESCAPED_PATH)
    assert _read(tomli.loads, written) != ESCAPED_PATH
    assert _read(toml.loads, written) != ESCAPED_PATH


@pytest.mark.parametrize("broken", ["x = [1, 2", "a.b = 1\n[a]\nb = 2\n", 'x = "a\nb"\n'])
def test_files_that_are_no_toml_are_refused_by_tomli(broken: str) -> None:
    with pytest.raises(tomli.TOMLDecodeError):
        tomli.loads(broken)


def test_an_array_that_is_never_closed_is_taken_as_read() -> None:
    toml.loads("x = [1, 2")


def _read(loads: Any, text: str) -> Any:
    try:
        return loads(text)
    except (ValueError, IndexError):
        return None
