"""`dac console refresh`: a console's lists on disk, and what reads them there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Terminal

PROJECT = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"

[console.dev]
url = "emulator:dev.db"

[console.prod]
url = "emulator:prod.db"
"""
STACK = """\
[detection.door]
name = "Door"
severity = "low"
log_source_types = ["Acme Door"]
filter = '''"Badge" = '7' AND OPENED(username) = 1'''
offense = { index = "username" }
"""
TYPES = "/api/config/event_sources/log_source_management/log_source_types"
SETS = "/api/reference_data_collections/sets"
PROPERTIES = "/api/config/event_sources/custom_properties/regex_properties"
BADGE = {"name": "Badge", "property_type": "string", "use_for_rule_engine": True}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "stacks" / "lab").mkdir(parents=True)
    (tmp_path / "dac.toml").write_text(PROJECT)
    (tmp_path / "stacks" / "lab" / "door.toml").write_text(STACK)
    return tmp_path


def add(database: Path, path: str, body: object) -> None:
    with Emulator(database) as emulator:
        answer = httpx.post(f"{emulator.url}{path}", json=body, headers={"SEC": emulator.token, "Version": "26.0"})
    assert answer.is_success, answer.text


def codes(said: str) -> list[tuple[str, str]]:
    return [(row["code"], row["summary"]) for row in json.loads(said)["diagnostics"] if row["severity"] != "info"]


def test_a_console_is_saved_once_and_again_only_when_it_has_something_new(terminal: Terminal, project: Path) -> None:
    assert terminal.dac("console", "refresh", "--console", "prod", "--check").code == 2
    assert not (project / "stacks" / "prod.catalogue.json").exists()
    first = terminal.dac("console", "refresh", "--console", "prod")
    assert first.code == 0
    assert "445 is called Microsoft Entra ID, not Microsoft Azure Active Directory" in first.stdout
    assert "Wrote stacks/prod.catalogue.json" in first.stdout
    written = (project / "stacks" / "prod.catalogue.json").read_bytes()
    assert b"127.0.0.1" not in written

    again = terminal.dac("console", "refresh", "--console", "prod", "--check")
    assert again.code == 0
    assert "Nothing new: stacks/prod.catalogue.json says it already." in again.stdout

    add(project / "prod.db", TYPES, {"name": "Acme Door"})
    changed = terminal.dac("console", "refresh", "--console", "prod", "--check")
    assert changed.code == 2
    assert (
        "Since stacks/prod.catalogue.json was written:\n  log source types:\n    new: Acme Door (4000)"
        in changed.stdout
    )
    assert (project / "stacks" / "prod.catalogue.json").read_bytes() == written


def test_validate_asks_each_consoles_own_catalogue_and_names_it(terminal: Terminal, project: Path) -> None:
    add(project / "prod.db", TYPES, {"name": "Acme Door"})
    add(project / "prod.db", PROPERTIES, BADGE)
    terminal.dac("console", "refresh", "--console", "prod")
    assert codes(terminal.dac("validate", "--json", "--console", "prod").stdout) == [
        ("AQL005", "console prod has no function OPENED")
    ]
    found = dict(codes(terminal.dac("validate", "--json").stdout))
    assert found["unknown-log-source-type"] == 'no log source type is named "Acme Door" in the list that dac ships'
    assert found["undeclared-custom-property"] == 'the custom property "Badge" is declared in no stack'
    terminal.dac("console", "refresh", "--console", "dev")
    found = dict(codes(terminal.dac("validate", "--json").stdout))
    assert found["unknown-log-source-type"].endswith("in the catalogue of console dev")
    assert found["undeclared-custom-property"].endswith("and not in the catalogue of console dev")


def test_a_set_that_only_the_console_has_is_believed_once_it_was_saved(terminal: Terminal, project: Path) -> None:
    read = STACK.replace("OPENED(username) = 1", "REFERENCESETCONTAINS('Badges', \"Badge\")").replace(
        "Acme Door", "Okta"
    )
    (project / "stacks" / "lab" / "door.toml").write_text(read)
    add(project / "prod.db", PROPERTIES, BADGE)
    terminal.dac("console", "refresh", "--console", "prod")
    before = terminal.dac("validate", "--console", "prod")
    assert before.code == 1
    assert (
        'the reference set "Badges" is declared in no stack and not in the catalogue of console prod' in before.stdout
    )
    for way in ("`dac console refresh`", "`dac import --kind reference_set`"):
        assert way in before.stdout
    add(project / "prod.db", SETS, {"name": "Badges", "entry_type": "NUM"})
    assert "  reference sets:\n    new: Badges" in terminal.dac("console", "refresh", "--console", "prod").stdout
    assert terminal.dac("validate", "--console", "prod").code == 0
    assert terminal.dac("validate", "--console", "dev").code == 1


