"""What a plan says about one thing, from its birth to its end, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from situations import (
    DETECTION,
    FORMS,
    HERS,
    MINE,
    SET,
    actions,
    at,
    change_of,
    codes,
    edits,
    found,
    planned,
    recorded,
    settled,
    situation,
    wanted,
)

from dac.model.change import MISSING, Action, Disposition
from dac.model.plan import Step
from dac.model.reads import Absent, Unreadable
from dac.planning.plan import plan
from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.reads import Read

D, B, S, P = "detection.x", "building_block.x", "reference_set.x", "custom_property.x"
every_thing = pytest.mark.parametrize("local", [S, P, B, D])


@every_thing
def test_what_is_new_is_created_whole(local: str) -> None:
    made = planned(wanted(local))
    change = change_of(made, local)
    assert (change.action, change.live, change.recorded) == (Action.CREATE, None, None)
    assert {path.partition("[")[0]: old for path, (old, _) in edits(change).items()} == dict.fromkeys(
        FORMS[at(local).kind], MISSING
    )
    assert (change.record, made.drift, made.refusals) == (FORMS[at(local).kind], (), ())


@every_thing
def test_what_is_as_it_should_be_is_left_alone(local: str) -> None:
    made = settled(local)
    assert (actions(made), made.waves, made.drift, made.refusals) == ({}, (), (), ())
    assert change_of(made, local).action is Action.NO_OP


@every_thing
@pytest.mark.parametrize("pending", [True, False])
def test_what_a_cut_run_or_a_lost_state_left_is_taken_up_again(local: str, *, pending: bool) -> None:
    made = planned(wanted(local), seen={local: found(local)}, pending={at(local)} if pending else ())
    change = change_of(made, local)
    assert (change.action, change.edits) == (Action.ADOPT, ())
    assert "not in the state" in change.reason
    assert [wave.step for wave in made.waves] == [Step.RECORD]


def test_what_is_taken_up_again_is_completed_by_its_missing_parts_alone() -> None:
    partial = SET | {"entries": {}}
    made = planned(wanted(S), seen={S: found(S, partial)}, pending={at(S)})
    change = change_of(made, S)
    assert (change.action, edits(change)) == (Action.ADOPT, {f'entries["{MINE}"]': (MISSING, "exit node")})
    assert [wave.step for wave in made.waves] == [Step.WRITE]


@every_thing
def test_a_name_that_somebody_elses_thing_has_is_refused_with_the_line_that_lifts_it(local: str) -> None:
    made = planned(wanted(local), seen={local: found(local, ours=False, origin="USER")})
    assert (actions(made), codes(made)) == ({}, [("name-taken", local)])
    assert f"adopt = true in {local}" in made.refusals[0].hint


@every_thing
def test_adopt_takes_over_what_a_user_made(local: str) -> None:
    made = planned(wanted(local, adopt=True), seen={local: found(local, ours=False, origin="USER")})
    assert (actions(made), codes(made)) == ({local: "adopt"}, [])


@pytest.mark.parametrize("origin", ["SYSTEM", "OVERRIDE"])
@pytest.mark.parametrize("adopt", [True, False])
def test_nothing_takes_over_what_the_vendor_made(origin: str, *, adopt: bool) -> None:
    made = planned(wanted(D, adopt=adopt), seen={D: found(D, ours=False, origin=origin)})
    assert (actions(made), codes(made)) == ({}, [("name-taken", D)])
    assert "never takes over" in made.refusals[0].hint


def test_no_flag_lifts_a_taken_name() -> None:
    made = planned(
        wanted(D), seen={D: found(D, ours=False)}, options=Options(allow=frozenset(["name-taken", "unreadable"]))
    )
    assert codes(made) == [("name-taken", D)]


def test_what_is_taken_over_keeps_the_uuid_it_has() -> None:
    made = planned(wanted(D, adopt=True), seen={D: found(D, ours=False, uuid="theirs", origin="USER")})
    change = change_of(made, D)
    assert change.desired is not None
    assert change.desired.uuid == "theirs"


@every_thing
def test_what_was_deleted_outside_comes_back_and_is_reported(local: str) -> None:
    made = planned(wanted(local), recorded(local))
    assert actions(made) == {local: "create"}
    (drift,) = made.drift
    assert (drift.missing, drift.disposition, drift.address) == (True, Disposition.REVERTED, at(local))


@every_thing
def test_what_left_the_stack_is_deleted(local: str) -> None:
    made = planned(recorded(local), wanted("detection.other"), seen={local: found(local)})
    change = change_of(made, local)
    assert (change.action, change.desired, change.record) == (Action.DELETE, None, None)
    assert all(after is MISSING for _, after in edits(change).values())


@every_thing
def test_removed_forgets_and_leaves_it_on_the_console(local: str) -> None:
    made = planned(recorded(local), seen={local: found(local)}, removed={at(local): "the team took it over"})
    change = change_of(made, local)
    assert (change.action, change.edits) == (Action.FORGET, ())
    assert change.reason == "[removed] says so: the team took it over"
    assert ([wave.step for wave in made.waves], codes(made)) == ([Step.RECORD], [])


def test_destroy_deletes_what_removed_would_forget() -> None:
    made = planned(recorded(D), seen={D: found(D)}, removed={at(D): "x"}, options=Options(destroy=True))
    assert actions(made) == {D: "delete"}


@every_thing
@pytest.mark.parametrize("read", [Absent(), "foreign"])
def test_what_left_the_stack_and_is_gone_is_forgotten(local: str, read: Read | str) -> None:
    seen = found(local, ours=False) if read == "foreign" else read
    made = planned(recorded(local), seen={local: seen})  # type: ignore[dict-item]  # a str was replaced above
    assert actions(made) == {local: "forget"}
    assert [(drift.missing, drift.disposition) for drift in made.drift] == [(True, Disposition.ACCEPTED)]


@every_thing
@pytest.mark.parametrize("side", ["wanted", "recorded", "both", "pending"])
def test_what_could_not_be_read_is_not_decided(local: str, side: str) -> None:
    sides = [make(local) for name, make in (("wanted", wanted), ("recorded", recorded)) if side in (name, "both")]
    pending = {at(local)} if side == "pending" else set()
    made = planned(*sides, seen={local: Unreadable("HTTP 503")}, pending=pending)
    assert (actions(made), made.waves, codes(made)) == ({}, (), [("unreadable", local)])
    assert "HTTP 503" in made.refusals[0].summary


def test_what_nobody_asked_the_console_about_is_not_taken_for_absent() -> None:
    made = plan(situation(wanted(D), recorded(D), reads={}), Options())
    assert (actions(made), codes(made)) == ({}, [("unreadable", D)])


def test_destroy_says_too_what_could_not_be_read() -> None:
    made = planned(wanted(D), seen={D: Unreadable("HTTP 503")}, options=Options(destroy=True))
    assert codes(made) == [("unreadable", D)]


def test_destroy_leaves_what_is_not_recorded() -> None:
    made = planned(wanted(D), recorded(S), seen={D: found(D), S: found(S)}, options=Options(destroy=True))
    assert actions(made) == {S: "delete"}


def test_what_is_too_early_for_a_console_is_not_created() -> None:
    made = planned(wanted(D, dormant="too early"))
    assert (made.changes, made.waves, made.drift) == ((), (), ())


def test_what_has_become_too_early_is_switched_off_and_never_deleted() -> None:
    off = DETECTION | {"enabled": False}
    made = planned(wanted(D, off, dormant="too early"), recorded(D), seen={D: found(D)})
    assert edits(change_of(made, D)) == {"enabled": (True, False)}
    assert [wave.step for wave in made.waves] == [Step.SWITCH_OFF]


def test_what_is_too_early_and_was_deleted_outside_is_forgotten_once() -> None:
    made = planned(wanted(D, dormant="too early"), recorded(D))
    assert actions(made) == {D: "forget"}
    assert change_of(made, D).reason == "it has gone from the console, and too early"
    assert actions(planned(wanted(D, dormant="too early"), pending={at(D)})) == {D: "forget"}


@pytest.mark.parametrize("local", [D, B])
def test_a_rule_renamed_in_the_stack_is_updated_in_place(local: str) -> None:
    form = FORMS[at(local).kind]
    made = planned(wanted(local, form | {"name": "new"}), recorded(local), seen={local: found(local)})
    assert (actions(made), codes(made)) == ({local: "update"}, [])


@pytest.mark.parametrize(("local", "change"), [(S, {"name": "new"}), (S, {"entry_type": "ALN"}), (P, {"name": "new"})])
def test_what_qradar_cannot_change_is_replaced_and_says_what_forces_it(local: str, change: dict[str, str]) -> None:
    form = FORMS[at(local).kind]
    made = planned(wanted(local, form | change), recorded(local), seen={local: found(local)})
    assert (actions(made), codes(made)) == ({local: "replace"}, [])
    assert [edit.path for edit in change_of(made, local).edits if edit.reason] == list(change)


@pytest.mark.parametrize(
    ("local", "change"), [(P, {"property_type": "ip"}), (S, {"description": "x"}), (B, {"type": "FLOW"})]
)
def test_what_qradar_can_change_is_not_replaced(local: str, change: dict[str, str]) -> None:
    made = planned(wanted(local, FORMS[at(local).kind] | change), recorded(local), seen={local: found(local)})
    assert actions(made) == {local: "update"}


def test_the_reason_of_an_update_is_the_stack_or_what_is_around_it_or_the_console() -> None:
    by_stack = planned(wanted(D, DETECTION | {"severity": 8}, digest="e"), recorded(D), seen={D: found(D)})
    by_rollout = planned(wanted(D, DETECTION | {"enabled": False}), recorded(D), seen={D: found(D)})
    by_hand = settled(D, live=DETECTION | {"severity": 8})
    assert change_of(by_stack, D).reason == "the stack changed"
    assert change_of(by_rollout, D).reason.startswith("dac.toml, a name, the date or what uses it changed")
    assert change_of(by_hand, D).reason == "it was changed outside of dac"


def test_entries_of_others_are_none_of_our_business_in_an_additive_set() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    assert actions(settled(S, live=live)) == {}


def test_entries_of_others_are_removed_from_an_authoritative_set() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = settled(S, SET | {"authoritative": True}, live=live)
    assert edits(change_of(made, S)) == {f'entries["{HERS}"]': ("hers", MISSING)}


def test_an_entry_dac_made_goes_when_it_leaves_the_stack() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = planned(wanted(S, SET | {"entries": {}}), recorded(S), seen={S: found(S, live)})
    assert edits(change_of(made, S)) == {f'entries["{MINE}"]': ("exit node", MISSING)}


def test_an_entry_of_others_that_the_stack_wants_too_is_taken_on() -> None:
    both = SET | {"entries": {MINE: "exit node", HERS: "ours now"}}
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = planned(wanted(S, both), recorded(S), seen={S: found(S, live)})
    assert edits(change_of(made, S)) == {f'entries["{HERS}"]': ("hers", "ours now")}


def test_a_plan_carries_what_it_was_computed_from() -> None:
    made = planned(wanted(D), clock=7, names_digest="n", unmanaged={"detection": 3}, options=Options(destroy=True))
    assert (made.clock, made.names_digest, made.unmanaged, made.destroy) == (7, "n", {"detection": 3}, True)
