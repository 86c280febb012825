"""What dac has learnt of one console's rule wizard, from the rules that are on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ParameterForm:
    """How the console writes one parameter of a test, without its value; None is an element that is not there.

    `options` is the XML of userOptions. `fixed` is the value that every test has which was seen, '' included, of a
    parameter that dac's own catalogue does not know; None for all others.
    """

    id: str
    name: str | None = None
    initial_text: str | None = None
    selection_label: str | None = None
    options: str | None = None
    types: str | None = None
    selection_id: str | None = None
    fixed: str | None = None


@dataclass(frozen=True, slots=True)
class TestForm:
    """How the console writes the tests of one class and number, in rules of one type (EVENT, FLOW, COMMON, OFFENSE).

    `text` has {N} for the link of parameter N. `filled` are the sets of parameters that had a value, by their ids:
    where a class has several numbers, they tell which one is meant. `seen` counts the tests this was learnt from.
    """

    __test__ = False  # not for pytest

    rule_type: str
    id: str
    group: str | None
    group_id: str | None
    capabilities: str | None
    text: str | None
    parameters: tuple[ParameterForm, ...]
    filled: tuple[tuple[str, ...], ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `dac console calibrate` found. `tests` are by class, as stacks write it.

    console: its name in dac.toml. url: its origin. identity: the id dac gave it, '' for none. build: what it ran.
    rules: how many were read. canary: whether a rule that dac wrote came back equal, and not just what was read.
    """

    console: str
    url: str
    identity: str
    api_version: str
    build: str
    rules: int
    canary: bool
    tests: Mapping[str, tuple[TestForm, ...]] = field(default_factory=dict)
