"""What a run leaves in the record at each step, and what it must not touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from state_samples import CONSOLE, RULE, SET, recorded

from dac import __version__
from dac.model.address import Address
from dac.model.plan import ConsoleRef
from dac.model.run import Aim, Intent, Outcome, Result
from dac.state import journal
from dac.state.document import ClosedWave, LastApply, StateDocument

ELSEWHERE = Address("network", "detection", "scan")
NEW = Address("cloud", "detection", "new")


def document() -> StateDocument:
    resources = {address.local: recorded(address) for address in (RULE, SET)}
    return StateDocument("cloud", CONSOLE, "l-1", serial=7, resources=resources, context_digest="c1")


def intent(*addresses: Address, run_id: str = "run-1", wave: int = 1) -> Intent:
    return Intent(run_id, wave, "extension package", 1000, {str(address): "before" for address in addresses})


def opened(*addresses: Address, run_id: str = "run-1", wave: int = 1) -> StateDocument:
    return journal.with_intent(document(), intent(*addresses, run_id=run_id, wave=wave), context="c1")


def test_a_new_document_has_recorded_nothing() -> None:
    new = journal.new_document("cloud", CONSOLE, lineage="l-9")
    assert (new.serial, new.lineage, new.resources, new.pending) == (0, "l-9", {}, frozenset())


def test_the_next_serial_is_by_this_dac_and_changes_nothing_else() -> None:
    old = replace(document(), dac_version="0.0.1")
    new = journal.next_serial(old)
    assert (new.serial, new.dac_version) == (8, __version__)
    assert new.same_content(old)


def test_content_is_compared_without_the_serial_and_with_everything_else() -> None:
    assert document().same_content(replace(document(), serial=99))
    assert not document().same_content(replace(document(), context_digest="c2"))
    assert not document().same_content(replace(document(), resources={}))


def test_an_intent_makes_its_addresses_pending() -> None:
    state = opened(RULE, NEW)
    assert state.pending == {"detection.risky_sign_in", "detection.new"}
    assert state.open_runs == {"run-1"}
    assert state.resources == document().resources


def test_a_wave_across_stacks_leaves_each_stack_its_own_part() -> None:
    assert opened(RULE, ELSEWHERE).pending == {"detection.risky_sign_in"}


def test_a_wave_of_other_stacks_changes_nothing() -> None:
    assert journal.with_intent(document(), intent(ELSEWHERE), context="c2") == document()
    outcome = Outcome(ELSEWHERE, Result.APPLIED, recorded(ELSEWHERE))
    assert journal.with_outcomes(document(), intent(ELSEWHERE), [outcome]) == document()


def test_an_intent_takes_the_place_of_what_an_earlier_run_left_pending() -> None:
    state = journal.with_intent(opened(RULE, SET), intent(RULE, run_id="run-2"), context="c1")
    assert [(one.run_id, set(one.pre_images)) for one in state.intents] == [
        ("run-1", {"reference_set.soc_vpn_egress"}),
        ("run-2", {"detection.risky_sign_in"}),
    ]


def test_what_was_absent_when_it_became_pending_may_be_a_cut_runs_work_until_it_is_recorded() -> None:
    absent = replace(intent(NEW, RULE), pre_images={str(NEW): "", str(RULE): "before"})
    cut = journal.with_intent(document(), absent, context="c1")
    assert cut.created == {NEW.local}
    again = journal.with_intent(cut, intent(NEW, RULE, run_id="run-2"), context="c1")
    assert (again.open_runs, again.created) == ({"run-2"}, {NEW.local})
    failed = Outcome(NEW, Result.FAILED)
    assert journal.with_outcomes(again, again.intents[0], [failed]).created == {NEW.local}
    half = replace(failed, recorded=recorded(NEW))
    assert journal.with_outcomes(again, again.intents[0], [half]).created == frozenset()


def test_the_next_run_keeps_how_it_was_before_the_first_and_what_both_were_after() -> None:
    one = Aim({"severity": 8, "entries": {"a": ""}}, (("description",),), gone=True)
    other = Aim({"entries": {"b": ""}}, (("entries", "c"),))
    cut = journal.with_intent(document(), replace(intent(RULE), aims={str(RULE): one}), context="c1")
    second = replace(intent(RULE, run_id="run-2"), pre_images={str(RULE): "half done"}, aims={str(RULE): other})
    (kept,) = journal.with_intent(cut, second, context="c1").intents
    assert kept.pre_images == cut.intents[0].pre_images
    assert kept.aims == {
        RULE.local: Aim({"severity": 8, "entries": {"a": "", "b": ""}}, (("description",), ("entries", "c")), gone=True)
    }


def test_what_is_settled_is_aimed_at_no_longer_and_a_move_takes_the_aim_along() -> None:
    state = journal.with_intent(document(), replace(intent(RULE), aims={str(RULE): Aim({}, gone=True)}), context="c1")
    moved = journal.renamed(state, RULE, RULE._replace(name="elsewhere"))
    assert [set(one.aims) for one in moved.intents] == [{"detection.elsewhere"}]
    done = journal.with_outcomes(state, state.intents[0], [Outcome(RULE, Result.APPLIED, recorded(RULE))])
    assert done.intents == ()


def test_what_was_there_when_it_became_pending_is_not_taken_for_a_cut_runs_work() -> None:
    assert opened(NEW).created == frozenset()
    assert opened(NEW).pending == {NEW.local}


def test_an_intent_under_another_context_blanks_it() -> None:
    assert opened(RULE).context_digest == "c1"
    assert journal.with_intent(document(), intent(RULE), context="c2").context_digest == ""


def test_what_was_applied_is_recorded_and_no_longer_pending() -> None:
    state = journal.with_outcomes(opened(NEW), intent(NEW), [Outcome(NEW, Result.APPLIED, recorded(NEW))])
    assert state.resources == {**document().resources, NEW.local: recorded(NEW)}
    assert state.intents == ()
    assert state.outcomes == (ClosedWave("run-1", 1, "extension package", {NEW.local: Result.APPLIED}),)


def test_what_was_deleted_is_forgotten() -> None:
    state = journal.with_outcomes(opened(RULE), intent(RULE), [Outcome(RULE, Result.APPLIED)])
    assert set(state.resources) == {SET.local}


def test_what_failed_keeps_its_record_and_stays_pending() -> None:
    failed = Outcome(RULE, Result.FAILED, message="409: it is in use")
    state = journal.with_outcomes(opened(RULE, SET), intent(RULE, SET), [failed, Outcome(SET, Result.SKIPPED)])
    assert state.resources == document().resources
    assert state.pending == {RULE.local}
    assert state.outcomes[0].messages == {RULE.local: "409: it is in use"}


def test_what_was_skipped_stays_pending_only_where_an_earlier_wave_or_run_may_have_left_part_of_it() -> None:
    skipped = Outcome(RULE, Result.SKIPPED)
    fresh = opened(RULE)
    assert journal.with_outcomes(fresh, intent(RULE), [skipped]).pending == frozenset()
    failed = journal.with_outcomes(fresh, intent(RULE), [Outcome(RULE, Result.FAILED)])
    later = replace(intent(RULE), wave=2)
    assert journal.with_outcomes(journal.with_intent(failed, later, context="c1"), later, [skipped]).pending == {
        RULE.local
    }
    second = replace(intent(RULE, run_id="run-2"), pre_images={str(RULE): "half done by run-1"})
    again = journal.with_intent(fresh, second, context="c1")
    assert journal.with_outcomes(again, second, [skipped]).pending == {RULE.local}


def test_what_failed_half_way_is_recorded_as_far_as_it_came() -> None:
    half = recorded(RULE, deployed={"name": "half"})
    state = journal.with_outcomes(opened(RULE), intent(RULE), [Outcome(RULE, Result.FAILED, half)])
    assert state.resources[RULE.local] == half
    assert state.pending == {RULE.local}


def test_an_address_whose_outcome_never_came_stays_pending() -> None:
    state = journal.with_outcomes(opened(RULE, SET), intent(RULE, SET), [Outcome(SET, Result.SKIPPED)])
    assert state.pending == {RULE.local}


def test_the_outcomes_of_a_run_are_kept_until_the_next_run_has_some() -> None:
    first = journal.with_outcomes(opened(RULE), intent(RULE), [Outcome(RULE, Result.SKIPPED)])
    second = journal.with_outcomes(first, intent(SET, wave=2), [Outcome(SET, Result.SKIPPED)])
    assert [(wave.run_id, wave.wave) for wave in second.outcomes] == [("run-1", 1), ("run-1", 2)]
    later = journal.with_outcomes(second, intent(SET, run_id="run-2"), [Outcome(SET, Result.SKIPPED)])
    assert [(wave.run_id, wave.wave) for wave in later.outcomes] == [("run-2", 1)]


def test_a_complete_apply_of_everything_settles_what_was_pending_and_vouches_for_its_context() -> None:
    state = journal.finished(opened(RULE), LastApply("run-2", 5, complete=True), context="c2")
    assert (state.pending, state.context_digest) == (frozenset(), "c2")


@pytest.mark.parametrize(("complete", "targeted"), [(False, False), (True, True), (False, True)])
def test_any_other_apply_settles_nothing(*, complete: bool, targeted: bool) -> None:
    last = LastApply("run-2", 5, complete=complete, targeted=targeted)
    state = journal.finished(opened(RULE), last, context="c2")
    assert state == replace(opened(RULE), last_apply=last)


def test_an_import_is_recorded_under_its_own_address() -> None:
    assert journal.with_recorded(document(), recorded(NEW)).resources[NEW.local] == recorded(NEW)
    with pytest.raises(ValueError, match=r"network/detection\.scan does not belong in the state of stack cloud"):
        journal.with_recorded(document(), recorded(ELSEWHERE))


def test_a_moved_record_keeps_everything_but_its_address() -> None:
    state = journal.renamed(opened(RULE, SET), RULE, NEW)
    assert state.resources == {SET.local: recorded(SET), NEW.local: replace(recorded(RULE), address=NEW)}
    assert state.pending == {SET.local, NEW.local}


def test_a_record_is_never_moved_over_another() -> None:
    with pytest.raises(ValueError, match="that is taken"):
        journal.renamed(document(), RULE, SET)
    with pytest.raises(ValueError, match="another stack"):
        journal.renamed(document(), RULE, ELSEWHERE)
    with pytest.raises(KeyError):
        journal.renamed(document(), NEW, Address("cloud", "detection", "newer"))


def test_rebinding_changes_the_console_alone() -> None:
    moved = ConsoleRef("prod", "https://new.example.com", "ffff")
    assert journal.rebound(document(), moved) == replace(document(), console=moved)
