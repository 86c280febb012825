"""What somebody changed outside of dac, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from model_console import carried_out, remembered
from situations import (
    DETECTION,
    HERS,
    MINE,
    PROPERTY,
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

from dac.model.change import MISSING, Disposition
from dac.model.plan import Step
from dac.model.reads import Unreadable
from dac.planning.plan import plan
from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.plan import Plan

D, S, P = "detection.x", "reference_set.x", "custom_property.x"
OFF = DETECTION | {"enabled": False}
RE_ENABLE = Options(re_enable=frozenset([at(D)]))


def drift_of(made: Plan) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Edits by what becomes of them."""
    return {drift.disposition.name: edits(drift) for drift in made.drift}


def test_a_change_by_hand_is_reverted() -> None:
    made = settled(D, live=DETECTION | {"severity": 9, "annotation": "by hand"})
    assert drift_of(made) == {"REVERTED": {"severity": (5, 9), "annotation": (MISSING, "by hand")}}
    assert edits(change_of(made, D)) == {"severity": (9, 5), "annotation": ("by hand", MISSING)}


def test_a_change_by_hand_that_the_stack_came_to_as_well_is_accepted() -> None:
    new = DETECTION | {"severity": 9}
    made = planned(wanted(D, new), recorded(D), seen={D: found(D, new)})
    assert (drift_of(made), actions(made)) == ({"ACCEPTED": {"severity": (5, 9)}}, {})


def test_one_thing_can_drift_in_every_way_at_once() -> None:
    want = DETECTION | {"severity": 9, "credibility": 1}
    live = DETECTION | {"severity": 9, "credibility": 2, "relevance": 3, "enabled": False, "annotation": "x"}
    made = planned(wanted(D, want, ignore_changes=("annotation",)), recorded(D), seen={D: found(D, live)})
    assert drift_of(made) == {
        "REVERTED": {"credibility": (5, 2), "relevance": (5, 3)},
        "HELD": {"enabled": (True, False)},
        "IGNORED": {"annotation": (MISSING, "x")},
        "ACCEPTED": {"severity": (5, 9)},
    }
    assert edits(change_of(made, D)) == {"credibility": (2, 1), "relevance": (3, 5)}


@pytest.mark.parametrize(
    ("was", "live", "want"),
    [
        ({}, {"event": {"name": "a", "category": "b"}}, {"event": {"name": "c", "category": "b"}}),
        ({"event": {"name": "a"}}, {}, {"event": {"name": "a", "category": "b"}}),
        ({"event": {"name": "a"}}, {"event": {"name": "b"}}, {}),
    ],
)
def test_what_will_be_overwritten_is_reverted_however_deep_it_lies(
    was: dict[str, Any], live: dict[str, Any], want: dict[str, Any]
) -> None:
    made = planned(wanted(D, DETECTION | want), recorded(D, DETECTION | was), seen={D: found(D, DETECTION | live)})
    assert set(drift_of(made)) == {"REVERTED"}


def test_nothing_is_drift_that_was_never_recorded() -> None:
    made = planned(wanted(D), seen={D: found(D, DETECTION | {"severity": 9})})
    assert (made.drift, actions(made)) == ((), {D: "adopt"})


def test_entries_of_others_are_no_drift_in_an_additive_set_and_drift_in_an_authoritative_one() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    assert settled(S, live=live).drift == ()
    assert drift_of(settled(S, SET | {"authoritative": True}, live=live)) == {
        "REVERTED": {f'entries["{HERS}"]': (MISSING, "hers")}
    }


def test_entries_of_others_are_left_when_a_set_becomes_additive() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = planned(wanted(S), recorded(S, SET | {"authoritative": True}), seen={S: found(S, live)})
    assert drift_of(made) == {"ACCEPTED": {f'entries["{HERS}"]': (MISSING, "hers")}}
    assert edits(change_of(made, S)) == {"authoritative": (True, MISSING)}
    assert [wave.step for wave in made.waves] == [Step.RECORD]


def test_an_entry_taken_out_by_hand_comes_back() -> None:
    made = settled(S, live=SET | {"entries": {}})
    assert drift_of(made) == {"REVERTED": {f'entries["{MINE}"]': ("exit node", MISSING)}}


