from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kind_forms import TABLES, forms

from dac.model.change import MISSING
from dac.planning.compare import Difference, differences

key = st.sampled_from(["a", "b", "c", "__d", "enabled"])
scalar = st.none() | st.booleans() | st.integers(-3, 3) | st.text("xy_", max_size=3) | st.just(1.0)
value = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(key, inner, max_size=3), max_leaves=6
)
entries = st.dictionaries(st.text('a.]["', max_size=3), st.text("ab", max_size=2), max_size=4)
form = st.tuples(
    st.dictionaries(key, value, max_size=4), st.just({}) | entries.map(lambda found: {"entries": found})
).map(lambda parts: parts[0] | parts[1])


def applied(before: dict[str, Any], found: tuple[Difference, ...]) -> dict[str, Any]:
    """Carry out differences on a copy, by their printed paths, the way a reader would."""
    after = dict(before)
    for difference in found:
        node, path = after, difference.path.split(".")
        if difference.path.startswith('entries["'):
            path = ["entries", difference.path[len('entries["') : -len('"]')]]
        for step in path[:-1]:
            node[step] = dict(node.get(step, {}))
            node = node[step]
        if difference.after is MISSING:
            node.pop(path[-1])
        else:
            node[path[-1]] = difference.after
    return after


def without_empty_entries(deployed: dict[str, Any]) -> dict[str, Any]:
    """A set has entries or none: whether the key is there says nothing."""
    return {name: item for name, item in deployed.items() if name != "entries" or item}


@given(form, form)
@example({"__d": 1}, {"__d": 2})
@example({"a": 1, "b": 1}, {"a": 1.0, "b": 2})
@example({"a": {"b": 1, "c": 2}}, {"a": {"enabled": 3}})
@example({"a": {}}, {"a": {"b": {}}})
@example({"a": {"b": 1}}, {"a": []})
def test_there_is_a_difference_exactly_where_two_forms_are_unequal(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    before, after = without_empty_entries(before), without_empty_entries(after)
    found = differences(before, after)
    assert bool(found) is (before != after)
    assert without_empty_entries(applied(before, found)) == after
    assert all(difference.before != difference.after for difference in found)
    assert [difference.path for difference in found] == sorted({difference.path for difference in found})


@given(form, form)
def test_the_way_back_is_the_same_way(before: dict[str, Any], after: dict[str, Any]) -> None:
    there = {(one.path, repr(one.before), repr(one.after)) for one in differences(before, after)}
    back = {(one.path, repr(one.after), repr(one.before)) for one in differences(after, before)}
    assert there == back


@pytest.mark.parametrize("name", sorted(TABLES))
@settings(max_examples=25)
@given(data=st.data())
def test_it_holds_for_the_forms_of_every_kind(name: str, data: st.DataObject) -> None:
    before, after = data.draw(forms(name)), data.draw(forms(name))
    assert applied(before, differences(before, after)) == after


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"severity": 5}, {"severity": 8}, [("severity", 5, 8)]),
        ({}, {"notes": "x"}, [("notes", MISSING, "x")]),
        ({"notes": None}, {}, [("notes", None, MISSING)]),
        (
            {"offense": {"index": "username", "annotation": "x"}},
            {"offense": {"index": "sourceip"}},
            [("offense.annotation", "x", MISSING), ("offense.index", "username", "sourceip")],
        ),
        ({"groups": ["a", "b"]}, {"groups": ["a", "c"]}, [("groups", ["a", "b"], ["a", "c"])]),
        (
            {"expressions": [{"qid": 1, "x": 2}]},
            {"expressions": [{"qid": 2, "x": 2}]},
            [("expressions", [{"qid": 1, "x": 2}], [{"qid": 2, "x": 2}])],
        ),
        (
            {"entries": {"a": "", "b": "old"}},
            {"entries": {"b": "new", "c": ""}},
            [('entries["a"]', "", MISSING), ('entries["b"]', "old", "new"), ('entries["c"]', MISSING, "")],
        ),
    ],
)
def test_a_difference_is_one_field_as_people_read_it(
    before: dict[str, Any], after: dict[str, Any], found: list[tuple[str, Any, Any]]
) -> None:
    assert [(one.path, one.before, one.after) for one in differences(before, after)] == found


LARGE = """
import sys
from dac.planning.compare import differences
before = {"name": "x", "entries": {str(n): "" for n in range(50_000)}}
after = before | {"entries": {str(n): "" for n in range(5, 50_005)}}
assert len(differences(before, after)) == 10
assert differences(before, dict(before)) == ()
new = differences({}, after)
assert len(new) == 50_001
print("deepdiff" in sys.modules)
differences({"a": 1}, {"a": 2})
print("deepdiff" in sys.modules)
"""


def test_entries_and_what_is_new_never_see_deepdiff() -> None:
    """It is quadratic where sets are linear, and its import alone costs more than a plan may."""
    out = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "True"]
