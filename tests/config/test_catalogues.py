"""The file that keeps a console's lists: the same for the same lists, read back whole, and refused where damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from console_vocabularies import console, listed

from dac.aql.catalogue import OffenseIndex
from dac.config.catalogues import catalogue_text, read_catalogue
from dac.config.json_positions import line_of
from dac.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from dac.model.diagnostic import Diagnostic

ROWS = (listed("B", "String", "Host", required=1), listed("A", repeated=True), listed("A", "Long"))
PROPERTIES, SETS = {"Größe": "NUMERIC", "Badge": "STRING"}, {"Seen: users": "ALNIC", "Blocked": "IP"}
CATEGORIES = {3003: "Host Login Failed", 1002: "Unknown"}
INDEXES = (OffenseIndex(0, "Source IP", "sourceIP"), OffenseIndex(70, "Badge", "Badge", custom=True))
LISTS: dict[str, Any] = {"categories": CATEGORIES, "offense_types": INDEXES}
FULL = console("prod", functions=ROWS, properties=PROPERTIES, sets=SETS, **LISTS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prod.catalogue.json"
    path.write_text(catalogue_text(FULL), encoding="utf-8")
    return path


def damage(path: Path, name: str = "prod") -> tuple[Diagnostic, ...]:
    with pytest.raises(ConfigError) as refused:
        read_catalogue(path, "stacks/prod.catalogue.json", name)
    return refused.value.diagnostics


def test_what_is_written_reads_back_and_is_written_the_same_again(file: Path) -> None:
    again = read_catalogue(file, "shown", "prod")
    assert catalogue_text(again) == catalogue_text(FULL)
    assert (again.properties, again.functions.keys()) == (FULL.properties, FULL.functions.keys())
    assert again.reference_sets == SETS
    assert (again.categories, again.offense_types) == (CATEGORIES, INDEXES)


def test_a_file_of_an_earlier_dac_says_nothing_of_sets_categories_and_offense_types(file: Path) -> None:
    content = json.loads(file.read_bytes())
    for since in ("reference_sets", "low_level_categories", "offense_types"):
        del content[since]
    file.write_text(json.dumps(content), encoding="utf-8")
    read = read_catalogue(file, "shown", "prod")
    assert (read.reference_sets, read.categories, read.offense_types) == (None, None, None)
    assert json.loads(catalogue_text(read)) == content


def test_the_order_in_which_a_console_answers_changes_nothing() -> None:
    properties, sets = (dict(reversed(one.items())) for one in (PROPERTIES, SETS))
    lists = {"categories": dict(reversed(CATEGORIES.items())), "offense_types": INDEXES[::-1]}
    turned = console("prod", functions=ROWS[::-1], properties=properties, sets=sets, **lists)
    assert catalogue_text(turned) == catalogue_text(FULL)


def test_each_row_has_a_line_of_its_own_for_the_sake_of_diffs() -> None:
    lines = catalogue_text(FULL).splitlines()
    assert '  {"id": 382, "name": "Okta"},' in lines
    assert '  "Größe": "NUMERIC"' in lines
    assert json.loads("\n".join(lines))["version"] == 1


@pytest.mark.parametrize(
    ("before", "after", "line", "summary"),
    [
        ('"version": 1', '"version": 7', 2, "this catalogue has the format 7, and this dac reads 1"),
        ('"version": 1', '"version": "1"', 2, "version: input should be 1"),
        ('"console": "prod",', "<<<<<<< HEAD", 3, "this is not valid JSON"),
        ('"required": 1, "arguments": ["String"', '"required": "1", "arguments": ["String"', 8, "functions.2.required"),
        ('"id": 382', '"id": null', None, "log_source_types.0.id"),
        ('"id": 1002', '"id": "1002"', None, "low_level_categories.0.id"),
        ('"custom": true', '"custom": 1', None, "offense_types.1.custom"),
        ('"Badge": "STRING"', '"Badge": ["STRING"]', None, "custom_properties.Badge"),
        ('"api_version"', '"api"', 1, "api_version: field required"),
    ],
)
def test_damage_is_named_with_its_line(file: Path, before: str, after: str, line: int | None, summary: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    expected = line or 1 + file.read_text(encoding="utf-8").split(after)[0].count("\n")
    found = next(one for one in damage(file) if summary in one.summary)
    assert (found.code, str(found.position)) == ("bad-catalogue", f"stacks/prod.catalogue.json:{expected}")
    assert found.hint


def test_the_catalogue_of_another_console_is_not_taken_for_this_ones(file: Path) -> None:
    (found,) = damage(file, "dev")
    assert found.summary == "this is the catalogue of console prod, not of dev"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"[]", b"9" * 5000, b"[" * 100_000, b'{"version": 1}'])
def test_nothing_in_the_file_ends_in_a_traceback(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert damage(file)


def test_a_checkout_with_windows_line_ends_reads_the_same(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert catalogue_text(read_catalogue(file, "shown", "prod")) == catalogue_text(FULL)


def test_lines_are_counted_in_any_layout() -> None:
    text = '{\n"a":\n[1,\n{"b" : "}\\n"\n, "c":2}]}\n'
    places = [("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("a", 1, "c"), ("a", 7), ("x",)]
    assert [line_of(text, path) for path in places] == [3, 3, 4, 4, 5, 3, 1]
