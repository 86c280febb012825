"""What a run left that was cut is told by looking: dac's own work is no drift, and somebody else's still is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from situations import DETECTION, HERS, MINE, PROPERTY, SET, at, change_of, edits, found, planned, recorded, wanted

from dac.model.change import Action, Disposition
from dac.model.deployed import digest
from dac.model.plan import Extent
from dac.model.reads import Absent
from dac.model.run import Interrupted
from dac.planning.interrupted import aim_of
from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.model.reads import Read

VPN, COUNTRY, RISKY = "reference_set.vpn", "custom_property.Country", "detection.risky"
NEW, OLD = "198.51.100.7", "198.51.100.8"
BEFORE: Deployed = SET | {"entries": {MINE: "exit node", OLD: ""}}
AFTER: Deployed = SET | {"description": "exits", "entries": {MINE: "exit node", NEW: ""}}
REGEX = {"kind": "regex", "log_source_type": "Linux OS", "regex": "cc=(..)"}
TYPED = REGEX | {"log_source_type": "Universal DSM"}


def cut(change: Change) -> Interrupted:
    """What the intent of a run says that planned this change and was killed."""
    return Interrupted("run-1", digest(change.live.deployed) if change.live else "", aim_of(change))


def update(local: str, before: Deployed, after: Deployed) -> Interrupted:
    first = planned(wanted(local, after), recorded(local, before), seen={local: found(local, before)})
    return cut(change_of(first, local))


def again(local: str, before: Deployed, after: Deployed, now: Read, left: Interrupted, **more: Any) -> Plan:
    return planned(
        wanted(local, after),
        recorded(local, before),
        seen={local: now},
        pending={at(local)},
        interrupted={at(local): left},
        **more,
    )


@pytest.mark.parametrize(
    ("now", "extent", "missing"),
    [
        (BEFORE, Extent.UNTOUCHED, {"description", f'entries["{NEW}"]', f'entries["{OLD}"]'}),
        (BEFORE | {"description": "exits"}, Extent.PARTLY, {f'entries["{NEW}"]', f'entries["{OLD}"]'}),
        (AFTER | {"entries": AFTER["entries"] | {OLD: ""}}, Extent.PARTLY, {f'entries["{OLD}"]'}),
        (AFTER, Extent.DONE, set()),
    ],
)
def test_however_far_the_run_had_come_nobody_is_blamed_and_the_rest_is_planned(
    now: Deployed, extent: Extent, missing: set[str]
) -> None:
    plan = again(VPN, BEFORE, AFTER, found(VPN, now), update(VPN, BEFORE, AFTER))
    assert plan.drift == ()
    assert set(edits(change_of(plan, VPN))) == missing
    assert [(left.run_id, left.extent) for left in plan.left] == [("run-1", extent)]


def test_what_somebody_changed_besides_is_still_drift() -> None:
    now = AFTER | {"entries": {NEW: "", MINE: "changed by hand"}}
    plan = again(VPN, BEFORE, AFTER, found(VPN, now), update(VPN, BEFORE, AFTER))
    (drift,) = plan.drift
    assert edits(drift) == {f'entries["{MINE}"]': ("exit node", "changed by hand")}


def test_drift_that_was_there_before_the_run_is_still_drift_when_it_had_done_nothing() -> None:
    """It meant to put the entry back; that the entry is away is not its doing."""
    drifted = BEFORE | {"entries": {OLD: ""}}
    first = planned(wanted(VPN, AFTER), recorded(VPN, BEFORE), seen={VPN: found(VPN, drifted)})
    plan = again(VPN, BEFORE, AFTER, found(VPN, drifted), cut(change_of(first, VPN)))
    (drift,) = plan.drift
    assert set(edits(drift)) == {f'entries["{MINE}"]'}


def test_an_entry_that_a_cut_run_added_goes_again_when_the_stack_has_dropped_it_meanwhile() -> None:
    """Otherwise it would pass for somebody else's, and stay on the allowlist for ever."""
    left = update(VPN, BEFORE, AFTER)
    now = found(VPN, BEFORE | {"entries": {**BEFORE["entries"], NEW: "", HERS: "hers"}})
    plan = again(VPN, BEFORE, BEFORE, now, left)
    assert set(edits(change_of(plan, VPN))) == {f'entries["{NEW}"]'}


@pytest.mark.parametrize("kept", [True, False])
def test_of_a_set_that_was_being_made_every_entry_is_ours_also_one_that_is_dropped_meanwhile(kept: bool) -> None:
    left = cut(change_of(planned(wanted(VPN, AFTER)), VPN))
    now = found(VPN, AFTER | {"entries": {**AFTER["entries"], HERS: "hers"}})
    want = AFTER if kept else AFTER | {"entries": {MINE: "exit node"}}
    plan = planned(wanted(VPN, want), seen={VPN: now}, pending={at(VPN)}, interrupted={at(VPN): left})
    change = change_of(plan, VPN)
    assert set(edits(change)) == (set() if kept else {f'entries["{NEW}"]'})
    assert change.action is (Action.ADOPT if kept else Action.UPDATE)


