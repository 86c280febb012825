"""The three-way table: what the design says, cell by cell, written down without looking at the code."""

from __future__ import annotations

from itertools import product

import pytest

from dac.planning.decide import Decision, Record, Sight, decide

UNREADABLE = Decision.UNDECIDED

# desired, recorded: what follows for live -, + ours, + foreign, unreadable
DESIGN = """
+  -        create    adopt    refuse  undecided
+  pending  create    adopt    refuse  undecided
+  +        recreate  compare  refuse  undecided
-  -        leave     leave    leave   undecided
-  pending  forget    delete   forget  undecided
-  +        forget    delete   forget  undecided
"""

WORDS = {
    "create": Decision.CREATE,
    "recreate": Decision.RECREATE,
    "adopt": Decision.ADOPT,
    "refuse": Decision.CONFLICT,
    "compare": Decision.COMPARE,
    "delete": Decision.DELETE,
    "forget": Decision.FORGET,
    "leave": Decision.LEAVE,
    "undecided": Decision.UNDECIDED,
}
RECORDS = {"-": Record.ABSENT, "pending": Record.PENDING, "+": Record.PRESENT}
SIGHTS = (Sight.ABSENT, Sight.OURS, Sight.FOREIGN, Sight.UNREADABLE)

CELLS = [
    (desired == "+", RECORDS[recorded], live, WORDS[word])
    for desired, recorded, *words in (row.split() for row in DESIGN.strip().splitlines())
    for live, word in zip(SIGHTS, words, strict=True)
]


@pytest.mark.parametrize(("desired", "recorded", "live", "decision"), CELLS)
def test_each_cell_of_the_table(*, desired: bool, recorded: Record, live: Sight, decision: Decision) -> None:
    assert decide(desired=desired, recorded=recorded, live=live) is decision


def test_no_cell_is_missing_and_none_stands_twice() -> None:
    asked = [cell[:3] for cell in CELLS]
    assert sorted(asked) == sorted(product((True, False), Record, Sight))


def test_what_was_never_ours_is_never_deleted() -> None:
    doomed = {(recorded, live) for _, recorded, live, decision in CELLS if decision is Decision.DELETE}
    assert doomed == {(Record.PRESENT, Sight.OURS), (Record.PENDING, Sight.OURS)}
