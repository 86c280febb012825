"""Variables are typed, per console, and checked for every console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from project_files import lines, load, only_resource, problems, write

if TYPE_CHECKING:
    from pathlib import Path

USE = '\n[building_block.b]\nname = "${var.v}"\nfilter = "x = 1"\n'


def value(root: Path, variable: str, console: str = "dev", **given: str) -> object:
    """The value of v on a console, seen where a whole value is replaced."""
    write(root, {"stacks/a/x.toml": variable + USE})
    stacks = load(root, console, **given)
    assert lines(stacks.diagnostics) == []
    return only_resource(stacks).table["name"]


@pytest.mark.parametrize(
    ("sort", "text", "expected"),
    [
        ("string", '"x"', "x"),
        ("number", "3", 3),
        ("number", "2.5", 2.5),
        ("bool", "true", True),
        ("list(string)", '["a", "b"]', ["a", "b"]),
        ("list(string)", "[]", []),
        ("list(number)", "[1, 2.5]", [1, 2.5]),
    ],
)
def test_a_default_has_its_type(tmp_path: Path, sort: str, text: str, expected: object) -> None:
    assert value(tmp_path, f'[variable.v]\ntype = "{sort}"\ndefault = {text}') == expected


def test_a_console_has_its_own_value_and_var_wins(tmp_path: Path) -> None:
    text = '[variable.v]\ntype = "string"\ndefault = "d"\nconsole.prod = "p"'
    assert value(tmp_path, text, "dev") == "d"
    assert value(tmp_path, text, "prod") == "p"
    assert value(tmp_path, text, "prod", v="command line") == "command line"


@pytest.mark.parametrize(
    ("sort", "given", "expected"),
    [
        ("string", "3", "3"),
        ("string", "", ""),
        ("number", "3", 3),
        ("number", "-2.5", -2.5),
        ("bool", "false", False),
        ("list(string)", "KP, IR,RU", ["KP", "IR", "RU"]),
        ("list(string)", '["a,b", "c"]', ["a,b", "c"]),
        ("list(string)", "", []),
        ("list(number)", "1, 2", [1, 2]),
        ("list(number)", "[1, 2]", [1, 2]),
    ],
)
def test_var_is_read_by_the_declared_type(tmp_path: Path, sort: str, given: str, expected: object) -> None:
    assert value(tmp_path, f'[variable.v]\ntype = "{sort}"', v=given) == expected


def test_a_date_is_a_date(tmp_path: Path) -> None:
    text = '[variable.v]\ntype = "date"\ndefault = 2027-03-31'
    assert str(value(tmp_path, text)) == "2027-03-31"
    assert str(value(tmp_path, text, v="2028-01-01")) == "2028-01-01"


@pytest.mark.parametrize(
    ("sort", "given", "wanted"),
    [
        ("number", "three", "a number"),
        ("number", "nan", "a number"),
        ("number", "3\nx = 4", "a number"),
        ("bool", "yes", "true or false"),
        ("date", "31.3.2027", "a date such as 2027-03-31"),
        ("date", "2027-03-31T00:00:00", "a date such as 2027-03-31"),
        ("list(string)", "[1]", 'a list of texts such as ["a", "b"]'),
        ("list(string)", "[", 'a list of texts such as ["a", "b"]'),
        ("list(number)", "a,b", "a list of numbers such as [1, 2]"),
    ],
)
def test_var_of_the_wrong_type_says_what_is_wanted(tmp_path: Path, sort: str, given: str, wanted: str) -> None:
    write(tmp_path, {"stacks/a/x.toml": f'\n[variable.v]\ntype = "{sort}"\n'})
    (diagnostic,) = load(tmp_path, v=given).diagnostics
    assert diagnostic.summary == f"--var v={given}: {wanted} is wanted"
    assert diagnostic.detail == "declared at stacks/a/x.toml:2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[variable.v]\ntype = "string"\n', "stacks/a/x.toml:1: variable v has no value on console dev"),
        ("[variable.v]\ndefault = 3\n", "stacks/a/x.toml:1: type is missing"),
        (
            '[variable.v]\ntype = "text"\n',
            'stacks/a/x.toml:2: type is "text", string/number/bool/date/list(string)/list(number) is wanted',
        ),
        ('[variable.v]\ntype = "number"\ndefault = true\n', "stacks/a/x.toml:3: default is true, a number is wanted"),
        (
            '[variable.v]\ntype = "list(string)"\ndefault = ["a", 1]\n',
            'stacks/a/x.toml:3: default is a list, a list of texts such as ["a", "b"] is wanted',
        ),
        (
            '[variable.v]\ntype = "date"\ndefault = 2027-03-31T00:00:00Z\n',
            "stacks/a/x.toml:3: default is the date 2027-03-31T00:00:00+00:00, a date such as 2027-03-31 is wanted",
        ),
        (
            '[variable.v]\ntype = "string"\ndefault = "a"\nconsole.prod = 3\n',
            "stacks/a/x.toml:4: prod is 3, a text is wanted",
        ),
        (
            '[variable.v]\ntype = "string"\ndefault = "a"\nconsole.prd = "x"\n',
            'stacks/a/x.toml:4: "prd" is not a console of dac.toml',
        ),
        (
            '[variable.v]\ntype = "string"\ndefault = "a"\ndefalt = "b"\n',
            'stacks/a/x.toml:4: unknown key "defalt"',
        ),
        (
            '[variable.v]\ntype = "string"\ndefault = "a ${var.b}"\n',
            "stacks/a/x.toml:3: a variable's value cannot refer to another variable",
        ),
        (
            '[variable."my v"]\ntype = "string"\n',
            'stacks/a/x.toml:1: "my v" is no name: a letter, then letters, digits, _ and -',
        ),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, expected: str) -> None:
    assert problems(tmp_path, {"stacks/a/x.toml": text}) == [expected]


def test_a_value_for_one_console_does_not_serve_another(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": '[variable.v]\ntype = "string"\nconsole.prod = "p"\n'})
    assert load(tmp_path, "prod").diagnostics == ()
    (diagnostic,) = load(tmp_path, "dev").diagnostics
    assert diagnostic.hint == "add a default, or console.dev = ..., or pass --var v=VALUE"


def test_an_undeclared_var_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": '[variable.countries]\ntype = "string"\ndefault = "x"\n'})
    (diagnostic,) = load(tmp_path, contries="y").diagnostics
    assert diagnostic.summary == "--var contries: no stack declares a variable of that name"
    assert diagnostic.hint == 'did you mean "countries"?'


def test_var_reaches_every_stack_that_declares_it_and_no_other(tmp_path: Path) -> None:
    text = '[variable.v]\ntype = "{0}"\ndefault = {1}\n'
    write(
        tmp_path,
        {
            "stacks/a/x.toml": text.format("string", '"d"') + USE,
            "stacks/b/x.toml": text.format("number", "1") + USE,
            "stacks/c/x.toml": '[building_block.b]\nname = "fixed"\nfilter = "x = 1"\n',
        },
    )
    stacks = load(tmp_path, v="7").stacks
    assert [stacks[name].resources[0].table["name"] for name in "abc"] == ["7", 7, "fixed"]
