"""A sample of the crash matrix: every kind of request, the faults taking turns. CONTRIBUTING.md names the whole one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from crash_cases import every_case, kind_of, sample
from crash_runs import Reference
from crash_wire import STATE_FAULTS, Fault, Strike

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


@pytest.mark.parametrize("part", ["1/2", "2/2"])
def test_whatever_goes_wrong_at_any_kind_of_request_is_made_good_by_the_next_apply(part: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, COMMAND, "--sample", "--part", part, "--entries", "200", "--work", tmp_path],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_matrix_is_every_fault_at_every_request_and_around_every_write_of_the_state() -> None:
    cases = every_case(Reference(REQUESTS, ["document", "step", "document"], {}))
    assert len(set(cases)) == len(cases) == len(REQUESTS) * (len(Fault) - 2) + 3 * 2
    assert Strike(Fault.REVOKED, 10) in cases
    assert Strike(Fault.KILLED_AFTER_STATE, 3) in cases


@pytest.mark.parametrize("turn", range(3))
def test_a_sample_has_every_kind_of_request_and_the_faults_take_turns(turn: int) -> None:
    cases = sample(Reference(REQUESTS, ["document", "step", "document"], {}), turn)
    struck = [REQUESTS[one.nth - 1] for one in cases if one.fault not in STATE_FAULTS]
    assert {kind_of(line) for line in struck} == {kind_of(line) for line in REQUESTS}
    assert len(struck) == len({kind_of(line) for line in REQUESTS}) == 7
    assert len({one.fault for one in cases}) == 7 + 2


def test_another_turn_gives_other_cases() -> None:
    reference = Reference(REQUESTS, ["document"], {})
    assert not set(sample(reference, 0)) & set(sample(reference, 1))
