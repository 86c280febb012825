"""Past applies, and what a plan that takes one back says of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sample_plans import BUILDING_BLOCK, CLOCK, DETECTION, PROD, REFERENCE_SET, UUIDS, at, extension, plan, update

from dac.model.change import Action
from dac.model.history import Ending, PastApply, PastChange
from dac.model.run import Outcome, Result
from dac.views.human.history import history_text, past_apply_text
from dac.views.human.outcome import apply_text
from dac.views.human.plan import NOT_SAVED, plan_text
from dac.views.machine.history import history_json, past_apply_json
from dac.views.machine.plan import plan_form

if TYPE_CHECKING:
    from conftest import Golden

SEVERITY = extension("severity", 5, 8)
CHANGES = (
    PastChange(
        address=at("detection.risky_sign_in"),
        action=Action.UPDATE,
        uuid=UUIDS["risky_sign_in"],
        name=DETECTION["name"],
        reason="the stack changed",
        before=DETECTION,
        edits=(SEVERITY,),
        xml="<rule/>",
        result=Result.APPLIED,
    ),
    PastChange(
        address=at("reference_set.vpn"),
        action=Action.DELETE,
        uuid="",
        name=REFERENCE_SET["name"],
        reason="reference_set.vpn is not in the stack any more",
        before=REFERENCE_SET,
        others=("203.0.113.7",),
        result=Result.FAILED,
        message="HTTP 409\nstill read",
    ),
    PastChange(
        address=at("building_block.legacy_auth"),
        action=Action.CREATE,
        uuid=UUIDS["legacy_auth"],
        name=BUILDING_BLOCK["name"],
        after=BUILDING_BLOCK,
        result=Result.SKIPPED,
        message="reference_set.vpn failed",
    ),
)
APPLY = PastApply(
    run_id="8c0f6c3e-3a5c-4d0e-9a55-5a2f0f1f7a01",
    console=PROD,
    stacks=("cloud",),
    began=CLOCK,
    who="ana",
    host="soc-7",
    command="dac apply --console prod",
    plan="5a1e" * 16,
    changes=CHANGES,
    ended=CLOCK + 65_000,
    ending=Ending.INCOMPLETE,
)
BACK = replace(APPLY, run_id="9d1f", began=CLOCK + 90_000, rollback=APPLY.run_id, ending=Ending.COMPLETE)
CUT = replace(
    APPLY,
    run_id="a0",
    changes=(replace(CHANGES[0], result=None, xml="", no_xml="the token may not"),),
    ended=0,
    ending=Ending.UNFINISHED,
)
STOPPED = replace(APPLY, run_id="b1", changes=(), ending=Ending.STOPPED, reason="stopped as asked\x1b[2J")


def test_applies_are_listed_one_a_line(golden: Golden) -> None:
    golden("views/history.txt", history_text(PROD, (BACK, APPLY, CUT)))
    assert "No apply is kept." in history_text(PROD, ())


def test_one_apply_is_shown_with_what_it_found_and_made(golden: Golden) -> None:
    golden("views/past_apply.txt", past_apply_text(APPLY))
    cut = past_apply_text(CUT)
    assert "It was killed or is still going on" in cut
    assert "detection.risky_sign_in may or may not have happened (update was planned)" in cut
    assert "its XML before is not kept: the token may not" in cut
    stopped = past_apply_text(STOPPED)
    assert "stopped by: stopped as asked\\x1b[2J" in stopped
    assert "It changed nothing." in stopped


def test_both_have_a_stable_json(golden: Golden) -> None:
    golden("views/past_apply.json", json.dumps(json.loads(past_apply_json(APPLY)), indent=2) + "\n")
    listed = json.loads(history_json(PROD, (BACK, APPLY)))
    assert [(one["id"], one["rollback"], "changes" in one) for one in listed["applies"]] == [
        ("9d1f", APPLY.run_id, False),
        (APPLY.run_id, None, False),
    ]


def test_a_rollback_says_that_git_still_has_the_other_version(golden: Golden) -> None:
    back = plan(
        update("detection.risky_sign_in", DETECTION, SEVERITY, reason="apply 8c0f changed it"),
        rollback="8c0f",
        targets=("cloud/detection.risky_sign_in",),
    )
    golden("views/rollback.txt", plan_text(back, note=NOT_SAVED))
    done = apply_text(back, [Outcome(at("detection.risky_sign_in"), Result.APPLIED)])
    assert done.startswith("Rollback complete! Resources: 0 added, 1 changed, 0 destroyed.\n")
    assert "Git still has the other version. Revert it there, too" in done
    assert "--target" not in done
    assert plan_form(back)["rollback"] == "8c0f"


def test_a_rollback_of_what_is_back_already_does_not_speak_of_the_configuration() -> None:
    shown = plan_text(plan(rollback="8c0f"))
    assert "No changes. The console is as it was before that apply." in shown
    assert "configuration" not in shown
