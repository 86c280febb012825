"""What the state holds after a change, half done or whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from run_bench import NOW, at, create, delete, desired, extension, live, recorded, rest, update

from dac.model.change import Action, Change, Channel, Edit
from dac.model.run import Outcome, Result
from dac.run.recording import applied_without_console, as_seen, record_of, settled

LOCAL = "detection.d"
BEFORE = {"name": "d", "severity": 5, "enabled": True, "owner": "alice"}
AFTER = {"name": "d", "severity": 8, "enabled": False, "owner": "bob"}


def told(result: Result = Result.APPLIED) -> Outcome:
    """What a carrier says of a change: where it is now, and the console's hint of the last change."""
    return Outcome(at(LOCAL), result, recorded(LOCAL, remote_id="42", fingerprint="f-42"))


def body_and_switch(**more: Any) -> Change:
    change = update(LOCAL, extension(), rest(), deployed=AFTER)
    given: dict[str, Any] = {"recorded": recorded(LOCAL, deployed=BEFORE), "live": live(LOCAL, deployed=BEFORE)}
    return replace(change, **(given | more))


def test_a_change_that_is_made_is_recorded_as_desired_under_the_id_that_the_console_gave() -> None:
    kept = settled(body_and_switch(), told(), more=False, now=NOW).recorded
    assert kept is not None
    assert (kept.deployed, kept.digest, kept.remote_id, kept.fingerprint) == (AFTER, "d", "42", "f-42")


def test_after_the_body_alone_the_switches_are_recorded_as_they_were() -> None:
    kept = settled(body_and_switch(), told(), more=True, now=NOW).recorded
    assert kept is not None
    assert kept.deployed == {"name": "d", "severity": 8, "enabled": True, "owner": "alice"}


def test_after_the_body_alone_the_digest_is_blank_so_that_the_next_plan_compiles_and_compares_it() -> None:
    kept = settled(body_and_switch(), told(), more=True, now=NOW).recorded
    assert kept is not None
    assert kept.digest == ""


def test_a_switch_that_was_not_there_before_is_not_recorded_after_the_body_alone() -> None:
    change = body_and_switch(recorded=recorded(LOCAL, deployed={"name": "d", "enabled": True}))
    kept = settled(change, told(), more=True, now=NOW).recorded
    assert kept is not None
    assert kept.deployed == {"name": "d", "severity": 8, "enabled": True}


def test_of_what_was_adopted_half_the_switches_are_as_the_console_has_them() -> None:
    change = body_and_switch(action=Action.ADOPT, recorded=None, live=live(LOCAL, deployed=BEFORE | {"owner": "eve"}))
    kept = settled(change, told(), more=True, now=NOW).recorded
    assert kept is not None
    assert kept.deployed["owner"] == "eve"


def test_after_the_switch_alone_the_body_is_recorded_as_it_was_and_is_read_again() -> None:
    kept = settled(body_and_switch(), told(), more=True, switched=True, now=NOW).recorded
    assert kept is not None
    assert kept.deployed == {"name": "d", "severity": 5, "enabled": False, "owner": "bob"}
    assert (kept.digest, kept.fingerprint) == ("", "")


def test_what_is_only_to_be_taken_over_is_not_recorded_after_the_switch_alone() -> None:
    change = body_and_switch(action=Action.ADOPT, recorded=None)
    outcome = settled(change, told(), more=True, switched=True, now=NOW)
    assert (outcome.result, outcome.recorded) == (Result.APPLIED, None)


def test_what_was_switched_off_by_hand_is_recorded_as_the_plan_says_and_not_as_it_was_sent() -> None:
    change = replace(body_and_switch(), record=AFTER | {"enabled": True})
    kept = settled(change, told(), more=False, now=NOW).recorded
    assert kept is not None
    assert kept.deployed["enabled"] is True


@pytest.mark.parametrize("more", [True, False])
def test_what_was_not_even_begun_records_nothing_new(more: bool) -> None:
    assert settled(body_and_switch(), told(Result.SKIPPED), more=more, now=NOW).recorded is None


def test_what_a_failed_write_left_on_the_console_is_recorded_under_the_present_address() -> None:
    left = replace(recorded(LOCAL, deployed={"entries": {"198.51.100.7": ""}}, digest=""), address=at("detection.old"))
    outcome = settled(body_and_switch(), Outcome(at(LOCAL), Result.FAILED, left), more=False, now=NOW)
    assert outcome.recorded == replace(left, address=at(LOCAL))


