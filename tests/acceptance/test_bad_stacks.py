"""Mistakes in the files: each is a diagnostic with file and line and exit 1, and nothing is written anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from analyst import Analyst, looking_at
from consoles import DATABASE, put
from project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADMIN = "stacks/lab/admin.toml"
ALLOWLIST = "stacks/lab/allowlist.toml"
BLOCK = "stacks/lab/building_block.toml"
FOREIGN = "stacks/lab/foreign.toml"
PROPERTIES = "stacks/lab/properties.toml"
ENTRA = '"Microsoft Azure Active Directory"'
REASON = 'reason = "Exit node Minsk"'


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> Iterator[Analyst]:
    """A console that nobody in this module ever writes to."""
    project = Project.lab(tmp_path_factory.mktemp("console"))
    put(stock, project.root / DATABASE)
    with looking_at(project) as analyst:
        yield analyst


@pytest.fixture
def project(tmp_path: Path, console: Analyst) -> Iterator[Project]:
    """The small project before its first apply; afterwards, console and state have to be as they were."""
    project = Project.lab(tmp_path).on(console.url)
    yield project
    assert console.writes() == []
    assert list(project.root.glob("state/*/*.json")) == []


def _refused(project: Project, *places: str) -> str:
    """Apply, and expect exactly one error at each place, in the order of files and lines; return all that was said."""
    ran = project.dac("apply", "--auto-approve", "--console", "local")
    assert ran.code == 1, ran.text
    errors = [line for line in ran.stderr.splitlines() if ": error[" in line]
    assert [line.partition(" error[")[0] for line in errors] == list(places), ran.text
    return ran.stderr


def test_broken_toml(project: Project) -> None:
    project.edit(ADMIN, 'severity = "low"', "severity = low")
    _refused(project, f"{ADMIN}:3:")


def test_an_unknown_key_names_the_nearest_known_one(project: Project) -> None:
    project.edit(ADMIN, 'severity = "low"', 'severity = "low"\nconfidense = "low"')
    said = _refused(project, f"{ADMIN}:4:")
    assert 'did you mean "confidence"?' in said


def test_an_unknown_kind_names_the_nearest_known_one(project: Project) -> None:
    project.write("stacks/lab/more.toml", '[detecton.x]\nname = "X"\n')
    said = _refused(project, "stacks/lab/more.toml:1:")
    assert 'did you mean "detection"?' in said


def test_a_value_of_the_wrong_type(project: Project) -> None:
    project.edit(ADMIN, 'severity = "low"', "severity = true")
    _refused(project, f"{ADMIN}:3:")


def test_a_log_source_type_that_the_console_does_not_have(project: Project) -> None:
    project.edit(ADMIN, ENTRA, '"Microsoft Azure Aktive Directory"')
    said = _refused(project, f"{ADMIN}:4:")
    assert "Microsoft Azure Aktive Directory" in said
    assert "Microsoft Azure Active Directory" in said


def test_a_custom_property_that_is_declared_nowhere(project: Project) -> None:
    project.edit(FOREIGN, '"LabCountry" IN', '"LabCuontry" IN')
    said = _refused(project, f"{FOREIGN}:10:")
    assert 'the custom property "LabCuontry" is declared in no stack and is not on this console' in said
    assert 'did you mean "LabCountry"?' in said


def test_a_variable_that_is_declared_nowhere(project: Project) -> None:
    project.edit(FOREIGN, "${var.countries}", "${var.contries}")
    said = _refused(project, f"{FOREIGN}:10:")
    assert "contries" in said
    assert "countries" in said


def test_a_reference_to_what_is_not_declared(project: Project) -> None:
    project.edit(FOREIGN, "reference_set.vpn", "reference_set.vnp")
    said = _refused(project, f"{FOREIGN}:16:")
    assert '"reference_set.vnp" is the address of nothing that is declared' in said


def test_building_blocks_that_lean_on_each_other_in_a_circle(project: Project) -> None:
    text = project.read(BLOCK)
    other = text.replace(".succeeded]", ".other]").replace("BB: Lab sign-in succeeded", "BB: Lab other")
    project.write(BLOCK, text + 'building_blocks.all = ["building_block.other"]\n')
    project.write("stacks/lab/other.toml", other + 'building_blocks.all = ["building_block.succeeded"]\n')
    ran = project.dac("apply", "--auto-approve", "--console", "local")
    assert ran.code == 1
    assert "building_block.other" in ran.stderr
    assert "building_block.succeeded" in ran.stderr
    assert "stacks/lab/other.toml:5: error[building-block-cycle]: these rules ask each other in a circle" in ran.stderr


def test_an_address_that_is_declared_twice_names_both_places(project: Project) -> None:
    project.write("stacks/lab/again.toml", project.read(ADMIN).replace("Lab: sign-in", "Lab: another sign-in"))
    said = _refused(project, "stacks/lab/again.toml:1:")
    assert f"{ADMIN}:1" in said


def test_a_console_name_that_is_declared_twice_names_both_addresses(project: Project) -> None:
    project.write("stacks/lab/again.toml", project.read(ADMIN).replace("detection.admin", "detection.again"))
    said = _refused(project, "stacks/lab/again.toml:2:")
    assert (
        'lab/detection.again and lab/detection.admin are both named "Lab: sign-in of an administrator" on the console'
    ) in said


def test_aql_that_does_not_parse_has_the_line_of_the_mistake(project: Project) -> None:
    project.edit(FOREIGN, "IN (${var.countries})", "IN (${var.countries}")
    _refused(project, f"{FOREIGN}:11:")


def test_a_condition_that_does_not_parse(project: Project) -> None:
    project.edit(ADMIN, "username IMATCHES '.*admin.*'", "username IMATCHES")
    _refused(project, f"{ADMIN}:5:")


def test_group_by_in_a_rule_is_refused_with_a_way_out(project: Project) -> None:
    project.edit(FOREIGN, "LAST 24 HOURS", "GROUP BY username\nLAST 24 HOURS")
    said = _refused(project, f"{FOREIGN}:11:")
    assert "GROUP BY" in said
    assert "hint:" in said


def test_an_entry_that_does_not_fit_the_type_of_its_set(project: Project) -> None:
    project.edit(ALLOWLIST, "203.0.113.8", "203.0.113.888")
    said = _refused(project, f"{ALLOWLIST}:11:")
    assert "203.0.113.888" in said


def test_a_day_that_does_not_exist(project: Project) -> None:
    project.edit(ALLOWLIST, REASON, f'{REASON}\nexpires = "2026-02-30"')
    said = _refused(project, f"{ALLOWLIST}:9:")
    assert "2026-02-30" in said


def test_a_bare_date_that_does_not_exist(project: Project) -> None:
    project.edit(ALLOWLIST, REASON, f"{REASON}\nexpires = 2026-02-30")
    _refused(project, f"{ALLOWLIST}:9:")


def test_an_empty_list_in_an_in(project: Project) -> None:
    project.edit("stacks/lab/stack.toml", '["KP", "IR"]', "[]")
    _refused(project, f"{FOREIGN}:10:")


def test_an_entry_file_with_a_bad_line_is_named_with_that_line(project: Project) -> None:
    text = project.read(ALLOWLIST).partition("\n[[")[0]
    project.write(ALLOWLIST, text + 'entries_file = "vpn.txt"\n')
    project.write("stacks/lab/vpn.txt", "203.0.113.7\nnot an address\n")
    _refused(project, "stacks/lab/vpn.txt:2:")


def test_everything_that_is_wrong_is_said_at_once(project: Project) -> None:
    project.edit(ADMIN, 'severity = "low"', "severity = 11")
    project.edit(ALLOWLIST, "203.0.113.8", "nowhere")
    project.edit(FOREIGN, "${var.countries}", "${var.contries}")
    project.edit(FOREIGN, "reference_set.vpn", "reference_set.vnp")
    project.edit(PROPERTIES, 'type = "string"', 'typ = "string"')
    said = _refused(project, f"{ADMIN}:3:", f"{ALLOWLIST}:11:", f"{FOREIGN}:10:", f"{FOREIGN}:16:", f"{PROPERTIES}:2:")
    assert said.endswith("\n5 errors.\n")


def test_what_only_the_console_knows_is_said_at_once_too(project: Project) -> None:
    project.edit(ADMIN, 'severity = "low"', "severity = 11")
    project.edit(BLOCK, ENTRA, '"No such type"')
    project.edit(FOREIGN, '"LabCountry" IN', '"LabCuontry" IN')
    _refused(project, f"{ADMIN}:3:", f"{BLOCK}:3:", f"{FOREIGN}:10:")


def test_validate_finds_the_same_without_a_console(project: Project, console: Analyst) -> None:
    project.edit(ADMIN, 'severity = "low"', "severity = 11")
    project.edit(FOREIGN, "reference_set.vpn", "reference_set.vnp")
    console.forget_requests()
    ran = project.dac("validate")
    assert ran.code == 1
    assert f"{ADMIN}:3: error[" in ran.text
    assert f"{FOREIGN}:16: error[" in ran.text
    assert console.requests() == []


def test_validate_checks_the_values_of_every_console(project: Project) -> None:
    project.write("dac.toml", project.read("dac.toml") + '\n[console.dev]\nurl = "emulator:state/dev.db"\n')
    project.write(ADMIN, project.read(ADMIN) + '\n[detection.admin.console.dev]\nseverity = "hgih"\n')
    ran = project.dac("validate")
    assert ran.code == 1
    assert f"{ADMIN}:11: error[" in ran.text


def test_a_console_in_an_override_has_to_be_in_dac_toml(project: Project) -> None:
    project.write(ADMIN, project.read(ADMIN) + '\n[detection.admin.console.prod]\nseverity = "high"\n')
    said = _refused(project, f"{ADMIN}:10:")
    assert "prod" in said
