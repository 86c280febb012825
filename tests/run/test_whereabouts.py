"""Whether an interrupted run may still be at work: by the note of its process, else by the console's lock."""

from __future__ import annotations

import os
import socket

import pytest

from dac.model.run import Holder, Life
from dac.run.whereabouts import by_note

HERE, GONE = socket.gethostname(), 2**22 + 1  # no process has that number


def note(run_id: str = "r1", host: str = HERE, pid: int = GONE) -> Holder:
    return Holder(run_id, "anna", host, pid, "dac apply", 1_767_323_045_000)


@pytest.mark.parametrize(
    ("left", "every", "life"),
    [
        (note(pid=os.getpid()), True, Life.RUNNING),
        (note(), True, Life.ENDED),
        (note(host="laptop"), True, Life.UNSURE),
        (note("r2", pid=os.getpid()), True, Life.ENDED),
        (None, True, Life.ENDED),
        (note("r2", pid=os.getpid()), False, Life.ENDED),
        (note("r2"), False, None),
        (None, False, None),
    ],
)
def test_a_note_says_it_where_the_process_can_be_looked_for(
    left: Holder | None, life: Life | None, *, every: bool
) -> None:
    known = by_note("r1", left, every=every)
    assert (known.life if known else None) == life
