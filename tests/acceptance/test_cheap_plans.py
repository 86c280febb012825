"""A plan without changes asks little, whatever the number of detections, and loads nothing it does not need."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from analyst import Analyst, looking_at
from consoles import DATABASE, put
from project import DAC_TOML, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COSTLY = ("sqlglot", "deepdiff", "duckdb", "tomlkit", "defusedxml", "dac.aql.parsing", "dac.checks.registry")
DETECTION = """
[detection.rule_{number}]
name = "Generated: rule {number}"
severity = {severity}
log_source_types = ["Microsoft Azure Active Directory"]
aql = '''
SELECT username FROM events
WHERE "GeneratedField" = 'value {number}'
LAST 1 HOURS
'''
offense = {{ index = "username", event = false }}
"""
PROPERTY = """\
[custom_property.GeneratedField]
type = "string"
[[custom_property.GeneratedField.expression]]
log_source_type = "Microsoft Azure Active Directory"
json = '/"generated"'
"""
LISTING = f"""\
import sys
from dac.__main__ import main
sys.argv = ["dac", "plan", "--console", "local"]
try:
    main()
finally:
    print("LOADED", *sorted(set({COSTLY!r}) & sys.modules.keys()))
"""


def _generated(root: Path, count: int) -> Project:
    project = Project(root)
    project.write("dac.toml", DAC_TOML)
    project.write("stacks/many/properties.toml", PROPERTY)
    detections = (DETECTION.format(number=number, severity=number % 11) for number in range(count))
    project.write("stacks/many/detections.toml", "".join(detections))
    return project


def _requests_of_an_empty_plan(root: Path, stock: Path, count: int) -> list[str]:
    project = _generated(root, count)
    put(stock, root / DATABASE)
    with looking_at(project) as analyst:
        project = project.on(analyst.url)
        project.apply("--console", "local")
        analyst.forget_requests()
        ran = project.dac("plan", "--detailed-exitcode", "--console", "local")
        assert ran.code == 0, ran.text
        return [f"{row['method']} {row['path']}" for row in analyst.requests()]


def test_a_plan_without_changes_makes_as_many_requests_for_20_as_for_200_detections(
    tmp_path: Path, stock: Path
) -> None:
    few = _requests_of_an_empty_plan(tmp_path / "few", stock, 20)
    many = _requests_of_an_empty_plan(tmp_path / "many", stock, 200)
    assert sorted(few) == sorted(many)
    assert len(many) <= 20, many
    assert {request.split()[0] for request in many} == {"GET"}


@pytest.fixture
def remote(remote_lab: tuple[Project, Analyst]) -> Iterator[tuple[Project, Analyst]]:
    project, _ = remote_lab
    project.apply("--console", "local")
    return remote_lab


def _loaded(project: Project) -> tuple[str, set[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", LISTING],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    *text, last = ended.stdout.splitlines()
    assert last.startswith("LOADED"), ended.stderr
    return "\n".join(text), set(last.split()[1:])


def test_a_plan_without_changes_loads_none_of_the_costly_libraries(remote: tuple[Project, Analyst]) -> None:
    text, loaded = _loaded(remote[0])
    assert "No changes." in text
    assert loaded == set()


def test_a_plan_with_a_change_loads_what_it_needs(remote: tuple[Project, Analyst]) -> None:
    project, _ = remote
    project.edit("stacks/lab/admin.toml", ".*admin.*", ".*root.*")
    text, loaded = _loaded(project)
    assert "0 to add, 1 to change, 0 to destroy." in text
    assert loaded == {"deepdiff", "dac.aql.parsing", "dac.checks.registry"}


def test_a_plan_without_changes_exports_no_rule_and_asks_for_no_single_object(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    analyst.forget_requests()
    assert project.dac("plan", "--console", "local").code == 0
    paths = [row["path"] for row in analyst.requests()]
    assert not [path for path in paths if "extension" in path]
    assert not [path for path in paths if path.rsplit("/", 1)[1].isdigit()]