@pytest.mark.parametrize(
    "now", [[REGEX], [REGEX, TYPED], [TYPED]], ids=["nothing yet", "one added", "added and the old one gone"]
)
def test_expressions_are_told_one_by_one(now: list[Deployed]) -> None:
    before, after = PROPERTY | {"expressions": [REGEX]}, PROPERTY | {"expressions": [TYPED]}
    plan = again(
        COUNTRY, before, after, found(COUNTRY, PROPERTY | {"expressions": now}), update(COUNTRY, before, after)
    )
    assert plan.drift == ()


def test_what_a_replace_has_already_deleted_is_made_and_is_nobodys_doing() -> None:
    renamed = SET | {"name": "DaC: exits"}
    left = update(VPN, SET, renamed)
    plan = again(VPN, SET, renamed, Absent(), left)
    assert change_of(plan, VPN).action is Action.CREATE
    assert plan.drift == ()


def test_what_is_gone_though_no_run_meant_to_delete_it_was_deleted_by_somebody() -> None:
    plan = again(VPN, BEFORE, AFTER, Absent(), update(VPN, BEFORE, AFTER))
    assert [drift.missing for drift in plan.drift] == [True]


@pytest.mark.parametrize("local", [VPN, RISKY])
def test_a_delete_that_was_carried_out_is_forgotten_and_is_nobodys_doing(local: str) -> None:
    first = planned(recorded(local), seen={local: found(local)})
    left = cut(change_of(first, local))
    plan = planned(recorded(local), pending={at(local)}, interrupted={at(local): left})
    assert change_of(plan, local).action is Action.FORGET
    assert plan.drift == ()


def test_a_property_whose_expressions_went_first_is_deleted_without_a_word_about_them() -> None:
    form = PROPERTY | {"expressions": [REGEX]}
    left = cut(change_of(planned(recorded(COUNTRY, form), seen={COUNTRY: found(COUNTRY, form)}), COUNTRY))
    now = found(COUNTRY, PROPERTY | {"expressions": []})
    plan = planned(recorded(COUNTRY, form), seen={COUNTRY: now}, pending={at(COUNTRY)}, interrupted={at(COUNTRY): left})
    assert change_of(plan, COUNTRY).action is Action.DELETE
    assert plan.drift == ()


def test_what_moved_after_the_cut_is_told_under_its_present_address() -> None:
    left = update("reference_set.old", BEFORE, AFTER)
    plan = planned(
        wanted(VPN, AFTER, previous=(at("reference_set.old"),)),
        recorded("reference_set.old", BEFORE),
        seen={VPN: found(VPN, AFTER)},
        pending={at("reference_set.old")},
        interrupted={at("reference_set.old"): left},
        options=Options(),
    )
    assert plan.drift == ()
    assert [(str(one.address), one.extent) for one in plan.left] == [("cloud/reference_set.vpn", Extent.DONE)]


@pytest.mark.parametrize("asleep", [{}, {"rollout": "disabled"}], ids=["awake", "rolled out as disabled"])
def test_what_a_person_had_switched_off_is_not_the_work_of_the_run_that_was_cut(asleep: dict[str, str]) -> None:
    off = DETECTION | {"enabled": False}
    now, wish = found(RISKY, off), (off if asleep else DETECTION) | {"severity": 8}
    first = change_of(planned(wanted(RISKY, wish, **asleep), recorded(RISKY), seen={RISKY: now}), RISKY)
    after = again(RISKY, DETECTION, DETECTION | {"severity": 8}, found(RISKY, off | {"severity": 8}), cut(first))
    assert edits(change_of(after, RISKY)) == {}
    assert [drift.disposition for drift in after.drift] == [Disposition.HELD]


def test_an_expression_that_the_console_had_switched_off_is_not_the_work_of_the_run_that_was_cut() -> None:
    off = PROPERTY | {"expressions": [row | {"enabled": False} for row in PROPERTY["expressions"]]}
    wish = PROPERTY | {"description": "new"}
    first = change_of(planned(wanted(COUNTRY, wish), recorded(COUNTRY), seen={COUNTRY: found(COUNTRY, off)}), COUNTRY)
    after = again(COUNTRY, PROPERTY, wish, found(COUNTRY, off | {"description": "new"}), cut(first))
    assert edits(change_of(after, COUNTRY)) == {}
    assert [drift.disposition for drift in after.drift] == [Disposition.HELD]
