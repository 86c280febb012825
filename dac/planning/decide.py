"""Why dac will do what it will do: one table over what is desired, recorded and live.

Every cell stands here once, and every cell has a test. `recorded` is PENDING when an apply was cut after it wrote
down its intent and before it wrote down what came of it; then the console decides. `live` is FOREIGN when a thing of
that name is there but neither its uuid, its marker nor our record says that dac made it. UNREADABLE is not absence.
"""

from __future__ import annotations

from enum import StrEnum


class Record(StrEnum):
    """What the state says."""

    ABSENT = "-"
    PENDING = "pending"
    PRESENT = "+"


class Sight(StrEnum):
    """What the console says."""

    ABSENT = "-"
    OURS = "+ ours"
    FOREIGN = "+ foreign"
    UNREADABLE = "unreadable"


class Decision(StrEnum):
    """What follows; `planning.changes` turns it into an action with edits."""

    CREATE = "create"
    RECREATE = "create again: it was deleted outside of dac"
    ADOPT = "adopt: the state was lost or the run was cut"
    CONFLICT = "refuse: a thing of that name is there and is not ours"
    COMPARE = "compare: no-op, update or replace"
    DELETE = "delete"
    FORGET = "forget: it has gone"
    LEAVE = "leave alone: not ours"
    UNDECIDED = "decide nothing: it could not be read"


_A, _P, _R = Record.ABSENT, Record.PENDING, Record.PRESENT
_NONE, _OURS, _FOREIGN, _UNREADABLE = Sight.ABSENT, Sight.OURS, Sight.FOREIGN, Sight.UNREADABLE

TABLE: dict[tuple[bool, Record, Sight], Decision] = {
    # desired, recorded, live
    (True, _A, _NONE): Decision.CREATE,
    (True, _A, _OURS): Decision.ADOPT,
    (True, _A, _FOREIGN): Decision.CONFLICT,
    (True, _A, _UNREADABLE): Decision.UNDECIDED,
    (True, _P, _NONE): Decision.CREATE,
    (True, _P, _OURS): Decision.ADOPT,
    (True, _P, _FOREIGN): Decision.CONFLICT,
    (True, _P, _UNREADABLE): Decision.UNDECIDED,
    (True, _R, _NONE): Decision.RECREATE,
    (True, _R, _OURS): Decision.COMPARE,
    (True, _R, _FOREIGN): Decision.CONFLICT,
    (True, _R, _UNREADABLE): Decision.UNDECIDED,
    (False, _A, _NONE): Decision.LEAVE,
    (False, _A, _OURS): Decision.LEAVE,
    (False, _A, _FOREIGN): Decision.LEAVE,
    (False, _A, _UNREADABLE): Decision.UNDECIDED,
    (False, _P, _NONE): Decision.FORGET,
    (False, _P, _OURS): Decision.DELETE,
    (False, _P, _FOREIGN): Decision.FORGET,
    (False, _P, _UNREADABLE): Decision.UNDECIDED,
    (False, _R, _NONE): Decision.FORGET,
    (False, _R, _OURS): Decision.DELETE,
    (False, _R, _FOREIGN): Decision.FORGET,
    (False, _R, _UNREADABLE): Decision.UNDECIDED,
}


def decide(*, desired: bool, recorded: Record, live: Sight) -> Decision:
    """Look the decision up; there is no other rule than the table."""
    return TABLE[desired, recorded, live]
