"""A wrong table ends in words for its author, whatever the library that found it says."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from dac.model.diagnostic import Finding
from dac.resources.registry import kind
from dac.resources.validation import did_you_mean, nearest, validate, validate_model

Level = Annotated[int, Field(ge=0, le=10)] | Literal["low", "medium", "high", "critical"]


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Event(Strict):
    name: str
    naming: Literal["override", "none"] = "none"


class Row(Strict):
    field: str
    when: str = ""


class Rule(Strict):
    name: Annotated[str, Field(min_length=2, max_length=8, pattern="^[a-z]+$")] = "abc"
    severity: Level = 5
    event: bool | Event = True
    row: list[Row] = []
    groups: tuple[str, ...] = Field(default=(), strict=False)
    count: Annotated[int, Field(ge=1)] = 1
    ratio: Annotated[float, Field(gt=0, lt=1)] = 0.5
    expires: dt.date | None = None
    colour: Colour | None = Field(default=None, strict=False)
    tables: dict[str, Row] = {}
    few: Annotated[list[int], Field(min_length=1, max_length=2)] = [1]
    word: str = ""

    @field_validator("word")
    @classmethod
    def _no_swearing(cls, text: str) -> str:
        if text == "damn":
            raise ValueError("mind your language")
        return text


def findings(**table: Any) -> list[tuple[str, Any, str, str]]:
    model, found = validate_model(Rule, table)
    assert (model is None) == bool(found)
    return [(one.code, one.path, one.summary, one.hint) for one in found]


LEVEL = "a whole number from 0 to 10 or low/medium/high/critical is wanted"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"severity": {}}, ("wrong-type", ("severity",), f"severity is a table, {LEVEL}", "")),
        (
            {"severity": "hihg"},
            ("invalid-value", ("severity",), f'severity is "hihg", {LEVEL}', 'did you mean "high"?'),
        ),
        ({"severity": 11}, ("invalid-value", ("severity",), f"severity is 11, {LEVEL}", "")),
        ({"severity": True}, ("invalid-value", ("severity",), f"severity is true, {LEVEL}", "")),
        ({"severty": 5}, ("unknown-key", ("severty",), 'unknown key "severty"', 'did you mean "severity"?')),
        (
            {"zzz": 5},
            (
                "unknown-key",
                ("zzz",),
                'unknown key "zzz"',
                "known: colour, count, event, expires, few, groups, name, ratio, row, severity, tables, word",
            ),
        ),
        ({"name": 3}, ("wrong-type", ("name",), "name is 3, a text is wanted", "")),
        ({"name": "x"}, ("invalid-value", ("name",), 'name is "x", a text of at least 2 character(s) is wanted', "")),
        ({"name": "x" * 9}, ("invalid-value", ("name",), "name is longer than the 8 characters it may have", "")),
        ({"name": "Abc"}, ("invalid-value", ("name",), 'name is "Abc", which does not match ^[a-z]+$', "")),
        ({"groups": "a"}, ("wrong-type", ("groups",), 'groups is "a", a list of texts is wanted', "")),
        ({"groups": ["a", 1]}, ("wrong-type", ("groups", 1), "groups[1] is 1, a text is wanted", "")),
        ({"count": 0}, ("invalid-value", ("count",), "count is 0, a whole number of at least 1 is wanted", "")),
        ({"count": 1.5}, ("wrong-type", ("count",), "count is 1.5, a whole number of at least 1 is wanted", "")),
        ({"ratio": 1.0}, ("invalid-value", ("ratio",), "ratio is 1.0, a number above 0 below 1 is wanted", "")),
        (
            {"expires": "soon"},
            ("wrong-type", ("expires",), 'expires is "soon", a date such as 2027-03-31 is wanted', ""),
        ),
        (
            {"colour": "rad"},
            ("invalid-value", ("colour",), 'colour is "rad", red/blue is wanted', 'did you mean "red"?'),
        ),
        ({"event": "yes"}, ("wrong-type", ("event",), 'event is "yes", true or false or a table is wanted', "")),
        (
            {"event": {"name": "a", "naming": "overide"}},
            (
                "invalid-value",
                ("event", "naming"),
                'event.naming is "overide", override/none is wanted',
                'did you mean "override"?',
            ),
        ),
        (
            {"event": {}},
            ("missing-key", ("event", "name"), "event.name is missing", "add it: a text is wanted"),
        ),
        ({"row": {}}, ("wrong-type", ("row",), "row is a table, a list of tables is wanted", "")),
        ({"row": [3]}, ("wrong-type", ("row", 0), "row[0] is 3, a table is wanted", "")),
        (
            {"row": [{"field": "a"}, {"when": "x"}]},
            ("missing-key", ("row", 1, "field"), "row[1].field is missing", "add it: a text is wanted"),
        ),
        (
            {"tables": {"a": {"field": 1}}},
            ("wrong-type", ("tables", "a", "field"), "tables.a.field is 1, a text is wanted", ""),
        ),
        ({"few": []}, ("invalid-value", ("few",), "few has 0 item(s), at least 1 are wanted", "")),
        ({"few": [1, 2, 3]}, ("invalid-value", ("few",), "few has 3 items, at most 2 are wanted", "")),
        ({"word": "damn"}, ("invalid-value", ("word",), "word: mind your language", "")),
    ],
)
def test_a_mistake_is_one_finding_in_plain_words(table: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert findings(**table) == [expected]


def test_a_misspelt_key_is_not_reported_as_missing_too() -> None:
    assert findings(row=[{"feild": "a"}]) == [
        ("unknown-key", ("row", 0, "feild"), 'unknown key "feild" in row[0]', 'did you mean "field"?')
    ]


def test_all_mistakes_of_a_table_are_found_at_once() -> None:
    assert [path for _, path, _, _ in findings(name=1, count=0, row=[{}], x=1)] == [
        ("name",),
        ("row", 0, "field"),
        ("count",),
        ("x",),
    ]


def test_a_long_text_is_not_repeated_in_the_message() -> None:
    assert findings(severity="x" * 200)[0][2].startswith("severity is a text, ")


def test_a_right_table_is_its_model_and_nothing_else() -> None:
    model, found = validate_model(Rule, {"severity": "high", "event": {"name": "a"}, "row": [{"field": "b"}]})
    assert found == []
    assert isinstance(model, Rule)
    assert model.event == Event(name="a")


def test_the_keys_that_steer_a_resource_are_offered_too() -> None:
    _, found = validate(kind("building_block"), {"name": "x", "filter": "a = 1", "movd": "building_block.y"})
    assert found == [Finding("unknown-key", 'unknown key "movd"', ("movd",), hint='did you mean "moved"?')]


def test_no_word_of_the_library_reaches_the_reader() -> None:
    words = ("pydantic", "Input should", "validation error", "type=")
    _, found = validate(kind("detection"), {"name": 1, "severity": [], "offense": 3, "exception": [{"when": {}}]})
    text = "".join(f"{one.summary}{one.detail}{one.hint}" for one in found)
    assert text
    assert not [word for word in words if word in text]


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [("prd", ["prod", "dev"], "prod"), ("PROD", ["prod"], "prod"), ("zzz", ["prod"], ""), ("x", [], "")],
)
def test_the_nearest_name_is_offered_only_when_it_is_near(name: str, known: list[str], expected: str) -> None:
    assert nearest(name, known) == expected


def test_without_a_near_name_the_known_ones_are_listed_but_not_hundreds() -> None:
    assert did_you_mean("zzz", ["b", "a"]) == "known: a, b"
    assert did_you_mean("zzz", [], otherwise="declare one") == "declare one"
    assert did_you_mean("zzz", [f"n{i:02}" for i in range(40)]).endswith("n11, ...")
