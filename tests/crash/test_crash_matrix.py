"""A sample of the crash matrix: every kind of request, the faults taking turns. CONTRIBUTING.md names the whole one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from crash_wire import Fault

COMMAND = Path(__file__).with_name("crash_matrix.py")
SECONDS = 300


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
    missing = [fault for fault in Fault if str(fault) not in ended.stdout]
    assert len(missing) <= 1, ended.stdout  # one of the two around a write of the state is in each part
