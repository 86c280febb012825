"""Where nothing is decided about a thing, how it differs from its record is shown all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from situations import DETECTION, SET, at, codes, found, planned, recorded, wanted

from dac.model.change import Action, Disposition
from dac.model.reads import Absent, Found, Unreadable
from dac.planning.situation import Options, Undecided

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.model.reads import Read

D, S = "detection.x", "reference_set.x"
OFF, SOFTER = DETECTION | {"enabled": False}, DETECTION | {"severity": 1}


def by_record(read: Read, *ignored: str, options: Options | None = None) -> Plan:
    undecided = {at(D): Undecided("its stack has errors", ignored)}
    return planned(recorded(D), seen={D: read}, undecided=undecided, options=options)


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        (found(D), []),
        (Absent(), ["missing"]),
        (found(D, OFF), ["enabled"]),
        (found(D, SOFTER), ["severity"]),
        (found(D, uuid="another rule of that name", ours=False), ["missing"]),
        (found(D, remote_id="of the edit", overridden=True), ["overridden"]),
        (Unreadable("403"), []),
        (Unreadable("403", found(D, OFF).live), ["enabled"]),
    ],
)
def test_what_no_file_decides_is_compared_with_its_record_and_left_as_it_is(read: Read, shown: list[str]) -> None:
    made = by_record(read)
    assert [change.action for change in made.changes] == [Action.NO_OP]
    assert made.waves == ()
    told = [
        "missing" if item.missing else "overridden" if item.overridden else item.edits[0].path for item in made.drift
    ]
    assert told == shown
    assert {(item.disposition, item.reason) for item in made.drift} <= {(Disposition.UNDECIDED, "its stack has errors")}
    assert codes(made) == ([("unreadable", D)] if isinstance(read, Unreadable) else [])


def test_what_its_table_ignores_is_ignored_though_it_does_not_compile() -> None:
    made = by_record(found(D, OFF | {"severity": 1}), "severity")
    assert [(item.disposition, [edit.path for edit in item.edits]) for item in made.drift] == [
        (Disposition.IGNORED, ["severity"]),
        (Disposition.UNDECIDED, ["enabled"]),
    ]


@pytest.mark.parametrize("live", [found(S), found(S, SET | {"description": "by hand"})])
def test_what_is_let_go_shows_what_was_changed_by_hand(live: Found) -> None:
    made = planned(recorded(S), seen={S: live}, removed={at(S): "why"})
    assert [change.action for change in made.changes] == [Action.FORGET]
    shown = [(item.disposition, item.reason) for item in made.drift]
    assert shown == ([] if live == found(S) else [(Disposition.UNDECIDED, "[removed] says so: why")])


def test_what_the_plan_stops_at_is_shown_as_gone_where_another_has_its_name() -> None:
    made = planned(wanted(S), recorded(S), seen={S: found(S, remote_id="another", ours=False)})
    assert codes(made) == [("name-taken", S)]
    assert [(item.missing, item.disposition) for item in made.drift] == [(True, Disposition.UNDECIDED)]
    assert planned(recorded(S), seen={S: found(S)}, options=Options(destroy=True)).drift == ()
