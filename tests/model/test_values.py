"""Small laws of the values that rooms hand to each other."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.model.address import Address
from dac.model.capabilities import Capabilities
from dac.model.change import MISSING, Action, Change
from dac.model.deployed import digest
from dac.model.diagnostic import Diagnostic, Diagnostics, Severity
from dac.model.plan import ConsoleRef, Plan
from dac.model.position import SourcePosition

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_a_digest_is_the_same_on_every_machine() -> None:
    """SHA-256 of `{"a":null,"b":[1,"ü"]}`, as any other program computes it."""
    known = "6bafd57c7869b3aca54e576a5157b40cc195c8486124cab93d52f1b59556838e"
    assert digest({"b": [1, "ü"], "a": None}) == known


@given(st.dictionaries(st.text(), values))
def test_the_order_of_keys_means_nothing_to_a_digest(value: dict[str, object]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)


@pytest.mark.parametrize(("one", "other"), [([1, 2], [2, 1]), ("1", 1), (None, ""), ({"a": 1}, {"a": 2}), (True, 1)])
def test_what_is_not_the_same_has_another_digest(one: object, other: object) -> None:
    assert digest(one) != digest(other)


def test_missing_is_one_thing_wherever_it_is_copied_to() -> None:
    assert copy.deepcopy(MISSING) is MISSING
    assert pickle.loads(pickle.dumps(MISSING)) is MISSING  # noqa: S301 - our own bytes
    assert (repr(MISSING), MISSING != None) == ("MISSING", True)  # noqa: E711 - None is a value of its own


def at(path: str | None, line: int = 1, summary: str = "x", severity: Severity = Severity.WARNING) -> Diagnostic:
    position = None if path is None else SourcePosition(path, line)
    return Diagnostic(severity, "code", summary, position=position)


def test_diagnostics_are_sorted_by_file_and_line_and_shown_once() -> None:
    found = Diagnostics()
    found.extend([at("b.toml"), at("a.toml", 10), at("a.toml", 9), at(None), at("a.toml", 9)])
    assert found.sorted() == (at(None), at("a.toml", 9), at("a.toml", 10), at("b.toml"))


def test_only_an_error_is_an_error() -> None:
    found = Diagnostics()
    found.add(at("a.toml", severity=Severity.INFO))
    assert not found.has_errors
    found.add(at("a.toml", severity=Severity.ERROR))
    assert found.has_errors


def test_a_position_is_written_the_way_editors_jump_to() -> None:
    assert str(SourcePosition("stacks/cloud/a.toml", 12)) == "stacks/cloud/a.toml:12"


@pytest.mark.parametrize(("version", "has"), [((16, 0), False), ((21, 9), False), ((22, 0), True), ((26, 0), True)])
def test_sets_have_descriptions_from_api_22_on(version: tuple[int, int], *, has: bool) -> None:
    assert Capabilities(version, "build").set_descriptions is has


def test_a_plan_tells_what_it_does_from_what_it_leaves() -> None:
    changes = tuple(Change(Address("s", "k", str(n)), action, "") for n, action in enumerate(Action))
    made = Plan(ConsoleRef("prod", "https://x"), ("s",), changes, ())
    assert [change.action for change in made.pending] == [action for action in Action if action is not Action.NO_OP]
    assert [made.count(action) for action in Action] == [1] * len(Action)
