"""What `dac schema` prints takes every good file and names what is wrong with a bad one."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomli
from jsonschema import Draft202012Validator

from dac.config.schema import project_schema, stack_schema
from dac.resources.registry import kinds

ROOT = Path(__file__).parents[2]
_STACKS = sorted([*ROOT.glob("stacks/**/*.toml"), *ROOT.glob("examples/*/stacks/**/*.toml")])
_PROJECTS = [ROOT / "dac.toml", *ROOT.glob("examples/*/dac.toml")]
_DETECTION = (
    '[detection.x]\nname = "X"\nseverity = 5\nfilter = "sourceport = 1"\n[detection.x.offense]\nindex = "username"\n'
)


def as_json(value: Any) -> Any:
    """As an editor hands TOML to a validator: dates are texts."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


@cache
def validator(of: str) -> Draft202012Validator:
    schema = stack_schema() if of == "stack" else project_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def problems(of: str, text: str) -> list[str]:
    errors = list(validator(of).iter_errors(as_json(tomli.loads(text))))
    for error in errors:  # what an `anyOf` did not take is told within
        errors.extend(error.context)
    return [error.message for error in errors]


@pytest.mark.parametrize("path", _STACKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_stacks_of_this_repository_are_good(path: Path) -> None:
    assert problems("stack", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", _PROJECTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_projects_of_this_repository_are_good(path: Path) -> None:
    assert problems("dac.toml", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        _DETECTION,
        _DETECTION.replace("severity = 5", 'severity = "${var.level}"'),
        _DETECTION.replace("severity = 5", "") + "[detection.x.console.dev]\nseverity = 3\n",
        _DETECTION + '[detection.x.console.dev.offense]\nannotation = "only here"\n',
        _DETECTION + 'event = false\n[removed]\n"detection.y" = "handed over"\n',
        _DETECTION.replace("severity", 'uuid.console.prod = "5f0a"\nmoved = ["detection.old"]\nseverity'),
        '[variable.v]\ntype = "list(string)"\ndefault = ["a"]\nconsole.prod = []\n',
        '[detection.x]\nname = "X"\nconsole_bound = "prod"\nrule_xml = "x.rule.xml"\n',
        '[reference_set.s]\nname = "S"\nentry_type = "IP"\nentry = [{ value = "1.2.3.4", expires = 2027-03-31 }]\n',
    ],
)
def test_what_dac_reads_the_schema_takes(text: str) -> None:
    assert problems("stack", text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_DETECTION.replace("severity", "severty"), "'severty' was unexpected"),
        (_DETECTION + "indexx = 1\n", "'indexx' was unexpected"),
        (_DETECTION.replace("[detection.x", "[detecton.x"), "'detecton' was unexpected"),
        (_DETECTION.replace('"X"', "1"), "1 is not"),
        (_DETECTION.replace("x]", "1x]").replace("x.off", "1x.off"), "does not match"),
        (_DETECTION + "[detection.x.console.dev]\nseverty = 1\n", "'severty' was unexpected"),
        ('[variable.v]\ntype = "text"\n', "'text' is not one of"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    assert any(said in problem for problem in problems("stack", text))


def test_every_field_of_every_kind_is_described() -> None:
    tables = stack_schema()["properties"]
    for name, kind in kinds().items():
        properties = tables[name]["additionalProperties"]["properties"]
        documented = {field.name for field in kind.fields if field.name in kind.declared.model_fields}
        assert {key for key in documented if properties[key].get("description")} == documented
