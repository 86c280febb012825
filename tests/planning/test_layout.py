"""Two filters that say the same, and declarations that changed in nothing a console holds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from model_console import carried_out, remembered
from situations import (
    BLOCK,
    DETECTION,
    MINE,
    SET,
    actions,
    at,
    change_of,
    edits,
    found,
    planned,
    recorded,
    settled,
    situation,
    wanted,
)

from dac.model.change import Action, Channel
from dac.planning.plan import plan
from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.planning.situation import Situation

D = "detection.x"
OURS = DETECTION | {"filter": "qid = 2\nAND username = 'x'"}
THEIRS = DETECTION | {"filter": "( qid == 2 )  and (USERNAME = 'x')"}
OTHER = DETECTION | {"filter": "qid = 2 AND username = 'X'"}


def after(before: Situation, made: Plan) -> Situation:
    """Carry out a plan on the model console and on the record."""
    change = change_of(made, D)
    record = remembered(change, before.recorded[at(D)])
    assert record is not None
    reads = {at(D): carried_out(change, before.reads[at(D)])}
    return replace(before, reads=reads, recorded={at(D): record})


@pytest.mark.parametrize("local", [D, "building_block.x"])
def test_a_filter_laid_out_by_hand_is_neither_edit_nor_drift(local: str) -> None:
    form = OURS if local == D else BLOCK | {"filter": OURS["filter"]}
    made = settled(local, form, form | {"filter": THEIRS["filter"]})
    assert (actions(made), made.drift, made.waves) == ({}, (), ())


def test_the_record_takes_the_layout_on_so_that_the_next_plan_finds_all_equal() -> None:
    before = situation(wanted(D, OURS), recorded(D, OURS), seen={D: found(D, THEIRS)})
    second = after(before, plan(before, Options()))
    assert second.recorded[at(D)].deployed == THEIRS
    taken = replace(second, desired={at(D): wanted(D, THEIRS)})  # an unchanged declaration is taken from the record
    compiled_anew = replace(second, desired={at(D): wanted(D, OURS)})
    for again in (plan(taken, Options()), plan(compiled_anew, Options())):
        assert (actions(again), again.drift, again.waves) == ({}, (), ())
        assert change_of(again, D).record == THEIRS


def test_when_all_three_are_equal_no_query_is_read() -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_layout import D, THEIRS, settled\n"
        "settled(D, THEIRS)\n"
        "print({'dac.aql.meaning', 'dac.aql.parsing', 'deepdiff'} & set(sys.modules))"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", program, str(here), str(here.parent)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"


def test_another_edit_of_the_rule_leaves_the_layout_as_it_is_on_the_console() -> None:
    before = situation(wanted(D, OURS | {"severity": 9}), recorded(D, OURS), seen={D: found(D, THEIRS)})
    made = plan(before, Options())
    change = change_of(made, D)
    assert (edits(change), made.drift) == ({"severity": (5, 9)}, ())
    assert change.desired is not None
    assert change.desired.deployed == change.record == THEIRS | {"severity": 9}
    again = plan(after(before, made), Options())
    assert (actions(again), again.drift) == ({}, ())


def test_a_rule_switched_off_and_laid_out_by_hand_is_only_held() -> None:
    made = settled(D, OURS, THEIRS | {"enabled": False})
    assert actions(made) == {}
    (drift,) = made.drift
    assert edits(drift) == {"enabled": (True, False)}


def test_a_reason_does_not_blame_the_stack_for_a_layout() -> None:
    want, record = wanted(D, OURS), recorded(D, THEIRS)
    made = planned(want, record, seen={D: found(D, THEIRS | {"severity": 1})})
    assert change_of(made, D).reason == "it was changed outside of dac"


@pytest.mark.parametrize("live", [OTHER, DETECTION | {"filter": "no AQL ("}, DETECTION | {"filter": "qid = 2"}])
def test_a_filter_that_says_something_else_is_put_back(live: Deployed) -> None:
    made = settled(D, OURS, live)
    change = change_of(made, D)
    assert edits(change) == {"filter": (live["filter"], OURS["filter"])}
    assert [edit.channel for edit in change.edits] == [Channel.EXTENSION]
    assert change.record == OURS
    assert [edits(drift) for drift in made.drift] == [{"filter": (OURS["filter"], live["filter"])}]


def test_only_a_filter_has_a_layout() -> None:
    made = settled(D, DETECTION | {"notes": "a = 1"}, DETECTION | {"notes": "a  =  1"})
    assert edits(change_of(made, D)) == {"notes": ("a  =  1", "a = 1")}


def git_only(digest: str, recorded_digest: str, live: Deployed = DETECTION, want: Deployed = DETECTION) -> Plan:
    record = recorded(D, DETECTION, digest=recorded_digest)
    return planned(wanted(D, want, digest=digest), record, seen={D: found(D, live)})


def test_a_declaration_that_changed_in_nothing_a_console_holds_is_named_and_is_no_change() -> None:
    made = git_only("new", "old")
    assert made.git_only == (at(D),)
    assert (actions(made), made.waves, made.drift) == ({}, (), ())
    assert change_of(made, D).action is Action.NO_OP


def test_it_is_named_too_where_the_rule_is_held() -> None:
    assert git_only("new", "old", DETECTION | {"enabled": False}).git_only == (at(D),)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"digest": "same", "recorded_digest": "same"}, "nothing changed"),
        ({"digest": "new", "recorded_digest": ""}, "it is not known what was declared: half done, or imported"),
        ({"digest": "", "recorded_digest": "old"}, "it is not known what is declared"),
        ({"digest": "new", "recorded_digest": "old", "want": DETECTION | {"severity": 9}}, "it is an update"),
        (
            {
                "digest": "new",
                "recorded_digest": "old",
                "want": DETECTION | {"severity": 9},
                "live": DETECTION | {"severity": 9},
            },
            "somebody had done the same by hand, which is drift",
        ),
    ],
)
def test_what_is_not_only_in_git_is_not_named(given: dict[str, Any], why: str) -> None:
    assert git_only(**given).git_only == (), why


def test_a_move_is_told_as_a_move() -> None:
    want = wanted("detection.y", digest="new", previous=(at(D),), uuid=recorded(D).uuid)
    made = planned(want, recorded(D, digest="old"), seen={"detection.y": found("detection.y", uuid=want.uuid)})
    assert change_of(made, "detection.y").previous == at(D)
    assert made.git_only == ()


def test_every_kind_can_change_only_in_git() -> None:
    want, record = wanted("reference_set.x", SET, digest="new"), recorded("reference_set.x", SET, digest="old")
    assert MINE in SET["entries"]
    assert planned(want, record, seen={"reference_set.x": found("reference_set.x", SET)}).git_only == (want.address,)
