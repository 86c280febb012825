"""The file of a state: every document survives it, and whatever is no document is called what it is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_samples import RULE, small_document

from dac.errors import StateError
from dac.model.address import Address
from dac.model.plan import ConsoleRef
from dac.model.resource import Recorded, Reference
from dac.model.run import Aim, Intent, Result
from dac.state.codec import decode, encode
from dac.state.document import ClosedWave, LastApply, StateDocument
from dac.state.entries import read_recorded

if TYPE_CHECKING:
    from collections.abc import Callable

text = st.text(max_size=12)
number = st.integers(0, 2**53)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
local = st.builds("{}.{}".format, st.sampled_from(["detection", "reference_set"]), names)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3)
)


@st.composite
def documents(draw: st.DrawFn) -> StateDocument:
    stack = draw(names)
    bodies = st.builds(
        Recorded,
        address=st.none(),
        uuid=text,
        name=text,
        remote_id=text,
        deployed=st.dictionaries(text, json_values, max_size=3),
        digest=text,
        references=st.lists(st.builds(Reference, text, text), max_size=2).map(tuple),
        fingerprint=text,
        protect=st.booleans(),
        valid_until=st.none() | number,
        retired=st.none() | number,
        held=st.booleans(),
    )
    resources = draw(st.dictionaries(local, bodies, max_size=3))
    paths = st.lists(st.lists(text, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple)
    aims = st.builds(Aim, st.dictionaries(text, json_values, max_size=2), paths, st.booleans())
    touched = st.dictionaries(local, text, max_size=2)
    intents = st.builds(Intent, text, number, text, number, touched, st.dictionaries(local, aims, max_size=2))
    results = st.dictionaries(local, st.sampled_from(Result), max_size=2)
    waves = st.builds(ClosedWave, text, number, text, results, st.dictionaries(local, text, max_size=2))
    return StateDocument(
        stack=stack,
        console=draw(st.builds(ConsoleRef, text, text, text)),
        lineage=draw(text),
        serial=draw(number),
        dac_version=draw(text),
        resources={key: replace(body, address=Address.parse(key, stack=stack)) for key, body in resources.items()},
        intents=tuple(draw(st.lists(intents, max_size=2))),
        outcomes=tuple(draw(st.lists(waves, max_size=2))),
        context_digest=draw(text),
        last_apply=draw(st.none() | st.builds(LastApply, text, number, st.booleans(), st.booleans())),
    )


def read(data: bytes) -> StateDocument:
    return decode(data, where="state/prod/cloud.json", recovery="Take the backup.")


def refusal(data: bytes) -> StateError:
    with pytest.raises(StateError) as caught:
        read(data)
    assert caught.value.summary.startswith("state/prod/cloud.json ")
    return caught.value


@given(documents())
def test_what_is_encoded_is_decoded(document: StateDocument) -> None:
    data = encode(document)
    assert read(data) == document
    assert json.loads(data)["stack"] == document.stack


@given(documents())
def test_the_order_in_which_a_record_was_filled_does_not_show(document: StateDocument) -> None:
    backwards = replace(document, resources=dict(reversed(document.resources.items())))
    assert encode(backwards) == encode(document)


def test_the_format_is_the_one_that_is_out_there(golden: Any) -> None:
    golden("state/small.json", encode(small_document()).decode())
    assert read(golden.path("state/small.json").read_bytes()) == small_document()


def test_an_empty_record_is_a_small_file() -> None:
    data = encode(StateDocument("cloud", ConsoleRef("dev", "https://dev"), "l-1", dac_version="0.1.0"))
    assert data.decode().splitlines() == [
        "{",
        '"version": 1,',
        '"dac_version": "0.1.0",',
        '"stack": "cloud",',
        '"console": {"name":"dev","url":"https://dev"},',
        '"serial": 0,',
        '"lineage": "l-1",',
        '"resources": {}',
        "}",
    ]


def test_one_changed_resource_is_one_changed_line() -> None:
    before = small_document()
    changed = replace(before.resources[RULE.local], digest="d2")
    after = replace(before, resources={**before.resources, RULE.local: changed})
    pairs = zip(encode(before).splitlines(), encode(after).splitlines(), strict=True)
    assert [old[:25] for old, new in pairs if old != new] == [b'"detection.risky_sign_in"']


def test_text_that_is_no_valid_utf_8_can_be_recorded() -> None:
    document = replace(small_document(), context_digest="\ud800 half a character")
    assert read(encode(document)) == document


def test_keys_of_a_later_minor_version_are_passed_over() -> None:
    table = json.loads(encode(small_document()))
    table["colour"] = "blue"
    table["resources"][RULE.local]["colour"] = "red"
    assert read(json.dumps(table).encode()) == small_document()


def test_a_file_cut_anywhere_is_called_truncated() -> None:
    data = encode(small_document()).rstrip()
    for length in range(1, len(data)):
        assert "is truncated: it ends after" in refusal(data[:length]).summary


@pytest.mark.parametrize(
    ("data", "summary"),
    [
        (b"", "state/prod/cloud.json is empty"),
        (b" \n", "state/prod/cloud.json is empty"),
        (b"\x00" * 8, "state/prod/cloud.json is not JSON: .*"),
        (b"\xff\xfe\xfd", "state/prod/cloud.json is not JSON"),
        (b"{'serial': 1}", "state/prod/cloud.json is not JSON: Expecting property name .* at line 1, column 2"),
        (b'{"a": 1}\n<<<<<<< HEAD\n{}', "state/prod/cloud.json is not JSON: Extra data at line 2, column 1"),
        (b'{"serial": ' + b"9" * 5000 + b"}", "state/prod/cloud.json is not JSON"),
        (b'{"a":' * 100_000 + b"}" * 100_000, "state/prod/cloud.json is not JSON"),
        (b"[1]", "state/prod/cloud.json is JSON, but not a state document"),
    ],
)
def test_what_is_no_json_is_called_what_it_is(data: bytes, summary: str) -> None:
    error = refusal(data)
    assert re.fullmatch(summary, error.summary)
    assert error.hint == "Take the backup."


def drop(*path: Any) -> Callable[[Any], None]:
    def change(table: Any) -> None:
        for key in path[:-1]:
            table = table[key]
        del table[path[-1]]

    return change


def put(value: object, *path: Any) -> Callable[[Any], None]:
    def change(table: Any) -> None:
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = value

    return change


RECORD = ("resources", "detection.risky_sign_in")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (drop("serial"), "serial is missing"),
        (drop("version"), "version is missing"),
        (put(0, "version"), "version is 0, the first was 1"),
        (put(True, "serial"), "serial is true, and should be a whole number"),
        (put(1.0, "serial"), "serial is 1.0, and should be a whole number"),
        (put(None, "lineage"), "lineage is null, and should be text"),
        (drop("console", "url"), "console.url is missing"),
        (put(["a"], "console", "identity"), 'console.identity is ["a"], and should be text'),
        (put({}, "intents"), "intents is {}, and should be a list"),
        (put([3], "intents"), "intents[0] is 3, and should be an object"),
        (drop("intents", 0, "run_id"), "intents[0].run_id is missing"),
        (put(5, "intents", 0, "pre_images", "a.b"), "intents[0].pre_images.a.b is 5, and should be text"),
        (put({"a.b": 5}, "intents", 0, "aims"), "intents[0].aims.a.b is 5, and should be an object"),
        (put({"a.b": {}}, "intents", 0, "aims"), "intents[0].aims.a.b.form is missing"),
        (
            put({"a.b": {"form": {}, "without": [[5]]}}, "intents", 0, "aims"),
            "intents[0].aims.a.b.without has [5], and should have lists of names",
        ),
        (
            put("lost", "outcomes", 1, "results", "a.b"),
            'outcomes[1].results.a.b is "lost", and should be one of applied, failed, skipped',
        ),
        (drop("last_apply", "at"), "last_apply.at is missing"),
        (put("x", "resources"), 'resources is "x", and should be an object'),
        (put({}, "resources", "detection"), 'resources["detection"] should be kind.name'),
        (put({}, "resources", "other/a.b"), 'resources["other/a.b"] should be kind.name'),
        (put([], *RECORD), 'resources["detection.risky_sign_in"] is [], and should be an object'),
        (drop(*RECORD, "deployed"), 'resources["detection.risky_sign_in"].deployed is missing'),
        (
            put("x" * 99, *RECORD, "deployed"),
            f'resources["detection.risky_sign_in"].deployed is "{"x" * 36}..., and should be an object',
        ),
        (
            put([["set"]], *RECORD, "references"),
            'resources["detection.risky_sign_in"].references has ["set"], and should have pairs of kind and name',
        ),
        (
            put("soon", *RECORD, "valid_until"),
            'resources["detection.risky_sign_in"].valid_until is "soon", and should be a whole number',
        ),
    ],
)
def test_a_missing_or_wrong_value_is_named_with_its_place(change: Callable[[Any], None], problem: str) -> None:
    table = json.loads(encode(small_document()))
    change(table)
    error = refusal(json.dumps(table).encode())
    assert error.summary == f"state/prod/cloud.json is not a state document: {problem}"
    assert error.hint == "Take the backup."


def test_the_file_of_a_newer_dac_is_refused_and_not_called_broken() -> None:
    table = json.loads(encode(small_document()))
    table |= {"version": 2, "dac_version": "0.9.0", "resources": "in another way"}
    error = refusal(json.dumps(table).encode())
    assert error.summary == "state/prod/cloud.json was written by a newer dac"
    assert "format version 2" in error.detail
    assert "Install dac 0.9.0 or later" in error.hint


_FILTER = {"class": "ArielFilterTest", "parameters": {"1": {"field": "userName", "operator": "EQ", "values": ["x"]}}}


@pytest.mark.parametrize(
    ("tests", "left"),
    [
        ([{**_FILTER, "parameters": _FILTER["parameters"] | {"2": "events"}}], None),
        ([_FILTER], [_FILTER]),
        ([{"class": "Future_Test"}], [{"class": "Future_Test"}]),
        ([{"class": "ArielFilterTest", "parameters": 7}], [{"class": "ArielFilterTest", "parameters": 7}]),
        ("no list", "no list"),
    ],
)
def test_tests_that_have_a_field_by_now_are_read_as_that(tests: Any, left: Any) -> None:
    form = {"name": "R", "type": "EVENT", "enabled": True}
    table = read_recorded("s", "detection.x", _recorded(form | {"other_tests": tests})).deployed
    fields = {"property_tests": [{"property": "username", "is": "x"}]} if left is None else {"other_tests": left}
    assert table == form | fields


def _recorded(deployed: dict[str, Any]) -> dict[str, Any]:
    return {"uuid": "u", "name": "R", "remote_id": "1", "digest": "d", "deployed": deployed}


def test_reading_a_state_loads_nothing_heavy() -> None:
    code = (
        "import sys, dac.state.local; "
        "print([m for m in ('pydantic', 'filelock', 'httpx', 'deepdiff', 'rich', 'typer') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
