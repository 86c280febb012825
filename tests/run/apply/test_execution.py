"""Waves in their order, an intent before anything is asked of the console, and what a failure takes along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from run_bench import Run, at, create, delete, extension, rest, update

from dac.errors import Interrupted, Refused
from dac.model.change import Action, Change, Channel, Edit
from dac.model.plan import Step
from dac.model.progress import Failed, Finished, Started, WaveStarted
from dac.state.journal import with_intent

if TYPE_CHECKING:
    from pathlib import Path

SET, PROPERTY, BLOCK, DETECTION = "reference_set.a", "custom_property.p", "building_block.b", "detection.d"
SET_AT = at(SET)


# --- order


def test_waves_are_carried_out_in_their_order_and_rules_of_both_kinds_together(tmp_path: Path) -> None:
    run = Run(tmp_path, create(DETECTION), create(BLOCK), create(SET), create(PROPERTY), delete("reference_set.old"))
    assert run.go().asked == [
        f"write {SET}",
        f"write {PROPERTY}",
        f"write {BLOCK}, {DETECTION}",
        "delete reference_set.old",
    ]
    assert set(run.results.values()) == {"applied"}


def test_a_body_and_its_switch_are_two_waves(tmp_path: Path) -> None:
    run = Run(tmp_path, update(DETECTION, extension(), rest())).go()
    assert run.asked == [f"write {DETECTION}", f"switch {DETECTION}"]


def test_a_replace_is_a_delete_and_a_create(tmp_path: Path) -> None:
    change = update(SET, rest("entry_type"))
    replaced = Change(SET_AT, Action.REPLACE, "", change.edits, change.desired, change.recorded, change.live)
    assert Run(tmp_path, replaced).go().asked == [f"delete {SET}", f"write {SET}"]


def test_a_replace_whose_delete_fails_creates_nothing(tmp_path: Path) -> None:
    change = update(SET, rest("entry_type"))
    replaced = Change(SET_AT, Action.REPLACE, "", change.edits, change.desired, change.recorded, change.live)
    run = Run(tmp_path, replaced, failing={f"delete {SET}"}).go()
    assert run.asked == [f"delete {SET}"]
    assert run.results == {SET: "failed"}


def test_a_replace_whose_create_is_not_attempted_any_more_is_half_done_and_stays_open(tmp_path: Path) -> None:
    change = update(SET, rest("entry_type"))
    replaced = Change(SET_AT, Action.REPLACE, "", change.edits, change.desired, change.recorded, change.live)
    run = Run(tmp_path, replaced, skipping={f"write {SET}"}).go()
    assert run.results == {SET: "failed"}
    assert run.stored().pending == {SET}


def test_what_only_the_state_sees_asks_the_console_nothing(tmp_path: Path) -> None:
    forgotten = Change(SET_AT, Action.FORGET, "removed", recorded=update(SET).recorded)
    run = Run(tmp_path, forgotten).go()
    assert run.asked == []
    assert run.stored().resources == {}


# --- what is written down


def test_the_intent_of_a_wave_is_stored_before_the_console_is_asked(tmp_path: Path) -> None:
    seen: list[frozenset[str]] = []
    run = Run(tmp_path, create(SET), create(DETECTION))
    run.carrier.watching = lambda: seen.append(run.stored().pending)
    run.go()
    assert seen == [frozenset({SET}), frozenset({DETECTION})]


def test_a_wave_is_closed_with_its_records_before_the_next_one_begins(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    run = Run(tmp_path, create(SET), create(DETECTION))
    run.carrier.watching = lambda: seen.append(sorted(run.stored().resources))
    run.go()
    assert seen == [[], [SET]]
    assert sorted(run.stored().resources) == [DETECTION, SET]
    assert run.stored().pending == frozenset()


def test_a_wave_is_two_writes_of_the_state(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create(DETECTION))
    before = run.stored().serial
    run.records.advance(  # as an apply does before it locks the console
        lambda document: with_intent(document, run.execution.intent(run.waves[0]), context="context"), ["cloud"]
    )
    run.go()
    assert run.stored().serial - before == 2 * len(run.waves) == 4


def test_a_pre_image_is_the_digest_of_what_was_there_and_empty_for_what_was_not(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), update(PROPERTY, rest("type")))
    images = run.execution.intent(run.waves[0]).pre_images
    assert images[f"cloud/{SET}"] == ""
    assert len(images[f"cloud/{PROPERTY}"]) == 64


def test_a_wave_across_stacks_is_written_into_the_state_of_each(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create("other/reference_set.z")).go()
    assert set(run.stored().resources) == {SET}
    assert set(run.stored("other").resources) == {"reference_set.z"}


def test_what_failed_keeps_its_record_and_stays_pending(tmp_path: Path) -> None:
    run = Run(tmp_path, update(SET, rest("description")), failing={SET})
    before = run.stored().resources
    run.go()
    assert run.stored().resources == before
    assert run.stored().pending == {SET}


def test_what_the_carrier_says_nothing_about_has_failed(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create("reference_set.b"), saying_nothing_of={SET}).go()
    assert run.results == {SET: "failed", "reference_set.b": "applied"}
    assert "the next plan looks again" in run.message(SET)


def test_a_refusal_of_a_whole_group_fails_each_of_its_changes_and_says_why(tmp_path: Path) -> None:
    error = Refused("POST /x: 422", detail="it is bad", hint="mend it.")
    run = Run(tmp_path, create(SET), create("reference_set.b"), raising=error).go()
    assert run.results == {SET: "failed", "reference_set.b": "failed"}
    assert [part in run.message(SET) for part in ("POST /x: 422", "it is bad", "mend it")] == [True, True, True]


def test_the_journal_has_a_line_for_each_wave_and_for_each_outcome(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create("reference_set.b"), create("other/reference_set.z"), failing={SET}).go()

    def lines(stack: str) -> list[tuple[object, ...]]:
        text = (tmp_path / "prod" / f"{stack}.steps.jsonl").read_text()
        rows = [json.loads(line) for line in text.splitlines()]
        assert {(row["run_id"], row["wave"], row["step"]) for row in rows} == {("run-1", 1, run.waves[0].step.value)}
        return [(row.get("address"), row["result"]) for row in rows]

    assert lines("cloud") == [(None, "started"), (SET, "failed"), ("reference_set.b", "applied")]
    assert lines("other") == [(None, "started"), ("reference_set.z", "applied")]


# --- what a failure takes along, and what goes on


def test_what_reads_something_that_failed_is_skipped_and_the_rest_goes_on(tmp_path: Path) -> None:
    run = Run(
        tmp_path, create(SET), create(DETECTION, reading=("reference_set:a",)), create("detection.free"), failing={SET}
    ).go()
    assert run.results == {SET: "failed", DETECTION: "skipped", "detection.free": "applied"}
    assert run.message(DETECTION) == f"{SET} failed"
    assert run.asked == [f"write {SET}", "write detection.free"]


def test_what_reads_something_that_was_skipped_is_skipped_too(tmp_path: Path) -> None:
    body = update(BLOCK, extension(), reading=("reference_set:a",))
    switch = update(DETECTION, rest(), reading=("building_block:uuid of cloud/building_block.b",))
    run = Run(tmp_path, create(SET), body, switch, failing={SET}).go()
    assert run.results == {SET: "failed", BLOCK: "skipped", DETECTION: "skipped"}
    assert run.asked == [f"write {SET}"]


def test_the_switch_of_a_body_that_failed_is_not_touched(tmp_path: Path) -> None:
    run = Run(tmp_path, update(DETECTION, extension(), rest()), failing={f"write {DETECTION}"}).go()
    assert run.asked == [f"write {DETECTION}"]
    assert run.results == {DETECTION: "failed"}


@pytest.mark.parametrize(
    ("reader", "blocks"),
    [
        (update(DETECTION, extension(), reading=("reference_set:a",)), True),
        (update(DETECTION, extension(), read_before=("reference_set:a",)), True),
        (update(DETECTION, extension(), reading=("reference_set:b",), read_before=("reference_set:c",)), False),
    ],
    ids=["still-to-read-it", "read-it-until-now", "never-read-it"],
)
def test_a_reader_that_failed_keeps_what_it_reads_from_being_deleted(
    tmp_path: Path, reader: Change, blocks: bool
) -> None:
    run = Run(tmp_path, reader, delete(SET), failing={DETECTION}).go()
    assert run.results[SET] == ("skipped" if blocks else "applied")
    assert (f"delete {SET}" in run.asked) is not blocks
    assert (SET in run.stored().resources) is blocks


@pytest.mark.parametrize(
    ("reader", "blocks"),
    [
        (update(DETECTION, extension(), reading=("custom_property:p",)), True),
        (update(DETECTION, extension(), read_before=("custom_property:p",)), True),
        (update(DETECTION, extension(), reading=("custom_property:q",)), False),
    ],
    ids=["still-to-read-it", "read-it-until-now", "never-read-it"],
)
def test_a_reader_that_failed_keeps_a_property_from_being_retracted(
    tmp_path: Path, reader: Change, blocks: bool
) -> None:
    hidden = update(PROPERTY, Edit("use_for_rule_engine", True, False, Channel.REST))
    run = Run(tmp_path, reader, hidden, steps=(Step.PACKAGE, Step.RETRACT), failing={DETECTION}).go()
    assert run.results[PROPERTY] == ("skipped" if blocks else "applied")


def test_a_reader_that_is_gone_lets_go_of_what_it_read(tmp_path: Path) -> None:
    run = Run(tmp_path, delete(DETECTION, reading=("reference_set:a",)), delete(SET)).go()
    assert run.asked == [f"delete {DETECTION}", f"delete {SET}"]


def test_a_reader_that_could_not_be_deleted_keeps_what_it_reads_though_both_go_in_one_wave(tmp_path: Path) -> None:
    run = Run(tmp_path, delete(DETECTION, reading=("reference_set:a",)), delete(SET), failing={DETECTION}).go()
    assert run.asked == [f"delete {DETECTION}"]
    assert run.results == {DETECTION: "failed", SET: "skipped"}
    assert sorted(run.stored().resources) == [DETECTION, SET]


def test_what_reads_something_of_its_own_wave_that_failed_is_skipped(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create(PROPERTY, reading=("reference_set:a",)), failing={SET}).go()
    assert run.asked == [f"write {SET}"]
    assert run.results == {SET: "failed", PROPERTY: "skipped"}


# --- stopping, and what is told


def test_a_stop_is_honoured_between_two_waves_and_says_how_much_is_left(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create(DETECTION), create(BLOCK))
    run.stop_after = 1
    with pytest.raises(Interrupted, match=r"after wave 1 of 2") as stopped:
        run.go()
    first, *left = stopped.value.detail.splitlines()
    assert first.startswith("2 changes are left")
    assert [line.strip() for line in left] == [f"cloud/{BLOCK}", f"cloud/{DETECTION}"]
    assert run.asked == [f"write {SET}"]
    assert set(run.stored().resources) == {SET}


def test_each_change_is_told_when_it_begins_and_when_it_ends(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create("reference_set.b"), failing={SET}).go()
    assert [type(event) for event in run.told] == [WaveStarted, Started, Started, Failed, Finished]
    finished = run.told[-1]
    assert isinstance(finished, Finished)
    assert finished.remote_id == "42"


# --- stopping at the first failure


def test_with_fail_fast_the_group_in_hand_is_finished_and_nothing_else_is_begun(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create("reference_set.b"), create(PROPERTY), create(DETECTION), failing={SET})
    run.execution.fail_fast = True
    run.go()
    assert run.asked == [f"write {SET}, reference_set.b"]
    assert run.results == {SET: "failed", "reference_set.b": "applied", PROPERTY: "skipped", DETECTION: "skipped"}
    assert run.message(DETECTION) == f"not started: {SET} failed (--fail-fast)"
    assert run.stored().pending == {SET}


def test_with_fail_fast_half_a_change_is_recorded_as_half(tmp_path: Path) -> None:
    run = Run(
        tmp_path, update(DETECTION, extension(), rest()), update("detection.e", extension()), failing={"detection.e"}
    )
    run.execution.fail_fast = True
    run.go()
    assert run.asked == ["write detection.d, detection.e"]
    assert run.results == {DETECTION: "skipped", "detection.e": "failed"}
    assert run.stored().resources[DETECTION].digest == ""


def test_without_a_failure_fail_fast_changes_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path, create(SET), create(DETECTION), create(BLOCK))
    run.execution.fail_fast = True
    assert set(run.go().results.values()) == {"applied"}
    assert run.asked == [f"write {SET}", f"write {BLOCK}, {DETECTION}"]
