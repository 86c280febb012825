"""A sample of the crash matrix: every kind of request, the faults taking turns. CONTRIBUTING.md names the whole one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from crash_cases import every_case, kind_of, sample
from crash_faults import Fault, Place, Strike
from crash_runs import Reference

COMMAND = Path(__file__).with_name("crash_matrix.py")
SECONDS = 300
REQUESTS = [
    "GET analytics/rules?fields=id",
    "POST reference_data_collections/sets (signed)",
    "POST reference_data_collections/sets 0a1b2c3d",
    "PATCH reference_data_collections/set_entries 0a1b2c3d",
    "GET reference_data_collections/set_bulk_update_tasks/8",
    "GET reference_data_collections/set_bulk_update_tasks/8/results",
    "POST config/extension_management/extensions/2?action_type=PREVIEW&overwrite=true",
    "POST config/extension_management/extensions/2?action_type=INSTALL&overwrite=true",
    "DELETE reference_data_collections/sets/8",
    "DELETE reference_data_collections/sets/10",
]


STATE_REQUESTS = ["GET lab-crash", "POST lab-crash/lock", "GET lab-crash", "POST lab-crash", "DELETE lab-crash/lock"]
ON_SERVER = Reference({Place.CONSOLE: REQUESTS, Place.SERVER: STATE_REQUESTS}, {})
IN_FILE = Reference({Place.CONSOLE: REQUESTS, Place.WRITE: ["document", "step", "document"]}, {})


@pytest.mark.parametrize(
    "some",
    [
        ("--part", "1/2"),
        ("--part", "2/2"),
        ("--backend", "http", "--at", Place.SERVER),
    ],
    ids=["half of the console's", "the other half", "all of the state server's"],
)
def test_whatever_goes_wrong_at_any_kind_of_request_is_made_good_by_the_next_apply(
    some: tuple[str, ...], tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, COMMAND, "--sample", *some, "--entries", "200", "--work", tmp_path],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_matrix_is_every_fault_at_every_request_and_around_every_write_of_the_state() -> None:
    cases = every_case(IN_FILE)
    assert len(set(cases)) == len(cases) == len(REQUESTS) * len(Fault) + 3 * 2
    assert Strike(Fault.REVOKED, 10) in cases
    assert Strike(Fault.KILLED_AFTER, 3, Place.WRITE) in cases


def test_where_a_server_keeps_the_state_every_fault_is_at_each_request_to_that_too() -> None:
    cases = every_case(ON_SERVER)
    assert len(set(cases)) == len(cases) == (len(REQUESTS) + len(STATE_REQUESTS)) * len(Fault)
    assert Strike(Fault.LOST, 4, Place.SERVER) in cases


@pytest.mark.parametrize("turn", range(3))
def test_a_sample_has_every_kind_of_request_and_the_faults_take_turns(turn: int) -> None:
    cases = sample(IN_FILE, turn)
    struck = [REQUESTS[one.nth - 1] for one in cases if one.place is Place.CONSOLE]
    assert {kind_of(line) for line in struck} == {kind_of(line) for line in REQUESTS}
    assert len(struck) == len({kind_of(line) for line in REQUESTS}) == 7
    assert len({one.fault for one in cases if one.place is Place.CONSOLE}) == 7
    assert len({one.fault for one in cases if one.place is Place.WRITE}) == 2


@pytest.mark.parametrize("turn", range(3))
def test_a_sample_has_every_kind_of_request_to_the_state_server(turn: int) -> None:
    struck = [STATE_REQUESTS[one.nth - 1] for one in sample(ON_SERVER, turn) if one.place is Place.SERVER]
    assert sorted(struck) == sorted(set(STATE_REQUESTS))


def test_another_turn_gives_other_cases() -> None:
    assert not set(sample(IN_FILE, 0)) & set(sample(IN_FILE, 1))
