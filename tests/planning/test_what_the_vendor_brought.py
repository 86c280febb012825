"""What QRadar brought is switched, never made and never deleted, whatever the console says."""

from __future__ import annotations

from situations import at, change_of, found, planned, recorded, wanted

from dac.model.change import Action
from dac.model.plan import Step
from dac.model.reads import Absent

LOCAL = "vendor_rule.x"


def test_one_that_the_console_does_not_have_is_refused() -> None:
    for sides in ([wanted(LOCAL)], [wanted(LOCAL), recorded(LOCAL)]):
        made = planned(*sides, seen={LOCAL: Absent()})
        assert [(refusal.code, refusal.address) for refusal in made.refusals] == [("no-vendor-rule", at(LOCAL))]
        assert made.waves == ()


def test_one_that_people_made_is_refused() -> None:
    made = planned(wanted(LOCAL), seen={LOCAL: found(LOCAL, ours=False, origin="USER")})
    assert [refusal.code for refusal in made.refusals] == ["no-vendor-rule"]


def test_one_that_left_the_stack_is_forgotten() -> None:
    made = planned(recorded(LOCAL), seen={LOCAL: found(LOCAL)})
    assert change_of(made, LOCAL).action is Action.FORGET


def test_one_that_is_switched_off_is_off_before_anything_else() -> None:
    off = {"identifier": "SYSTEM-1104", "enabled": False}
    made = planned(wanted(LOCAL, off), recorded(LOCAL), wanted("detection.new"), seen={LOCAL: found(LOCAL)})
    assert [wave.step for wave in made.waves] == [Step.SWITCH_OFF, Step.PACKAGE]


def test_one_that_is_off_from_the_start_is_switched_on_when_asked() -> None:
    off = {"identifier": "SYSTEM-1104", "enabled": False}
    made = planned(wanted(LOCAL), seen={LOCAL: found(LOCAL, off)})
    assert [(wave.step, wave.addresses) for wave in made.waves] == [(Step.SWITCH, (at(LOCAL),))]