def test_a_failure_that_left_nothing_keeps_the_record_and_so_does_one_in_the_second_half() -> None:
    change = body_and_switch()
    assert settled(change, Outcome(at(LOCAL), Result.FAILED, change.recorded), more=False, now=NOW).recorded is None
    assert settled(change, told(Result.FAILED), more=False, now=NOW, begun=True).recorded is None


def test_what_is_deleted_is_recorded_no_longer() -> None:
    outcome = settled(delete(LOCAL), told(), more=False, now=NOW)
    assert (outcome.result, outcome.recorded) == (Result.APPLIED, None)


def test_a_forgotten_thing_is_applied_without_a_record() -> None:
    change = Change(at(LOCAL), Action.FORGET, "removed", recorded=recorded(LOCAL))
    assert applied_without_console(change, NOW) == Outcome(at(LOCAL), Result.APPLIED, None)


def test_an_adoption_of_equal_content_takes_id_and_fingerprint_from_the_console() -> None:
    seen = live(LOCAL, remote_id="99", fingerprint="f-99")
    change = Change(at(LOCAL), Action.ADOPT, "", desired=desired(LOCAL), live=seen, record={"name": "d"})
    kept = applied_without_console(change, NOW).recorded
    assert kept is not None
    assert (kept.remote_id, kept.fingerprint) == ("99", "f-99")


def test_nothing_is_recorded_of_what_nobody_has_seen() -> None:
    assert as_seen(create(LOCAL), NOW) is None
    assert record_of(delete(LOCAL), remote_id="7", fingerprint="", now=NOW) is None


def test_a_record_carries_what_a_later_plan_needs() -> None:
    change = create(LOCAL, reading=("reference_set:a",), protect=True, valid_until=1_800_000_000_000)
    kept = record_of(change, remote_id="7", fingerprint="f", now=NOW)
    assert kept is not None
    assert (kept.protect, kept.valid_until, [str(ref) for ref in kept.references]) == (
        True,
        1_800_000_000_000,
        ["reference_set:a"],
    )


# --- on its way out


def on_its_way_out(**more: Any) -> Change:
    """A deprecated detection that is switched off."""
    switch = Edit("enabled", True, False, Channel.REST)
    return replace(update(LOCAL, switch, deployed=AFTER, delete_after=1000), **more)


def test_what_is_switched_off_to_go_is_recorded_with_the_time() -> None:
    kept = settled(on_its_way_out(), told(), more=False, now=NOW).recorded
    assert kept is not None
    assert kept.retired == NOW


def test_until_the_switch_is_off_no_time_counts() -> None:
    kept = settled(on_its_way_out(), told(), more=True, now=NOW).recorded
    assert kept is not None
    assert kept.retired is None


def test_the_time_counts_from_the_switch_also_while_the_body_waits() -> None:
    change = on_its_way_out(recorded=recorded(LOCAL, deployed=BEFORE))
    kept = settled(change, told(), more=True, switched=True, now=NOW).recorded
    assert kept is not None
    assert (kept.retired, kept.deployed["enabled"]) == (NOW, False)


def test_later_applies_do_not_start_the_time_anew_but_switching_it_off_again_does() -> None:
    known = recorded(LOCAL, deployed=AFTER, retired=5)
    later = settled(on_its_way_out(recorded=known, edits=()), told(), more=False, now=NOW).recorded
    again = settled(on_its_way_out(recorded=known), told(), more=False, now=NOW).recorded
    assert later is not None
    assert again is not None
    assert (later.retired, again.retired) == (5, NOW)


def test_what_is_taken_back_from_its_way_out_has_no_time() -> None:
    change = update(LOCAL, deployed=AFTER)
    kept = settled(replace(change, recorded=recorded(LOCAL, retired=5)), told(), more=False, now=NOW).recorded
    assert kept is not None
    assert kept.retired is None


@pytest.mark.parametrize("switched", [True, False])
def test_whose_off_it_was_goes_with_the_switch_and_not_with_the_body(*, switched: bool) -> None:
    """Somebody switched on what had been off by hand, and the status still has it off: that "off" is dac's own."""
    known = recorded(LOCAL, deployed=AFTER, held=True)
    change = replace(on_its_way_out(recorded=known), held=False)
    kept = settled(change, told(), more=True, switched=switched, now=NOW).recorded
    assert kept is not None
    assert (kept.deployed["enabled"], kept.held) == (False, not switched)