def test_a_category_and_an_offense_type_that_dac_does_not_ship_are_believed_once_saved(
    terminal: Terminal, project: Path
) -> None:
    """`Unknown DoS Attack` is a category that dac's own list has not."""
    (project / "stacks" / "lab" / "door.toml").write_text(
        STACK.replace("\"Badge\" = '7' AND OPENED(username) = 1", "sourceport > 1")
        .replace('"Acme Door"]', '"Okta"]\ncategories = ["Unknown DoS Attack"]')
        .replace('"username"', '"Badge"')
    )
    add(project / "prod.db", PROPERTIES, BADGE)

    def found() -> list[tuple[str, str]]:
        return codes(terminal.dac("validate", "--json", "--console", "prod").stdout)

    assert {code for code, _ in found()} == {"unknown-category", "unknown-offense-type"}
    terminal.dac("console", "refresh", "--console", "prod")
    assert found() == []
    door = project / "stacks" / "lab" / "door.toml"
    door.write_text(door.read_text().replace("DoS", "DDoS").replace('"Badge"', '"Budge"'))
    assert found() == [
        (
            "unknown-category",
            'no low level category is named "Unknown DDoS Attack" in the catalogue of console prod',
        ),
        ("unknown-offense-type", 'no offense type is named "Budge" in the catalogue of console prod'),
    ]


def test_a_plan_reads_the_catalogue_and_says_where_it_is_damaged(terminal: Terminal, project: Path) -> None:
    (project / "stacks" / "lab" / "door.toml").write_text(
        STACK.replace('"Acme Door"', '"Okta"').replace('"Badge"', "username")
    )
    terminal.dac("console", "refresh", "--console", "prod")
    assert "[AQL005]: console prod has no function OPENED" in terminal.dac("plan", "--console", "prod").stderr
    file = project / "stacks" / "prod.catalogue.json"
    file.write_text(file.read_text().replace('"version": 1', '"version": 2'))
    refused = terminal.dac("plan", "--console", "prod")
    assert refused.code == 1
    assert "stacks/prod.catalogue.json:2: error[bad-catalogue]: this catalogue has the format 2" in refused.stderr
    assert "in place of one that could not be read" in terminal.dac("console", "refresh", "--console", "prod").stdout


def test_bare_queries_are_checked_against_the_console_that_is_named(terminal: Terminal, project: Path) -> None:
    terminal.dac("console", "refresh", "--console", "prod")
    query = 'SELECT "Badge", username FROM events LIMIT 1 LAST 1 HOURS'
    checked = terminal.dac("aql", "check", "--console", "prod", given=query)
    assert checked.code == 1
    assert 'error[AQL008]: console prod has no field or custom property "Badge"' in checked.stdout
    by_file = terminal.dac("aql", "check", "--catalogue", "stacks/prod.catalogue.json", given=query)
    assert (by_file.code, "warning[AQL008]" in by_file.stdout) == (0, True)
    declared = '[custom_property.Badge]\ntype = "string"\n'
    (project / "stacks" / "lab" / "badge.toml").write_text(declared)
    assert terminal.dac("aql", "check", "--console", "prod", given=query).code == 0
    missing = terminal.dac("aql", "check", "--console", "dev", given=query)
    assert (missing.code, "dac console refresh --console dev" in missing.stderr) == (1, True)


def test_what_dac_made_itself_is_no_news(terminal: Terminal, project: Path) -> None:
    terminal.dac("console", "refresh", "--console", "prod")
    add(project / "prod.db", PROPERTIES, {**BADGE, "description": "x\n[dac lab/lab/custom_property.Badge]"})
    assert terminal.dac("console", "refresh", "--console", "prod", "--check").code == 0
    add(project / "prod.db", SETS, {"name": "Ours", "entry_type": "IP", "description": "[dac lab/lab/reference_set.o]"})
    add(project / "prod.db", SETS, {"name": "dac console", "entry_type": "ALN"})
    assert terminal.dac("console", "refresh", "--console", "prod", "--check").code == 0
    add(project / "prod.db", PROPERTIES, {**BADGE, "name": "Other", "description": "[dac x/lab/custom_property.Other]"})
    assert "new: Other" in terminal.dac("console", "refresh", "--console", "prod", "--check").stdout
