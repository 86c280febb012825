from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.events.keypaths import Keypath, extract, parse_keypath

SIGN_IN = """<13>Mar 31 08:00:00 hub {"operationName": "Sign-in activity", "resultType": 0, "level": 4.5,
"properties": {"userType": "Guest", "isInteractive": false, "location": {"countryOrRegion": "CH", "city": null},
"empty": "", "deep": {"a/b": {"c\\"d": "quoted"}}, "ünï": "cödé",
"authenticationDetails": [{"m": "Password"}, {"m": "SMS"}]},
"Target": [{"ID": "a"}, {"ID": "b"}, {"ID": "c"}, {"ID": "Contoso App"}], "Matrix": [[1, 2], [3, 4]]} trailing"""


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ('/"operationName"', ("operationName",)),
        ('/"properties"/"location"/"countryOrRegion"', ("properties", "location", "countryOrRegion")),
        ('/"Target"[3]/"ID"', ("Target", 3, "ID")),
        ('/"Members"[]', ("Members", None)),
        ('/"Matrix"[1][0]', ("Matrix", 1, 0)),
        ('/"a/b"/"c\\"d"', ("a/b", 'c"d')),
        ('/"\\u00fcn\\u00ef"', ("ünï",)),
        ('/" a "', (" a ",)),
    ],
)
def test_a_keypath_is_quoted_keys_and_positions(text: str, steps: tuple[Any, ...]) -> None:
    assert parse_keypath(text) == Keypath(steps)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("operationName", 1),
        ("$.operationName", 1),
        ("/operationName", 1),
        ('"operationName"', 1),
        ('/"a".b', 5),
        ('/"a"/b', 5),
        ('/"a" /"b"', 5),
        ('/"a"[x]', 5),
        ('/"a"[-1]', 5),
        ('/"a"[٣]', 5),
        ('/"a"/', 5),
        ('/""', 1),
        ('/"a', 1),
        ('/"\\x"', 1),
        ('/"a\nb"', 1),
        ('/"a" {/"b"}', 5),
    ],
)
def test_anything_else_is_refused_from_the_character_on_where_it_is_none(text: str, character: int) -> None:
    with pytest.raises(ValueError, match=f"is not a JSON keypath from character {character} on"):
        parse_keypath(text)


def test_an_empty_text_is_no_keypath() -> None:
    with pytest.raises(ValueError, match="a JSON keypath is wanted"):
        parse_keypath("")


@pytest.mark.parametrize(
    ("keypath", "value"),
    [
        ('/"operationName"', "Sign-in activity"),
        ('/"properties"/"location"/"countryOrRegion"', "CH"),
        ('/"properties"/"deep"/"a/b"/"c\\"d"', "quoted"),
        ('/"properties"/"ünï"', "cödé"),
        ('/"properties"/"empty"', ""),
        ('/"properties"/"isInteractive"', "false"),
        ('/"resultType"', "0"),
        ('/"level"', "4.5"),
        ('/"Target"[3]/"ID"', "Contoso App"),
        ('/"Matrix"[1][0]', "3"),
        ('/"Matrix"[]', "[[1, 2], [3, 4]]"),
        ('/"properties"/"authenticationDetails"[1]', '{"m": "SMS"}'),
        ('/"properties"/"location"/"city"', None),
        ('/"operationname"', None),
        ('/"Target"[4]', None),
        ('/"Target"/"ID"', None),
        ('/"operationName"[0]', None),
        ('/"resultType"/"x"', None),
    ],
)
def test_a_value_is_text_or_nothing(keypath: str, value: str | None) -> None:
    assert extract(SIGN_IN, parse_keypath(keypath)) == value


@pytest.mark.parametrize("payload", ["", "no json", "{", "{'a': 1}", "[1]", '{"a": ' * 100_000, '{"a": 1' + "0" * 5000])
def test_a_payload_without_json_has_no_values(payload: str) -> None:
    assert extract(payload, parse_keypath('/"a"')) is None


pieces = st.lists(st.sampled_from(['/"', '"', "/", "[", "]", "0", "12", "\\", "a", "\\u", "00fc", "\n", "é"])).map(
    "".join
)


@given(st.text() | pieces)
def test_reading_a_keypath_never_ends_in_anything_but_a_keypath_or_a_value_error(text: str) -> None:
    try:
        found = parse_keypath(text)
    except ValueError:
        return
    assert found.steps


json_value = st.recursive(
    st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
    max_leaves=8,
)


def paths(value: Any, steps: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every way into a value, and what is there."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(steps, value), *(found for key, inner in items for found in paths(inner, (*steps, key)))]


@given(st.dictionaries(st.text(min_size=1), json_value, min_size=1), st.data())
def test_every_value_is_found_by_the_path_that_leads_to_it(event: dict[str, Any], data: st.DataObject) -> None:
    steps, value = data.draw(st.sampled_from(paths(event)[1:]))
    keypath = "".join(f"[{step}]" if isinstance(step, int) else f"/{json.dumps(step)}" for step in steps)
    assert parse_keypath(keypath) == Keypath(steps)
    found = extract(f"<13>host {json.dumps(event)}", parse_keypath(keypath))
    assert found == value if isinstance(value, str) else json.loads(found or "null") == value


@given(st.text(), st.lists(st.text() | st.integers(0, 5) | st.none(), min_size=1))
def test_no_payload_crashes(payload: str, steps: list[str | int | None]) -> None:
    found = extract(payload, Keypath(tuple(steps)))
    assert found is None or isinstance(found, str)