def test_what_drifted_and_is_to_be_deleted_is_destroyed_with_it() -> None:
    made = planned(recorded(D), wanted(S), seen={D: found(D, OFF)})
    assert drift_of(made) == {"DESTROYED": {"enabled": (True, False)}}
    assert str(made.drift[0].disposition) == "will be destroyed"


def test_destroy_does_not_talk_of_drift() -> None:
    made = planned(recorded(D), recorded(S), seen={D: found(D, OFF)}, options=Options(destroy=True))
    assert made.drift == ()


def test_a_rule_switched_off_by_hand_is_held_and_shown() -> None:
    made = settled(D, live=OFF)
    assert (actions(made), made.waves) == ({}, ())
    assert drift_of(made) == {"HELD": {"enabled": (True, False)}}
    assert made.drift[0].reason == "switched off by hand"


def test_a_rule_switched_off_by_hand_is_held_through_an_update_of_its_body() -> None:
    made = planned(wanted(D, DETECTION | {"severity": 9}), recorded(D), seen={D: found(D, OFF)})
    change = change_of(made, D)
    assert edits(change) == {"severity": (5, 9)}
    assert [wave.step for wave in made.waves] == [Step.PACKAGE]
    assert change.desired is not None
    assert change.record is not None
    assert change.desired.deployed["enabled"] is False  # what is sent
    assert change.record["enabled"] is True  # what is remembered: it should be on


def test_re_enable_switches_it_on_by_rest_alone() -> None:
    made = planned(wanted(D), recorded(D), seen={D: found(D, OFF)}, options=RE_ENABLE)
    assert edits(change_of(made, D)) == {"enabled": (False, True)}
    assert [wave.step for wave in made.waves] == [Step.SWITCH]
    assert drift_of(made) == {"REVERTED": {"enabled": (True, False)}}


def test_re_enable_is_for_the_address_it_names() -> None:
    y = "detection.y"
    made = planned(
        *(make(local) for local in (D, y) for make in (wanted, recorded)),
        seen={D: found(D, OFF), y: found(y, OFF)},
        options=RE_ENABLE,
    )
    assert actions(made) == {D: "update"}
    assert [(drift.address, drift.disposition) for drift in made.drift] == [
        (at(D), Disposition.REVERTED),
        (at(y), Disposition.HELD),
    ]


def test_a_rule_that_the_stack_itself_switches_on_is_not_held() -> None:
    made = planned(wanted(D), recorded(D, OFF), seen={D: found(D, OFF)})
    assert (edits(change_of(made, D)), made.drift) == ({"enabled": (False, True)}, ())


def test_a_rule_switched_on_by_hand_is_switched_off_again() -> None:
    made = planned(wanted(D, OFF), recorded(D, OFF), seen={D: found(D)})
    assert edits(change_of(made, D)) == {"enabled": (True, False)}
    assert drift_of(made) == {"REVERTED": {"enabled": (False, True)}}


def test_a_rule_that_is_off_when_the_state_is_lost_is_held() -> None:
    made = planned(wanted(D), seen={D: found(D, OFF)})
    assert (change_of(made, D).edits, drift_of(made)) == ((), {"HELD": {"enabled": (True, False)}})


def test_what_is_held_stays_held_through_any_number_of_applies_until_somebody_decides() -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    for severity in (6, 7, 8):
        now = replace(now, desired={at(D): wanted(D, DETECTION | {"severity": severity})})
        made = plan(now, Options())
        assert drift_of(made) == {"HELD": {"enabled": (True, False)}}
        change = change_of(made, D)
        record = remembered(change, None)
        assert record is not None
        now = replace(now, reads={at(D): carried_out(change, now.reads[at(D)])}, recorded={at(D): record})
    assert drift_of(plan(now, Options())) == {"HELD": {"enabled": (True, False)}}
    off = replace(now, desired={at(D): wanted(D, OFF | {"severity": 8})})
    assert (actions(plan(off, Options())), drift_of(plan(off, Options()))) == (
        {},
        {"ACCEPTED": {"enabled": (True, False)}},
    )


