"""What is compiled, what is taken from the record instead, and what the record's context stands for."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from run_bench import at, recorded

from dac.config.loading import load_project, load_stacks
from dac.resources.kind import Fact
from dac.resources.names import Names, OffenseType
from dac.resources.shipped_names import shipped_names
from dac.run.desired.compiling import compile_all, unchanged
from dac.run.desired.identities import facts_of
from dac.run.desired.surroundings import Surroundings, surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from dac.config.declared import DeclaredResource
    from dac.model.resource import Recorded
    from dac.run.desired.compiling import Result

NOW = 1_767_323_045_000
DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"
[console.local]
url = "emulator:local.db"
"""
STACK = """\
[stack]
description = "x"

[reference_set.a]
name = "Lab: a"
entry_type = "IP"
[[reference_set.a.entry]]
value = "203.0.113.7"
reason = "why"

[custom_property.P]
type = "string"
[[custom_property.P.expression]]
log_source_type = "Linux OS"
json = '/"p"'

[detection.d]
name = "Lab: d"
severity = "high"
filter = '''"P" = 'x' '''
[detection.d.offense]
index = "username"
"""
SET, PROPERTY, DETECTION = at("reference_set.a"), at("custom_property.P"), at("detection.d")


class Files:
    """A project on disk, and compiling it for its one console."""

    def __init__(self, root: Path, stack: str = STACK) -> None:
        (root / "stacks/cloud").mkdir(parents=True, exist_ok=True)
        (root / "dac.toml").write_text(dedent(DAC_TOML))
        (root / "stacks/cloud/stack.toml").write_text(stack)
        self.project = load_project(root)
        self.console = self.project.consoles["local"]
        (loaded,) = load_stacks(self.project, self.console, variables={}).stacks.values()
        self.resources: tuple[DeclaredResource, ...] = loaded.resources

    def around(self, names: Names | None = None) -> Surroundings:
        uuids = {resource.address: resource.uuid(self.project.id) for resource in self.resources}
        facts = facts_of(self.resources, uuids, {})
        return surroundings(self.project, self.console, names or shipped_names(), facts, NOW, (26, 0))

    def compile(self, *known: Recorded, fresh: bool = True) -> Result:
        stacks = frozenset({"cloud"}) if fresh else frozenset[str]()
        return compile_all(self.resources, self.around(), {one.address: one for one in known}, stacks)

    def digest_of(self, local: str) -> str:
        (digest,) = (resource.digest for resource in self.resources if resource.address == at(local))
        return digest

    def record(self, local: str, **more: Any) -> Recorded:
        """A record of what the files say, with a form that no compiler would make."""
        given = {"digest": self.digest_of(local), "deployed": {"name": "from the record"}}
        return recorded(local, **(given | more))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


# --- the record instead of the compiler


def test_without_a_record_everything_is_compiled(files: Files) -> None:
    result = files.compile()
    assert result.anew == {SET, PROPERTY, DETECTION}
    assert not result.diagnostics.items
    assert result.desired[DETECTION].deployed["severity"] == 8


def test_an_equal_digest_in_equal_surroundings_is_taken_from_the_record(files: Files) -> None:
    result = files.compile(files.record("detection.d", reading=("custom_property:Q",)))
    assert result.anew == {SET, PROPERTY}
    assert result.desired[DETECTION].deployed == {"name": "from the record"}
    assert [str(ref) for ref in result.references[DETECTION]] == ["custom_property:Q"]


def test_in_other_surroundings_nothing_is_taken_from_the_record(files: Files) -> None:
    assert files.compile(files.record("detection.d"), fresh=False).anew == {SET, PROPERTY, DETECTION}


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({}, True),
        ({"digest": "another"}, False),
        ({"digest": ""}, False),
        ({"valid_until": NOW + 1}, True),
        ({"valid_until": NOW}, False),
        ({"valid_until": NOW - 1}, False),
    ],
    ids=["equal", "edited", "half-done", "still-valid", "expires-now", "expired"],
)
def test_a_record_is_good_while_its_digest_is_equal_and_it_has_not_expired(
    files: Files, more: dict[str, Any], same: bool
) -> None:
    (resource,) = (one for one in files.resources if one.address == SET)
    assert unchanged(resource, files.record("reference_set.a", **more), NOW) is same


def test_what_was_never_recorded_is_not_unchanged(files: Files) -> None:
    assert not unchanged(files.resources[0], None, NOW)


def test_what_leaves_fields_to_the_console_is_compiled_each_time(tmp_path: Path) -> None:
    ignoring = Files(tmp_path, STACK.replace('severity = "high"', 'severity = "high"\nignore_changes = ["notes"]'))
    assert DETECTION in ignoring.compile(ignoring.record("detection.d")).anew


def test_what_has_moved_is_taken_from_the_record_of_its_earlier_address(tmp_path: Path) -> None:
    moved = Files(tmp_path, STACK.replace("[detection.d]", '[detection.d]\nmoved = "detection.was"'))
    old = recorded("detection.was", digest=moved.digest_of("detection.d"), deployed={"name": "from the record"})
    result = moved.compile(old)
    assert DETECTION not in result.anew
    assert result.desired[DETECTION].previous == (at("detection.was"),)


