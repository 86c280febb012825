"""One thing under another address: said with `moved`, or done without saying so."""

from __future__ import annotations

from typing import Any

import pytest
from situations import (
    DETECTION,
    FORMS,
    actions,
    at,
    change_of,
    codes,
    edits,
    found,
    planned,
    recorded,
    uuid_of,
    wanted,
)

from dac.model.plan import Step
from dac.planning.situation import Options

OLD, NEW = "detection.old", "detection.new"
every_kind = pytest.mark.parametrize("kind", sorted(FORMS))


def moved(kind: str, deployed: Any = None, **more: Any) -> Any:
    return wanted(f"{kind}.new", deployed, previous=(at(f"{kind}.old"),), **more)


@every_kind
def test_what_has_moved_is_the_same_thing(kind: str) -> None:
    old, new = f"{kind}.old", f"{kind}.new"
    made = planned(moved(kind), recorded(old), seen={new: found(old)})
    change = change_of(made, new)
    assert (change.previous, change.edits) == (at(old), ())
    assert [(wave.step, wave.addresses) for wave in made.waves] == [(Step.RECORD, (at(new),))]
    assert (actions(made), made.drift, len(made.changes)) == ({}, (), 1)


@every_kind
def test_what_was_moved_before_is_moved_no_more(kind: str) -> None:
    new = f"{kind}.new"
    made = planned(moved(kind), recorded(new), seen={new: found(new)})
    assert (change_of(made, new).previous, made.waves) == (None, ())


def test_a_move_and_a_change_are_one_update() -> None:
    made = planned(moved("detection", DETECTION | {"severity": 9}), recorded(OLD), seen={NEW: found(OLD)})
    change = change_of(made, NEW)
    assert (actions(made), change.previous, edits(change)) == ({NEW: "update"}, at(OLD), {"severity": (5, 9)})
    assert [wave.step for wave in made.waves] == [Step.PACKAGE]


def test_drift_of_what_has_moved_stands_under_its_new_address() -> None:
    off = planned(moved("detection"), recorded(OLD), seen={NEW: found(OLD, DETECTION | {"severity": 9})})
    gone = planned(moved("detection"), recorded(OLD))
    assert [drift.address for drift in (*off.drift, *gone.drift)] == [at(NEW), at(NEW)]


def test_of_a_chain_of_moves_the_newest_record_counts() -> None:
    chain = wanted(NEW, previous=(at("detection.middle"), at(OLD)))
    made = planned(chain, recorded("detection.middle"), seen={NEW: found("detection.middle")})
    assert change_of(made, NEW).previous == at("detection.middle")


def test_what_was_pending_under_the_old_address_is_pending_under_the_new_one() -> None:
    made = planned(moved("detection"), seen={NEW: found(OLD)}, pending={at(OLD)})
    assert actions(made) == {NEW: "adopt"}
    made = planned(wanted(NEW, previous=(at(OLD),), dormant="too early"), pending={at(OLD)})
    assert actions(made) == {NEW: "forget"}


def test_an_earlier_address_that_is_declared_anew_keeps_its_record() -> None:
    made = planned(moved("detection"), wanted(OLD), recorded(OLD), seen={OLD: found(OLD)})
    assert actions(made) == {NEW: "create"}


def test_where_both_addresses_are_recorded_the_old_one_has_left_the_stack() -> None:
    made = planned(moved("detection"), recorded(NEW), recorded(OLD), seen={NEW: found(NEW), OLD: found(OLD)})
    assert actions(made) == {OLD: "delete"}


def test_a_move_to_another_stack_keeps_the_thing() -> None:
    there = wanted("other/detection.new", previous=(at(OLD),))
    made = planned(there, recorded(OLD), seen={"other/detection.new": found(OLD)})
    assert (actions(made), made.changes[0].previous) == ({}, at(OLD))


# The same thing under two addresses, without `moved`: it must not be deleted from under the new one.


def same(kind: str) -> Any:
    """Seen alike under both addresses, as a carrier finds it by uuid or by name."""
    return found(f"{kind}.old", ours=True)


@every_kind
def test_what_was_renamed_without_a_move_is_taken_over_and_not_deleted(kind: str) -> None:
    old, new = f"{kind}.old", f"{kind}.new"
    made = planned(wanted(new, uuid=uuid_of(old)), recorded(old), seen={old: same(kind), new: same(kind)})
    assert actions(made) == {new: "adopt", old: "forget"}
    assert change_of(made, old).reason == f"it is cloud/{new} now"
    assert codes(made) == []


@pytest.mark.parametrize("kind", ["reference_set", "custom_property"])
def test_what_is_found_by_name_alone_is_refused_with_the_move_that_says_so(kind: str) -> None:
    old, new = f"{kind}.old", f"{kind}.new"
    made = planned(wanted(new), recorded(old), seen={old: same(kind), new: found(old, ours=False)})
    assert "delete" not in actions(made).values()
    assert codes(made) == [("name-taken", new)]
    assert made.refusals[0].hint == f'moved = ["{old}"] in {new} says that it is the same thing'


def test_adopting_ones_own_set_under_another_address_does_not_delete_it() -> None:
    old, new = "reference_set.old", "reference_set.new"
    made = planned(wanted(new, adopt=True), recorded(old), seen={old: found(old), new: found(old, ours=False)})
    assert actions(made) == {new: "adopt", old: "forget"}


@every_kind
def test_what_another_stack_has_recorded_is_not_deleted_from_under_it(kind: str) -> None:
    old = f"{kind}.old"
    theirs = recorded(f"other/{kind}.new", uuid=uuid_of(old), remote_id=recorded(old).remote_id)
    made = planned(recorded(old), wanted("detection.x"), seen={old: found(old)}, readers=[theirs])
    assert actions(made)[old] == "forget"
    made = planned(recorded(old), seen={old: found(old)}, readers=[theirs], options=Options(destroy=True))
    assert actions(made) == {old: "forget"}


def test_destroy_deletes_what_two_addresses_of_the_stack_share() -> None:
    made = planned(
        wanted(NEW, uuid=uuid_of(OLD)),
        recorded(OLD),
        seen={OLD: same("detection"), NEW: same("detection")},
        options=Options(destroy=True),
    )
    assert actions(made) == {OLD: "delete"}


def test_another_thing_of_the_same_number_is_another_thing() -> None:
    """Numbers are unique within a kind alone."""
    number = {"remote_id": "7"}
    made = planned(
        recorded("reference_set.old", **number),
        wanted("custom_property.new"),
        seen={
            "reference_set.old": found("reference_set.old", **number),
            "custom_property.new": found("custom_property.new", **number),
        },
    )
    assert actions(made)["reference_set.old"] == "delete"
