"""What was switched off by hand stays off when the stack stops ignoring it, and when its status will do again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from model_console import carried_out, remembered
from situations import DETECTION, PROPERTY, actions, at, change_of, found, planned, recorded, settled, situation, wanted

from dac.model.change import Disposition
from dac.model.drift_report import DriftKind
from dac.planning.drift_kinds import kinds_of
from dac.planning.plan import plan
from dac.planning.pre_image import pre_image
from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.model.resource import Desired
    from dac.planning.situation import Situation

D, P = "detection.x", "custom_property.x"
OFF = DETECTION | {"enabled": False}
ON_ROW = PROPERTY["expressions"][0]
OFF_ROW = ON_ROW | {"enabled": False}
ASLEEP = wanted(D, OFF, dormant="too early")
SHUT = wanted(D, OFF, rollout="disabled")


def step(now: Situation, want: Desired, options: Options | None = None) -> tuple[Plan, Situation]:
    """Plan and apply what the stack says now, as a console and a state take it."""
    made = plan(replace(now, desired={want.address: want}), options or Options())
    assert made.refusals == ()
    change = change_of(made, want.address.local)
    read = carried_out(change, now.reads[want.address])
    record = remembered(change, now.recorded.get(want.address))
    known = {want.address: record} if record else {}
    return made, replace(now, reads={want.address: read}, recorded=known)


def enabled(now: Situation) -> Any:
    return now.reads[at(D)].live.deployed["enabled"]  # type: ignore[union-attr]  # it is there in every test here


def actions_on_console(made: Plan) -> list[str]:
    return [edit.path for change in made.changes for edit in change.edits]


def dispositions(made: Plan) -> list[Disposition]:
    return [drift.disposition for drift in made.drift]


def test_a_switch_that_is_not_ignored_any_more_is_held_and_not_switched_on() -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    for _ in range(2):
        made, now = step(now, wanted(D, ignore_changes=("enabled",)))
        assert (actions(made), dispositions(made)) == ({}, [Disposition.IGNORED])
    made, now = step(now, wanted(D))
    assert (actions(made), dispositions(made), enabled(now)) == ({}, [Disposition.HELD], False)


def test_an_ignored_switch_that_the_stack_has_off_itself_is_recorded_as_off() -> None:
    made = planned(wanted(D, OFF, ignore_changes=("enabled",)), recorded(D, OFF), seen={D: found(D, OFF)})
    assert change_of(made, D).record == OFF


def test_an_ignored_expression_that_the_console_switched_off_is_recorded_as_on() -> None:
    theirs = ON_ROW | {"log_source_type": "Theirs", "enabled": False}
    live = PROPERTY | {"expressions": [OFF_ROW, theirs]}
    ignoring = wanted(P, ignore_changes=("expression",))
    made = planned(ignoring, recorded(P), seen={P: found(P, live)})
    assert change_of(made, P).record == PROPERTY
    assert actions(made) == {}
    held = settled(P, live=PROPERTY | {"expressions": [OFF_ROW]})
    assert (actions(held), dispositions(held)) == ({}, [Disposition.HELD])


def test_an_ignored_expression_that_the_stack_does_not_have_is_recorded_as_it_is() -> None:
    other = OFF_ROW | {"expression": '/"other"'}
    live = PROPERTY | {"expressions": [other]}
    made = planned(wanted(P, ignore_changes=("expression",)), recorded(P), seen={P: found(P, live)})
    assert change_of(made, P).record == live


# A status that is too early for a while


@pytest.mark.parametrize("known", [True, False])
def test_a_hold_outlives_a_status_that_was_too_early(*, known: bool) -> None:
    """Also when the state was lost: then nothing says that dac itself switched it off."""
    now = situation(wanted(D), *([recorded(D)] if known else []), seen={D: found(D, OFF)})
    for told in ([Disposition.ACCEPTED] if known else [], [], []):
        made, now = step(now, ASLEEP)
        assert (actions_on_console(made), dispositions(made), enabled(now)) == ([], told, False)
        assert (now.recorded[at(D)].deployed, now.recorded[at(D)].held) == (OFF, True)
    made, now = step(now, wanted(D))
    assert (actions(made), dispositions(made), enabled(now)) == ({}, [Disposition.HELD], False)


def test_what_dac_switched_off_for_its_status_is_switched_on_again() -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D)})
    made, now = step(now, ASLEEP)
    assert (actions(made), enabled(now)) == ({D: "update"}, False)
    made, now = step(now, ASLEEP)
    assert (actions(made), made.drift, now.recorded[at(D)].digest) == ({}, (), "d")
    made, now = step(now, wanted(D))
    assert (actions(made), made.drift, enabled(now)) == ({D: "update"}, (), True)


def test_what_was_held_and_is_too_early_can_be_let_go() -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    _, now = step(now, ASLEEP)
    _, now = step(now, ASLEEP, Options(re_enable=frozenset([at(D)])))
    assert enabled(now) is False
    _, now = step(now, wanted(D))
    assert enabled(now) is True


@pytest.mark.parametrize("asleep", [ASLEEP, SHUT], ids=["status", "rollout"])
def test_what_was_held_and_is_switched_on_by_hand_though_too_early_is_drift_and_switched_off(asleep: Desired) -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    _, now = step(now, asleep)
    now = replace(now, reads={at(D): found(D)})
    made, now = step(now, asleep)
    assert [kinds_of(item) for item in made.drift] == [(DriftKind.RE_ENABLED,)]
    assert (dispositions(made), actions(made), enabled(now)) == ([Disposition.REVERTED], {D: "update"}, False)
    _, now = step(now, wanted(D))  # that "off" was dac's own
    assert enabled(now) is True


def test_what_was_held_and_too_early_is_still_held_by_an_edit_in_between_and_by_taking_that_back() -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    _, now = step(now, ASLEEP)
    made, now = step(now, replace(ASLEEP, deployed=OFF | {"severity": 8}))
    assert [edit.path for edit in change_of(made, D).edits] == ["severity"]
    assert now.recorded[at(D)].held
    assert pre_image(now.kinds["detection"], change_of(made, D)) == DETECTION
    _, now = step(now, wanted(D))
    assert enabled(now) is False


def test_an_off_of_the_stack_itself_takes_the_place_of_what_was_held() -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    for want in (SHUT, wanted(D, OFF), wanted(D)):
        made, now = step(now, want)
    assert (actions(made), enabled(now)) == ({D: "update"}, True)


@pytest.mark.parametrize("before", [ASLEEP, SHUT], ids=["status", "rollout"])
def test_what_was_held_and_is_deprecated_meanwhile_is_recorded_as_off(before: Desired) -> None:
    now = situation(wanted(D), recorded(D), seen={D: found(D, OFF)})
    for want in (wanted(D, OFF, delete_after=1), replace(before, delete_after=1)):
        made, after = step(now, want)
        assert (dispositions(made), after.recorded[at(D)].deployed) == ([Disposition.ACCEPTED], OFF)
