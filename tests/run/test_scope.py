"""Which stacks a command works on, and whose mistakes it is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from run_bench import REF

from dac.errors import ConfigError, DacError, PlanError
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.plan import ConsoleRef, Plan
from dac.model.position import SourcePosition
from dac.run.scope import Request, choose, choose_for_plan, relevant, selection
from dac.state import journal
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"
[console.prod]
url = "https://qradar.example.com"
token = { env = "T" }
[console.dev]
url = "emulator:dev.db"
"""
STACK = """\
[stack]
description = "x"
[reference_set.a]
name = "Lab: a of STACK"
entry_type = "IP"
[removed]
"detection.gone" = "why"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dac.toml").write_text(DAC_TOML)
    for name in ("cloud", "hosts"):
        (tmp_path / "stacks" / name).mkdir(parents=True)
        (tmp_path / "stacks" / name / "stack.toml").write_text(STACK.replace("STACK", name))
    return tmp_path


# --- which stacks


def test_no_name_means_every_stack_and_never_one_whose_folder_is_gone() -> None:
    assert selection((), {"cloud", "hosts", "gone"}, {"cloud", "hosts"}) == ("cloud", "hosts")


def test_named_stacks_are_taken_once_each_and_in_order() -> None:
    assert selection(("hosts", "cloud", "hosts"), {"cloud", "hosts", "gone"}, {"cloud", "hosts"}) == ("cloud", "hosts")


def test_a_stack_whose_folder_is_gone_may_be_named_where_it_is_known() -> None:
    assert selection(("gone",), {"cloud", "gone"}, {"cloud"}) == ("gone",)


@pytest.mark.parametrize(
    ("named", "known", "hint"),
    [
        ("clod", {"cloud", "hosts"}, 'did you mean "cloud"?'),
        ("x", {"hosts", "cloud"}, "stacks: cloud, hosts"),
        ("x", set[str](), "stacks: none yet"),
    ],
)
def test_an_unknown_stack_is_refused_with_the_nearest_or_with_all_there_are(
    named: str, known: set[str], hint: str
) -> None:
    with pytest.raises(DacError, match=f'there is no stack "{named}"') as refused:
        selection((named,), known, known)
    assert refused.value.hint == hint


# --- from the folder


def test_a_scope_holds_all_stacks_and_the_selected_ones(folder: Path) -> None:
    scope = choose(Request(folder, ("hosts",), console="dev"), writes=True)
    assert scope.selected == ("hosts",)
    assert sorted(str(resource.address) for resource in scope.resources) == [
        "cloud/reference_set.a",
        "hosts/reference_set.a",
    ]
    assert [str(address) for address in scope.removed] == ["hosts/detection.gone"]


def test_a_stack_that_has_nothing_but_a_state_can_be_named_for_a_destroy_only(folder: Path) -> None:
    document = journal.new_document("gone", ConsoleRef("dev", "emulator:dev.db"), lineage="x")
    LocalBackend(folder / "state").write(journal.next_serial(document))
    asked = Request(folder, ("gone",), console="dev")
    assert choose(asked, writes=True, recorded_only=True).selected == ("gone",)
    with pytest.raises(DacError, match='the folder of stack "gone" is gone; only its state is left'):
        choose(asked, writes=True)


def test_broken_files_stop_nothing_where_only_the_record_counts(folder: Path) -> None:
    (folder / "stacks/cloud/stack.toml").write_text("this is no TOML")
    assert choose(Request(folder, ("cloud",), console="dev"), writes=True, recorded_only=True).selected == ("cloud",)


def test_a_mistake_in_a_stack_that_nobody_asked_about_stops_nothing(folder: Path) -> None:
    (folder / "stacks/hosts/bad.toml").write_text("this is no TOML")
    assert choose(Request(folder, ("cloud",), console="dev"), writes=True).selected == ("cloud",)
    with pytest.raises(ConfigError):
        choose(Request(folder, ("hosts",), console="dev"), writes=True)


def test_findings_outside_of_all_stacks_concern_everybody() -> None:
    places = ("stacks/cloud/x.toml", "stacks/hosts/x.toml", "stacks/hosts-2/x.toml", "dac.toml")
    found = [Diagnostic(Severity.ERROR, path, "wrong", position=SourcePosition(path, 1)) for path in places]
    found.append(Diagnostic(Severity.ERROR, "no file", "wrong"))
    assert [item.code for item in relevant(found, ("cloud",), {"cloud", "hosts"})] == [
        "stacks/cloud/x.toml",
        "stacks/hosts-2/x.toml",
        "dac.toml",
        "no file",
    ]


# --- for a saved plan


def test_a_saved_plan_brings_its_own_stacks_and_reads_no_stack_file(folder: Path) -> None:
    (folder / "stacks/cloud/stack.toml").write_text("this is no TOML")
    scope = choose_for_plan(Request(folder), Plan(REF, ("cloud",), (), ()))
    assert (scope.console.name, scope.selected, scope.resources) == ("prod", ("cloud",), ())


def test_a_saved_plan_is_refused_on_a_console_that_it_was_not_made_for(folder: Path) -> None:
    with pytest.raises(PlanError, match="this plan was made for console prod, not for dev"):
        choose_for_plan(Request(folder, console="dev"), Plan(REF, ("cloud",), (), ()))


def test_a_saved_plan_is_refused_when_its_console_has_moved(folder: Path) -> None:
    moved = ConsoleRef("prod", "https://old.example.com")
    with pytest.raises(PlanError, match=r"at https://old\.example\.com, which is now https://qradar\.example\.com"):
        choose_for_plan(Request(folder), Plan(moved, ("cloud",), (), ()))