def test_protection_and_adoption_count_at_once_also_for_what_is_not_compiled(tmp_path: Path) -> None:
    kept = Files(tmp_path, STACK.replace('severity = "high"', 'severity = "high"\nprotect = true\nadopt = true'))
    result = kept.compile(kept.record("detection.d"))
    assert DETECTION not in result.anew
    assert (result.desired[DETECTION].protect, result.desired[DETECTION].adopt) == (True, True)


def test_a_property_is_parsed_in_advance_when_a_rule_reads_it_whether_that_was_compiled_or_taken(files: Files) -> None:
    compiled = files.compile().desired[PROPERTY].deployed
    taken = files.compile(files.record("detection.d", reading=("custom_property:P",))).desired[PROPERTY].deployed
    unread = files.compile(files.record("detection.d")).desired[PROPERTY].deployed
    assert [form.get("use_for_rule_engine") for form in (compiled, taken, unread)] == [True, True, None]


MADE_OF = """
[custom_property.Q]
type = "numeric"
[[custom_property.Q.expression]]
calculated = { first_operand = "R", second_operand = 1 }

[custom_property.R]
type = "numeric"
[[custom_property.R.expression]]
aql = 'LENGTH("S")'

[custom_property.S]
type = "string"
[[custom_property.S.expression]]
log_source_type = "Linux OS"
leef = "s"
"""


@pytest.mark.parametrize(
    ("edited", "parsed"),
    [
        (("\"P\" = 'x'", '"Q" > 1'), {"P": None, "Q": True, "R": True, "S": True}),
        (("\"P\" = 'x'", '"R" > 1'), {"P": None, "Q": None, "R": True, "S": True}),
        (("", ""), {"P": True, "Q": None, "R": None, "S": None}),
        (
            ("[custom_property.R]\n", "[custom_property.R]\nuse_for_rule_engine = true\n"),
            {"P": True, "Q": None, "R": True, "S": True},
        ),
    ],
)
def test_what_a_property_that_rules_read_is_made_of_is_parsed_in_advance_too(
    tmp_path: Path, edited: tuple[str, str], parsed: dict[str, bool | None]
) -> None:
    result = Files(tmp_path, (STACK + MADE_OF).replace(*edited)).compile()
    forms = {address.name: one.deployed for address, one in result.desired.items()}
    assert {name: forms[name].get("use_for_rule_engine") for name in parsed} == parsed


def test_what_its_kind_refuses_is_a_diagnostic_at_its_line_and_not_desired(tmp_path: Path) -> None:
    broken = Files(tmp_path, STACK.replace('"high"', '"hihg"'))
    result = broken.compile()
    (found,) = result.diagnostics.items
    assert str(found.position) == "stacks/cloud/stack.toml:19"
    assert DETECTION not in result.desired
    assert SET in result.desired


# --- what the context stands for

BASE = Surroundings(
    project="lab",
    console="local",
    min_status="stable",
    timezone=ZoneInfo("UTC"),
    names=shipped_names(),
    facts={
        "cloud/custom_property.P": Fact("custom_property", "P", "u1", "string"),
        "cloud/reference_set.a": Fact("reference_set", "Lab: a", "u2", "IP"),
        "cloud/detection.d": Fact("detection", "Lab: d", "u3"),
    },
    clock=NOW,
    api_version=(26, 0),
)


def with_type(name: str) -> Names:
    return replace(BASE.names, offense_types=(*BASE.names.offense_types, OffenseType(900, name, name, custom=True)))


@pytest.mark.parametrize(
    "other",
    [
        {"project": "x"},
        {"console": "x"},
        {"min_status": "test"},
        {"rollout": "monitor"},
        {"timezone": ZoneInfo("Europe/Zurich")},
        {"api_version": (22, 0)},
        {"api_version": None},
        {"names": replace(BASE.names, log_source_types={1: "x"})},
        {"names": with_type("Somebody's")},
        {"facts": dict(BASE.facts) | {"cloud/reference_set.a": Fact("reference_set", "Lab: a", "u2", "ALN")}},
        {"facts": dict(BASE.facts) | {"cloud/reference_set.b": Fact("reference_set", "Lab: b", "u4", "IP")}},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_context_is_another_when_anything_changes_that_compiling_reads(other: dict[str, Any]) -> None:
    assert replace(BASE, **other).digest != BASE.digest


@pytest.mark.parametrize(
    "other",
    [
        {"clock": NOW + 1},
        {"names": with_type("p")},
        {"facts": dict(BASE.facts) | {"cloud/detection.e": Fact("detection", "Lab: e", "u5")}},
        {"names": replace(BASE.names, properties=frozenset({"Q"}), reference_sets={"x": "IP"})},
    ],
    ids=["time", "offense-type-of-our-own-property", "another-detection", "what-else-is-on-the-console"],
)
def test_the_context_stays_whatever_compiling_does_not_read(other: dict[str, Any]) -> None:
    assert replace(BASE, **other).digest == BASE.digest
