"""Whose a thing is: a uuid that somebody wrote down proves nothing, and what QRadar brought is never ours."""

from __future__ import annotations

import pytest
from situations import actions, at, change_of, codes, found, planned, recorded, situation, wanted

from dac.model.change import Action, Change
from dac.planning.guard import LIFTABLE, refusals
from dac.planning.situation import Options

D, S = "detection.x", "reference_set.x"
OLD, NEW = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
ELSEWHERE = "other/detection.x"
vendors = pytest.mark.parametrize("origin", ["SYSTEM", "OVERRIDE"])


# A uuid that was edited


@pytest.mark.parametrize("name", ["Risky", "Other"])
@pytest.mark.parametrize("adopt", [True, False])
def test_a_recorded_rule_takes_no_other_uuid_and_gets_no_double(name: str, *, adopt: bool) -> None:
    made = planned(
        wanted(D, uuid=OLD if adopt else NEW, written_uuid=NEW, name=name, adopt=adopt),
        recorded(D, uuid=OLD),
        seen={D: found(D, uuid=OLD, ours=not adopt)},
    )
    assert (actions(made), codes(made)) == ({}, [("uuid-changed", D)])
    assert f"says uuid {NEW}, and on the console it has {OLD}" in made.refusals[0].summary
    assert made.refusals[0].hint.startswith(f"take uuid out of {D}, or write {OLD} there")


def test_a_rule_that_goes_by_the_name_is_not_taken_over_under_another_uuid_than_is_written() -> None:
    by_name = {D: found(D, uuid=OLD, ours=False)}
    refused = planned(wanted(D, uuid=NEW, written_uuid=NEW), seen=by_name)
    assert codes(refused) == [("name-taken", D)]
    assert refused.refusals[0].hint == (
        f'uuid = "{OLD}" and adopt = true in {D} take it over with what the stack says; '
        f"`dac import {D} {OLD} --stack cloud --console prod` only records it, and the next plan shows the difference"
    )
    refused = planned(wanted(D, uuid=OLD, written_uuid=NEW, adopt=True), seen=by_name)
    assert codes(refused) == [("uuid-changed", D)]
    followed = planned(wanted(D, uuid=OLD, written_uuid=OLD, adopt=True), seen=by_name)
    assert (actions(followed), codes(followed)) == ({D: "adopt"}, [])


def test_a_rule_that_is_gone_comes_back_with_the_uuid_that_is_written_now() -> None:
    made = planned(wanted(D, uuid=NEW, written_uuid=NEW), recorded(D, uuid=OLD))
    change = change_of(made, D)
    assert change.desired is not None
    assert (change.action, change.desired.uuid, codes(made)) == (Action.CREATE, NEW, [])


def test_the_ways_out_of_a_changed_uuid() -> None:
    seen = {D: found(D, uuid=OLD)}
    taken_out = planned(wanted(D, uuid=OLD), recorded(D, uuid=OLD), seen=seen)
    assert (actions(taken_out), codes(taken_out)) == ({}, [])
    second = wanted("detection.second", uuid=NEW, written_uuid=NEW)
    kept = planned(second, recorded(D, uuid=OLD), seen=seen, removed={at(D): "theirs"})
    assert (actions(kept), codes(kept)) == ({"detection.second": "create", D: "forget"}, [])


def test_a_uuid_that_is_written_as_it_is_changes_nothing() -> None:
    made = planned(wanted(D, uuid=OLD, written_uuid=OLD), recorded(D, uuid=OLD), seen={D: found(D, uuid=OLD)})
    assert (actions(made), codes(made)) == ({}, [])


def test_a_uuid_written_for_what_has_none_on_the_console_changes_nothing() -> None:
    made = planned(wanted(S, uuid=NEW, written_uuid=NEW), recorded(S, uuid=OLD), seen={S: found(S)})
    assert (actions(made), codes(made)) == ({}, [])


def test_destroy_deletes_the_recorded_rule_whatever_uuid_is_written() -> None:
    made = planned(
        wanted(D, uuid=NEW, written_uuid=NEW),
        recorded(D, uuid=OLD),
        seen={D: found(D, uuid=OLD)},
        options=Options(destroy=True),
    )
    assert (actions(made), codes(made)) == ({D: "delete"}, [])


# What QRadar brought


