"""Why two consoles are to hold different things of one stack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from run_bench import at, desired, live

from dac.config.loading import load_project, read_sources
from dac.model.plan import ConsoleRef
from dac.model.reads import Absent, Found
from dac.planning.situation import Situation
from dac.resources.registry import kinds
from dac.run.promotion.diverging import divergences
from dac.run.promotion.reasons import End

if TYPE_CHECKING:
    from pathlib import Path

    from dac.config.loading import Sources
    from dac.config.settings import Project

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
console.prod.notes = "prod only"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "c IN (${var.countries}) AND d = ${var.same}"
offense.index = "username"
[reference_set.a]
name = "Lab: a"
entry_type = "IP"
description = "x"
"""
D, S = "detection.d", "reference_set.a"
BEFORE = {
    "severity": 8,
    "filter": "1",
    "log_source_types": ["Azure"],
    "offense": {"index": "x"},
    "event": {"name": "d", "category": "c"},
    "enabled": True,
}
RESOLVED = "the two consoles resolve its names differently"
MONITOR = '[console.prod] rollout = "monitor"'


def filed(folder: Path, stack: str) -> tuple[Project, Sources]:
    """A project of that one stack, as its files have it."""
    (folder / "dac.toml").write_text(DAC_TOML)
    (folder / "stacks/cloud").mkdir(parents=True)
    (folder / "stacks/cloud/stack.toml").write_text(stack)
    project = load_project(folder)
    return project, read_sources(project)


def reasons(folder: Path, local: str, before: dict[str, Any], after: dict[str, Any], **there: Any) -> dict[str, str]:
    """The reason of each edit between what dev and what prod is to hold."""
    project, sources = filed(folder, there.pop("stack", STACK))
    given = {key: there.pop(key) for key in ("dormant", "rollout") if key in there}
    dev = End(project.consoles["dev"], {at(local): desired(local, deployed=before)}, (26, 0))
    prod = End(project.consoles["prod"], {at(local): desired(local, deployed=after, **given)}, (26, 0))
    found = divergences(project, sources, {}, dev, replace(prod, **there))
    return {edit.path: edit.reason for one in found for edit in one.edits}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"severity": 3}, "[detection.d.console.prod] severity"),
        ({"filter": "2"}, "variable countries"),
        ({"log_source_types": ["Entra"]}, RESOLVED),
        ({"offense": {"index": "y"}}, RESOLVED),
        ({"event": {"name": "d", "category": "other"}}, RESOLVED),
        ({"event": {"name": "d", "category": "c", "description": "x"}}, "[detection.d.console.prod] notes"),
        ({"event": {"name": "d", "category": "c", "severity": 3}}, "[detection.d.console.prod] severity"),
        ({"event": {"name": "e", "category": "c"}}, "it follows from something else that differs"),
        ({"annotation": "x"}, "it follows from something else that differs"),
    ],
)
def test_every_difference_has_its_reason(tmp_path: Path, changed: dict[str, Any], reason: str) -> None:
    assert set(reasons(tmp_path, D, BEFORE, BEFORE | changed).values()) == {reason}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"offense": {"index": "y"}}, MONITOR),
        ({"event": BEFORE["event"] | {"offense": False}}, MONITOR),
        ({"event": BEFORE["event"] | {"description": "x"}}, "[detection.d.console.prod] notes"),
    ],
)
def test_a_rollout_is_the_reason_of_what_it_decides_and_of_nothing_else(
    tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    assert set(reasons(tmp_path, D, BEFORE, BEFORE | changed, rollout="monitor").values()) == {reason}


@pytest.mark.parametrize(
    ("line", "place"),
    [("console.prod.rollout", "[detection.d.console.prod]"), ("rollout", "[detection.d]")],
    ids=["for one console", "for all"],
)
def test_a_rollout_of_its_own_is_named_where_it_stands(tmp_path: Path, line: str, place: str) -> None:
    own = STACK.replace("console.prod.notes", f'{line} = "monitor"\nconsole.prod.notes')
    found = reasons(tmp_path, D, BEFORE, BEFORE | {"offense": {"index": "y"}}, rollout="monitor", stack=own)
    assert set(found.values()) == {f'{place} rollout = "monitor"'}


def test_what_is_called_otherwise_there_is_the_reason_of_what_asks_for_it(tmp_path: Path) -> None:
    project, sources = filed(tmp_path, STACK.replace('description = "x"', 'console.prod.name = "Lab: b"'))
    ends = []
    for console, name in (("dev", "Lab: a"), ("prod", "Lab: b")):
        form = BEFORE | {"filter": f"REFERENCESETCONTAINS('{name}', c)"}
        asks = desired(D, deployed=form, reading=(f"reference_set:{name}",))
        known = {at(D): asks, at(S): desired(S, name=name, deployed={"name": name})}
        ends.append(End(project.consoles[console], known, (26, 0)))
    without = replace(sources.stacks["cloud"], variables={})
    found = divergences(project, replace(sources, stacks={"cloud": without}), {}, *ends)
    assert {str(one.address): [edit.reason for edit in one.edits] for one in found} == {
        f"cloud/{D}": ["[reference_set.a.console.prod] name"],
        f"cloud/{S}": ["[reference_set.a.console.prod] name"],
    }


def test_what_is_deprecated_and_gone_is_not_wanted_there_any_more(tmp_path: Path) -> None:
    project, _ = filed(tmp_path, STACK)
    one = desired(D, deployed=BEFORE, delete_after=1000)
    for read, wanted in ((Absent(), {}), (Found(live(D)), {at(D): one})):
        seen = Situation(ConsoleRef("dev", ""), ("cloud",), kinds(), {at(D): one}, {}, {at(D): read})
        assert End.of(project.consoles["dev"], seen, (26, 0)).desired == wanted


def test_a_status_that_is_too_early_is_the_reason_of_the_switch(tmp_path: Path) -> None:
    found = reasons(tmp_path, D, BEFORE, BEFORE | {"enabled": False}, dormant="too early")
    assert found == {"enabled": "prod: too early"}


def test_an_older_api_has_no_place_for_some_fields(tmp_path: Path) -> None:
    found = reasons(tmp_path, S, {"name": "Lab: a", "description": "x"}, {"name": "Lab: a"}, api_version=(20, 0))
    assert found == {"description": "API 20.0 of prod has no place for it"}


def test_what_is_equal_is_not_named(tmp_path: Path) -> None:
    assert reasons(tmp_path, D, BEFORE, BEFORE) == {}
