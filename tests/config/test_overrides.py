"""A table of a console is laid over the resource, and every value is found where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from project_files import load, only_resource, problems, write

from dac.config.loading import load_project
from dac.config.overrides import merged

if TYPE_CHECKING:
    from pathlib import Path

DETECTION = """\
[detection.x]
name = "X"
severity = "high"
groups = ["a", "b"]
filter = '''
one
two'''
[detection.x.offense]
index = "username"
event = { name = "E", category = "C" }

[detection.x.console.dev]
severity = "low"
groups = ["c"]
filter = "three"
offense.event.name = "E on dev"
notes = "only on dev"

[detection.x.console.prod]
protect = true
"""


def test_tables_are_merged_and_everything_else_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": DETECTION})
    assert only_resource(load(tmp_path, "dev")).table == {
        "name": "X",
        "severity": "low",
        "groups": ["c"],
        "filter": "three",
        "offense": {"index": "username", "event": {"name": "E on dev", "category": "C"}},
        "notes": "only on dev",
    }
    prod = only_resource(load(tmp_path, "prod")).table
    assert (prod["severity"], prod["protect"], "console" in prod) == ("high", True, False)
    local = only_resource(load(tmp_path, "local")).table
    assert (local["severity"], "protect" in local, "console" in local) == ("high", False, False)


@pytest.mark.parametrize(
    ("path", "offset", "on_dev", "on_prod"),
    [
        (("severity",), 0, 13, 3),
        (("name",), 0, 2, 2),
        (("groups", 0), 0, 14, 4),
        (("filter",), 1, 15, 7),
        (("offense", "event", "name"), 0, 16, 10),
        (("offense", "event", "category"), 0, 10, 10),
        (("offense", "indx"), 0, 16, 8),
        (("notes",), 0, 17, 1),
        (("missing",), 0, 1, 1),
        ((), 0, 1, 1),
    ],
)
def test_a_value_is_found_in_the_table_it_comes_from(
    tmp_path: Path, path: tuple[str | int, ...], offset: int, on_dev: int, on_prod: int
) -> None:
    write(tmp_path, {"stacks/a/x.toml": DETECTION})
    assert only_resource(load(tmp_path, "dev")).locate(path, offset).line == on_dev
    assert only_resource(load(tmp_path, "prod")).locate(path, offset).line == on_prod


def test_the_digest_is_that_of_what_the_console_gets(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": DETECTION})
    digests = {name: only_resource(load(tmp_path, name)).digest for name in ("local", "dev", "prod")}
    assert len(set(digests.values())) == 3
    write(tmp_path, {"stacks/a/x.toml": DETECTION.replace('severity = "low"', 'severity = "medium"')})
    assert only_resource(load(tmp_path, "prod")).digest == digests["prod"]
    assert only_resource(load(tmp_path, "dev")).digest != digests["dev"]


def test_any_kind_can_differ_by_console(tmp_path: Path) -> None:
    text = '[reference_set.s]\nname = "S"\nentry_type = "IP"\n[reference_set.s.console.dev]\nname = "S dev"\n'
    write(tmp_path, {"stacks/a/x.toml": text})
    assert only_resource(load(tmp_path, "dev")).table["name"] == "S dev"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[building_block.x.console.prd]\n", 'stacks/a/x.toml:1: "prd" is not a console of dac.toml'),
        ("[building_block.x]\nconsole = 3\n", "stacks/a/x.toml:2: console is 3, a table for each console is wanted"),
        ("[building_block.x]\nconsole.dev = 3\n", "stacks/a/x.toml:2: console.dev is 3, a table is wanted"),
        ("[building_block.x]\nuuid.prod = 'a'\n", "stacks/a/x.toml:2: uuid is neither a text nor a table of consoles"),
        ("[building_block.x]\nuuid.console.prd = 'a'\n", 'stacks/a/x.toml:2: "prd" is not a console of dac.toml'),
        (
            "[building_block.x]\nmoved = 3\n",
            "stacks/a/x.toml:2: moved is 3, an address or a list of addresses is wanted",
        ),
        ("[building_block.x]\nmoved = 'old'\n", 'stacks/a/x.toml:2: moved holds "old", which is not an address'),
        ("[building_block.x]\nmoved = [3]\n", "stacks/a/x.toml:2: moved holds 3, an address is wanted"),
        (
            "[building_block.x]\nmoved = 'detection.y'\n",
            "stacks/a/x.toml:2: detection.y: a building_block cannot have been a detection",
        ),
        (
            "[building_block.x]\nmoved = 'building_block.x'\n",
            "stacks/a/x.toml:2: building_block.x is its present address",
        ),
        (
            "[building_block.x]\nmoved = ['building_block.y', 'building_block.y']\n",
            "stacks/a/x.toml:2: building_block.y is in moved twice",
        ),
        (
            "[building_block.x]\nmoved = 'b/building_block.y'\n",
            (
                "stacks/a/x.toml:2: b/building_block.y: a resource cannot be moved from another stack, "
                "whose state is a document of its own"
            ),
        ),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, {"stacks/a/x.toml": text}) == [expected]


def test_a_wrong_console_is_reported_whichever_console_is_asked(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": "[building_block.x]\n[building_block.x.console.prd]\n"})
    for console in ("local", "dev", "prod"):
        (diagnostic,) = load(tmp_path, console).diagnostics
        assert diagnostic.hint == 'did you mean "prod"?'


# --- identity

A, B = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def test_a_uuid_is_explicit_or_differs_by_console(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": f'[building_block.x]\nuuid = "{A}"\n'})
    assert only_resource(load(tmp_path)).table["uuid"] == A
    write(tmp_path, {"stacks/a/x.toml": f'[building_block.x]\nuuid.console.prod = "{A}"\nuuid.console.dev = "{B}"\n'})
    assert only_resource(load(tmp_path, "prod")).table["uuid"] == A
    assert only_resource(load(tmp_path, "dev")).table["uuid"] == B
    assert "uuid" not in only_resource(load(tmp_path, "local")).table


def test_a_uuid_is_derived_from_the_project_and_the_oldest_address(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": "[building_block.old]\n"})
    project = load_project(tmp_path)
    first = only_resource(load(tmp_path)).uuid(project.id)
    assert first == "1069e674-9d1c-546e-b435-6cfe375246d2"
    text = "[building_block.new]\nmoved = ['building_block.old', 'building_block.middle']\n"
    write(tmp_path, {"stacks/a/x.toml": text})
    moved = only_resource(load(tmp_path))
    assert [str(address) for address in moved.previous] == ["a/building_block.middle", "a/building_block.old"]
    assert moved.uuid(project.id) == first
    assert "moved" not in moved.table


def test_an_explicit_uuid_wins_over_the_derived_one(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": f'[building_block.x]\nuuid = "{A}"\nmoved = "building_block.y"\n'})
    assert only_resource(load(tmp_path)).uuid(load_project(tmp_path).id) == A


# --- the merge alone


def test_merging_leaves_both_sides_as_they_were() -> None:
    base = {"a": {"b": 1, "c": [1]}, "d": 2}
    over = {"a": {"b": 3}, "e": {"f": 4}}
    assert merged(base, over) == {"a": {"b": 3, "c": [1]}, "d": 2, "e": {"f": 4}}
    assert base == {"a": {"b": 1, "c": [1]}, "d": 2}
    assert over == {"a": {"b": 3}, "e": {"f": 4}}


def test_a_table_replaces_a_value_and_a_value_a_table() -> None:
    assert merged({"a": 1, "b": {"c": 1}}, {"a": {"x": 1}, "b": False}) == {"a": {"x": 1}, "b": False}