@vendors
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("adopt", [True, False])
def test_what_the_vendor_made_is_not_ours_by_uuid_by_record_or_by_adopt(
    origin: str, *, known: bool, adopt: bool
) -> None:
    want, records = wanted(D, adopt=adopt, written_uuid=f"uuid of {at(D)}"), [recorded(D)] if known else []
    made = planned(want, *records, seen={D: found(D, ours=True, origin=origin)})
    assert (actions(made), codes(made)) == ({}, [("name-taken", D)])
    assert f"but {origin} content" in made.refusals[0].summary
    assert made.refusals[0].hint == f"it is {origin} content, which dac never takes over: leave uuid out"


@vendors
@pytest.mark.parametrize("options", [Options(), Options(destroy=True)])
def test_what_the_vendor_made_is_forgotten_where_others_would_be_deleted(origin: str, options: Options) -> None:
    made = planned(recorded(D), wanted("detection.other"), seen={D: found(D, origin=origin)}, options=options)
    assert actions(made)[D] == "forget"
    assert change_of(made, D).reason == f"it is {origin} content, which dac leaves where it is"
    assert made.drift == ()


@vendors
def test_no_flag_and_no_mistake_elsewhere_deletes_what_the_vendor_made(origin: str) -> None:
    change = Change(at(D), Action.DELETE, "", live=found(D, origin=origin).live)
    made = refusals(situation(recorded(D)), Options(destroy=True, allow=frozenset(["vendor-content"])), (change,))
    assert [refusal.code for refusal in made] == ["vendor-content"]
    assert "vendor-content" not in LIFTABLE


@pytest.mark.parametrize("origin", ["USER", ""])
def test_what_people_made_is_deleted_when_it_is_ours(origin: str) -> None:
    made = planned(recorded(D), wanted("detection.other"), seen={D: found(D, origin=origin)})
    assert (actions(made)[D], codes(made)) == ("delete", [])


@pytest.mark.parametrize("local", [D, "reference_set.x"])
def test_what_another_dac_project_manages_is_said_to_be_its_and_not_offered_to_be_taken_over(local: str) -> None:
    made = planned(wanted(local), seen={local: found(local, ours=False, project="red-team")})
    (refusal,) = made.refusals
    assert "is not this project's: it carries the marker of dac project red-team (" in refusal.summary
    assert refusal.hint.startswith("choose another name, or let project red-team go of it first: ")
    assert "adopt" not in refusal.hint


# The same thing in another stack

HINT = (
    "adopt = true in detection.x takes it over in stack other, and "
    '"detection.x" = "moved to stack other" under [removed] in stack cloud keeps it from being deleted there'
)


@pytest.mark.parametrize("both", [True, False])
def test_what_was_moved_to_another_stack_is_refused_with_the_two_lines_that_move_it(*, both: bool) -> None:
    """Whether the plan is for both stacks or for the new one only."""
    want, seen = wanted(ELSEWHERE), {ELSEWHERE: found(D, ours=False)}
    known = recorded(D)
    made = planned(want, known, seen=seen | {D: found(D)}) if both else planned(want, seen=seen, readers=[known])
    (refusal,) = made.refusals
    assert (refusal.code, refusal.hint) == ("name-taken", HINT)
    assert "is recorded as cloud/detection.x" in refusal.summary
    assert "delete" not in actions(made).values()


def test_following_that_hint_moves_it() -> None:
    want, seen = wanted(ELSEWHERE, adopt=True), {ELSEWHERE: found(D, ours=False), D: found(D)}
    removed = {at(D): "moved to stack other"}
    made = planned(want, recorded(D), seen=seen, removed=removed)
    assert {str(change.address): change.action.value for change in made.pending} == {
        ELSEWHERE: "adopt",
        "cloud/detection.x": "forget",
    }
    assert codes(made) == []
    alone = planned(recorded(D), wanted("detection.other"), seen={D: found(D)}, removed=removed)
    assert actions(alone)[D] == "forget"  # in whichever order the stacks are applied


def test_what_was_renamed_within_a_stack_is_still_told_to_say_moved() -> None:
    made = planned(wanted("detection.y"), recorded(D), seen={"detection.y": found(D, ours=False), D: found(D)})
    assert made.refusals[0].hint == f'moved = ["{D}"] in detection.y says that it is the same thing'