def with_expressions(*rows: tuple[str, bool]) -> dict[str, Any]:
    made = [{"kind": "json", "log_source_type": name, "expression": '/"a"'} for name, _ in rows]
    rows_on = [row if on else row | {"enabled": False} for row, (_, on) in zip(made, rows, strict=True)]
    return PROPERTY | {"expressions": rows_on}


def test_an_expression_that_the_console_switched_off_is_held_and_re_enabled() -> None:
    on, off = with_expressions(("A", True)), with_expressions(("A", False))
    held = settled(P, on, live=off)
    assert (actions(held), set(drift_of(held))) == ({}, {"HELD"})
    again = planned(
        wanted(P, on), recorded(P, on), seen={P: found(P, off)}, options=Options(re_enable=frozenset([at(P)]))
    )
    assert (actions(again), set(drift_of(again))) == ({P: "update"}, {"REVERTED"})


def test_an_expression_is_held_while_its_neighbour_is_put_right() -> None:
    on = with_expressions(("A", True), ("B", True))
    live = with_expressions(("A", False), ("B", True))
    live["expressions"][1] = live["expressions"][1] | {"expression": '/"by hand"'}
    made = settled(P, on, live=live)
    assert set(drift_of(made)) == {"REVERTED", "HELD"}
    change = change_of(made, P)
    assert change.desired is not None
    assert change.desired.deployed == with_expressions(("A", False), ("B", True))
    assert change.record == on


@pytest.mark.parametrize(
    ("field", "key"), [("severity", "severity"), ("confidence", "credibility"), ("response", "log")]
)
def test_what_is_ignored_neither_shows_nor_is_overwritten(field: str, key: str) -> None:
    live = DETECTION | {key: 9, "annotation": "x"}
    made = settled(D, live=live, ignore_changes=(field,))
    change = change_of(made, D)
    assert edits(change) == {"annotation": ("x", MISSING)}
    assert change.desired is not None
    assert change.desired.deployed[key] == 9
    assert change.record == DETECTION | {key: 9}
    assert drift_of(made)["IGNORED"] == {key: (DETECTION[key], 9)}


def test_what_is_ignored_is_still_set_when_a_thing_is_made() -> None:
    made = planned(wanted(D, ignore_changes=("severity",)))
    assert edits(change_of(made, D))["severity"] == (MISSING, 5)


def test_what_is_ignored_and_missing_on_the_console_stays_missing() -> None:
    live = {key: value for key, value in DETECTION.items() if key != "log"}
    made = settled(D, live=live, ignore_changes=("response",))
    assert actions(made) == {}


@pytest.mark.parametrize("known", [True, False])
def test_a_switch_that_is_ignored_is_not_held(*, known: bool) -> None:
    sides = [wanted(D, ignore_changes=("enabled",)), *([recorded(D)] if known else [])]
    made = planned(*sides, seen={D: found(D, OFF)})
    assert set(drift_of(made)) == ({"IGNORED"} if known else set())
    assert change_of(made, D).record == DETECTION  # else the stack would seem to switch it on once it is not ignored


@pytest.mark.parametrize(("stack", "held"), [(DETECTION, True), (DETECTION | {"severity": 8}, True), (OFF, False)])
def test_what_the_lists_show_of_a_rule_that_could_not_be_read_is_drift(stack: dict[str, Any], *, held: bool) -> None:
    listed = found(D, DETECTION | {"enabled": False, "name": "Renamed"}).live
    made = planned(wanted(D, stack), recorded(D), seen={D: Unreadable("HTTP 403", listed)})
    assert [refusal.code for refusal in made.refusals] == ["unreadable"]
    assert actions(made) == {}
    fates = {edit.path: drift.disposition for drift in made.drift for edit in drift.edits}
    assert fates == {"name": Disposition.REVERTED, "enabled": Disposition.HELD if held else Disposition.ACCEPTED}


def test_of_what_is_to_be_destroyed_no_list_is_drift() -> None:
    seen = {D: Unreadable("HTTP 403", found(D, OFF).live)}
    assert planned(wanted(D), recorded(D), seen=seen, options=Options(destroy=True)).drift == ()
