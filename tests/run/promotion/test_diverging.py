"""Why two consoles are to hold different things of one stack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from run_bench import at, desired

from dac.config.loading import load_project, read_sources
from dac.run.promotion.diverging import End, divergences

if TYPE_CHECKING:
    from pathlib import Path

DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
[console.dev]
url = "emulator:dev.db"
[console.prod]
url = "emulator:prod.db"
promote_from = "dev"
rollout = "monitor"
"""
STACK = """\
[variable.countries]
type = "list(string)"
default = ["KP"]
console.prod = ["IR"]
[variable.same]
type = "string"
default = "x"
[detection.d]
name = "Lab: d"
severity = "high"
console.prod.severity = "low"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "c IN (${var.countries}) AND d = ${var.same}"
offense.index = "username"
[reference_set.a]
name = "Lab: a"
entry_type = "IP"
description = "x"
"""
D, S = "detection.d", "reference_set.a"
BEFORE = {"severity": 8, "filter": "1", "log_source_types": ["Azure"], "offense": {"index": "x"}, "enabled": True}


def reasons(folder: Path, local: str, before: dict[str, Any], after: dict[str, Any], **there: Any) -> dict[str, str]:
    """The reason of each edit between what dev and what prod is to hold."""
    (folder / "dac.toml").write_text(DAC_TOML)
    (folder / "stacks/cloud").mkdir(parents=True)
    (folder / "stacks/cloud/stack.toml").write_text(STACK)
    project = load_project(folder)
    here, dormant = {at(local): desired(local, deployed=before)}, there.pop("dormant", "")
    dev = End(project.consoles["dev"], here, (26, 0))
    prod = End(project.consoles["prod"], {at(local): desired(local, deployed=after, dormant=dormant)}, (26, 0))
    found = divergences(project, read_sources(project), {}, dev, replace(prod, **there))
    return {edit.path: edit.reason for one in found for edit in one.edits}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"severity": 3}, "[detection.d.console.prod] severity"),
        ({"filter": "2"}, "variable countries"),
        ({"log_source_types": ["Entra"]}, "the two consoles resolve its names differently"),
        ({"offense": {"index": "y"}}, '[console.prod] rollout = "monitor"'),
    ],
    ids=["override", "variable", "name", "rollout"],
)
def test_every_difference_has_its_reason(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    assert set(reasons(tmp_path, D, BEFORE, BEFORE | changed).values()) == {reason}


def test_a_status_that_is_too_early_is_the_reason_of_the_switch(tmp_path: Path) -> None:
    found = reasons(tmp_path, D, BEFORE, BEFORE | {"enabled": False}, dormant="too early")
    assert found == {"enabled": "prod: too early"}


def test_an_older_api_has_no_place_for_some_fields(tmp_path: Path) -> None:
    found = reasons(tmp_path, S, {"name": "Lab: a", "description": "x"}, {"name": "Lab: a"}, api_version=(20, 0))
    assert found == {"description": "API 20.0 of prod has no place for it"}


def test_what_is_equal_is_not_named(tmp_path: Path) -> None:
    assert reasons(tmp_path, D, BEFORE, BEFORE) == {}
