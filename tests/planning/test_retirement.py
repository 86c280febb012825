"""A deprecated detection is switched off, stays so for `delete_after`, and is deleted then: two applies, never one."""

from __future__ import annotations

from typing import Any

import pytest
from situations import DETECTION, actions, at, change_of, found, planned, recorded, wanted

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
    record = change_of(made, D).record
    assert record is not None
    assert record["enabled"] is True
