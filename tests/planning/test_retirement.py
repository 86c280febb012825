"""A deprecated detection is switched off, stays so for `delete_after`, and is deleted then: two applies, never one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from situations import DETECTION, actions, at, change_of, found, planned, recorded, wanted

from dac.model.plan import Retirement

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.resource import Recorded

D = "detection.x"
OFF = DETECTION | {"enabled": False}
DAY = 86_400_000
WAY_OUT: dict[str, Any] = {"delete_after": 14 * DAY}
SINCE = 1_767_323_045_000


def test_first_it_is_switched_off() -> None:
    made = planned(wanted(D, OFF, **WAY_OUT), recorded(D), seen={D: found(D)}, clock=SINCE)
    assert actions(made) == {D: "update"}
    assert [(edit.path, edit.after) for edit in change_of(made, D).edits] == [("enabled", False)]


@pytest.mark.parametrize(("days", "action"), [(0, {}), (13.99, {}), (14, {D: "delete"}), (400, {D: "delete"})])
def test_it_is_deleted_once_it_has_been_off_for_long_enough(days: float, action: dict[str, str]) -> None:
    known = recorded(D, OFF, retired=SINCE)
    made = planned(wanted(D, OFF, **WAY_OUT), known, seen={D: found(D, OFF)}, clock=SINCE + int(days * DAY))
    assert actions(made) == action
    assert made.refusals == ()


def test_the_reason_is_not_that_it_has_left_the_stack() -> None:
    known = recorded(D, OFF, retired=SINCE)
    made = planned(wanted(D, OFF, **WAY_OUT), known, seen={D: found(D, OFF)}, clock=SINCE + 14 * DAY)
    assert change_of(made, D).reason == "it is deprecated and was switched off more than 14d ago"


def test_without_a_time_on_record_it_is_never_deleted() -> None:
    made = planned(wanted(D, OFF, **WAY_OUT), recorded(D, OFF), seen={D: found(D, OFF)}, clock=SINCE + 400 * DAY)
    assert actions(made) == {}


@pytest.mark.parametrize(
    ("known", "live", "due", "is_on", "counts"),
    [
        (recorded(D), DETECTION, SINCE + 15 * DAY, True, False),
        (recorded(D, OFF, retired=SINCE), OFF, SINCE + 14 * DAY, False, True),
        (recorded(D, OFF), OFF, SINCE + 15 * DAY, False, False),
        (recorded(D, OFF, retired=SINCE - 9 * DAY), DETECTION, SINCE + 15 * DAY, True, False),
    ],
    ids=["switched off now", "off since", "off, but nobody knows since when", "switched on by hand"],
)
def test_every_plan_before_says_when_it_will_be_deleted(
    known: Recorded, live: Deployed, due: int, *, is_on: bool, counts: bool
) -> None:
    made = planned(wanted(D, OFF, **WAY_OUT), known, seen={D: found(D, live)}, clock=SINCE + DAY)
    assert made.retiring == (Retirement(at(D), 14 * DAY, due, is_on, counts),)


def test_what_is_deleted_now_or_gone_already_is_announced_no_more() -> None:
    known = recorded(D, OFF, retired=SINCE)
    assert planned(wanted(D, OFF, **WAY_OUT), known, seen={D: found(D, OFF)}, clock=SINCE + 14 * DAY).retiring == ()
    assert planned(wanted(D, OFF, **WAY_OUT)).retiring == ()


def test_what_somebody_switched_on_again_is_switched_off_and_not_deleted() -> None:
    known = recorded(D, OFF, retired=SINCE)
    made = planned(wanted(D, OFF, **WAY_OUT), known, seen={D: found(D)}, clock=SINCE + 400 * DAY)
    assert actions(made) == {D: "update"}


def test_protect_holds_here_too() -> None:
    known = recorded(D, OFF, retired=SINCE)
    want = wanted(D, OFF, protect=True, **WAY_OUT)
    made = planned(want, known, seen={D: found(D, OFF)}, clock=SINCE + 14 * DAY)
    assert [refusal.code for refusal in made.refusals] == ["protected"]


def test_once_gone_it_is_not_created_again() -> None:
    assert actions(planned(wanted(D, OFF, **WAY_OUT))) == {}
    made = planned(wanted(D, OFF, **WAY_OUT), recorded(D, OFF, retired=SINCE))
    assert actions(made) == {D: "forget"}
    assert change_of(made, D).address == at(D)


def test_what_a_console_takes_switched_off_keeps_the_off_of_a_person() -> None:
    """Rollout "disabled" must not become the reason of an "off" that somebody chose."""
    made = planned(wanted(D, OFF, rollout="disabled"), recorded(D), seen={D: found(D, OFF)})
    assert actions(made) == {}
    assert (change_of(made, D).record, change_of(made, D).held) == (OFF, True)
