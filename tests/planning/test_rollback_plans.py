"""Taking an apply back: what is planned, and what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from situations import (
    DETECTION,
    HERS,
    MINE,
    PROPERTY,
    SET,
    actions,
    at,
    change_of,
    codes,
    edits,
    found,
    recorded,
    situation,
    wanted,
)

from dac.model.change import Action, Change, Channel, Edit
from dac.model.deployed import digest
from dac.model.history import PastChange
from dac.model.run import Result
from dac.planning.plan import plan
from dac.planning.pre_image import others_entries, pre_image
from dac.planning.rollback import returning
from dac.planning.situation import Options, Rollback
from dac.resources.registry import kind

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.plan import Plan
    from dac.model.resource import Live, Recorded

D, S, P = "detection.x", "reference_set.x", "custom_property.x"
LOUD = DETECTION | {"severity": 9}
OFF = DETECTION | {"enabled": False}


def past(local: str, action: Action, before: Deployed | None = None, **more: Any) -> PastChange:
    name = before["name"] if before else local
    return PastChange(at(local), action, f"uuid of {at(local)}", name, before=before, **more)


def back(change: PastChange, *sides: Recorded, live: Deployed | None, allow: tuple[str, ...] = (), **more: Any) -> Plan:
    """The plan that takes one change back; `left` is what the state held after it."""
    local = change.address.local
    form = returning(change, change.address)
    rollback = Rollback("run-1", {change.address: more.pop("left", None)}, {change.address: change.others})
    seen = {} if live is None else {local: found(local, live)}
    now = situation(*([form] if form else []), *sides, seen=seen, rollback=rollback, **more)
    return plan(now, Options(targets=frozenset({change.address}), allow=frozenset(allow)))


def test_an_update_goes_back_to_what_was_there() -> None:
    made = back(past(D, Action.UPDATE, DETECTION), recorded(D, LOUD), live=LOUD, left=digest(LOUD))
    assert (actions(made), codes(made), made.rollback) == ({D: "update"}, [], "run-1")
    assert edits(change_of(made, D)) == {"severity": (9, 5)}
    assert change_of(made, D).reason == "apply run-1 changed it"


def test_what_was_deleted_is_created_again_with_the_uuid_it_had() -> None:
    made = back(past(D, Action.DELETE, DETECTION), live=None, left="")
    assert (actions(made), codes(made)) == ({D: "create"}, [])
    desired = change_of(made, D).desired
    assert desired is not None
    assert (desired.uuid, desired.deployed, desired.digest) == (f"uuid of {at(D)}", DETECTION, "")
    assert change_of(made, D).reason == "apply run-1 deleted it"


def test_what_was_created_is_deleted() -> None:
    made = back(past(D, Action.CREATE, after=DETECTION), recorded(D), live=DETECTION, left=digest(DETECTION))
    assert (actions(made), codes(made)) == ({D: "delete"}, [])
    assert change_of(made, D).reason == "apply run-1 created it"


def test_what_was_created_and_has_gone_is_forgotten_without_a_word() -> None:
    made = back(past(D, Action.CREATE, after=DETECTION), recorded(D), live=None, left=digest(DETECTION))
    assert (actions(made), codes(made)) == ({D: "forget"}, [])


def test_nothing_but_what_is_named_is_planned_though_the_stack_has_more() -> None:
    change = past(D, Action.UPDATE, DETECTION)
    others = [recorded(f"detection.other{number}") for number in range(12)]
    made = back(change, recorded(D, LOUD), *others, live=LOUD, left=digest(LOUD))
    assert {found.address.local for found in made.changes} == {D}
    nothing = plan(situation(recorded(D), seen={D: found(D)}, rollback=Rollback("run-1")), Options())
    assert nothing.changes == ()


def test_to_delete_all_that_a_first_apply_made_is_no_empty_stack() -> None:
    change = past(D, Action.CREATE, after=DETECTION)
    made = back(change, recorded(D), live=DETECTION, left=digest(DETECTION))
    assert codes(made) == []


@pytest.mark.parametrize(
    ("change", "state", "live", "left", "words"),
    [
        (past(D, Action.UPDATE, DETECTION), LOUD, LOUD | {"severity": 7}, LOUD, "on the console (severity)"),
        (past(D, Action.UPDATE, DETECTION), LOUD | {"relevance": 1}, LOUD | {"relevance": 1}, LOUD, "another apply"),
        (past(D, Action.UPDATE, DETECTION), LOUD, None, LOUD, "was deleted on the console"),
        (past(D, Action.DELETE, DETECTION), None, LOUD, None, "was made again on the console"),
        (past(D, Action.DELETE, DETECTION), LOUD, LOUD, None, "another apply"),
        (past(D, Action.CREATE, after=DETECTION), DETECTION, LOUD, DETECTION, "on the console (severity)"),
        (past(D, Action.CREATE, after=DETECTION), LOUD, LOUD, DETECTION, "another apply"),
    ],
)
def test_what_has_changed_since_is_not_overwritten_unless_allowed(
    change: PastChange, state: Deployed | None, live: Deployed | None, left: Deployed | None, words: str
) -> None:
    sides = [] if state is None else [recorded(D, state)]
    mark = "" if left is None else digest(left)
    made = back(change, *sides, live=live, left=mark)
    assert codes(made) == [("changed-since", D)]
    assert words in made.refusals[0].summary
    assert "--allow changed-since" in made.refusals[0].hint
    assert codes(back(change, *sides, live=live, left=mark, allow=("changed-since",))) == []


def test_what_a_cut_apply_left_is_no_conflict_because_no_record_says_what_it_was() -> None:
    change = past(D, Action.UPDATE, DETECTION)
    made = back(change, recorded(D), live=LOUD, left=None, pending=[at(D)])
    assert (actions(made), codes(made)) == ({D: "update"}, [])


def test_a_rule_that_was_switched_off_by_hand_since_then_stays_off_and_is_no_conflict() -> None:
    made = back(past(D, Action.UPDATE, DETECTION), recorded(D, LOUD), live=LOUD | {"enabled": False}, left=digest(LOUD))
    assert (actions(made), codes(made)) == ({D: "update"}, [])
    assert edits(change_of(made, D)) == {"severity": (9, 5)}
    assert change_of(made, D).record == DETECTION  # on, so that the next plan holds it and does not switch it on


def test_entries_of_others_come_back_with_their_set_and_stay_theirs() -> None:
    full = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = back(past(S, Action.DELETE, full, others=(HERS,)), live=None, left="")
    change = change_of(made, S)
    assert change.desired is not None
    assert change.desired.deployed == full
    assert change.record == SET


def made_of(local: str, action: Action, live: Deployed, state: Deployed, *paths: str, want: Any = None) -> Change:
    there: Live = found(local, live).live
    sent = tuple(Edit(path, None, None, Channel.REST) for path in paths)
    return Change(at(local), action, "", sent, wanted(local, want), recorded(local, state), there)


def test_the_pre_image_of_a_rule_that_is_held_has_it_on() -> None:
    """Its "off" is a person's; brought back as the stack's, it would be switched on by the next apply."""
    update = made_of(D, Action.UPDATE, OFF | {"severity": 5}, DETECTION, "severity", want=LOUD)
    assert pre_image(kind("detection"), update) == DETECTION


def test_the_pre_image_of_a_rule_that_is_switched_on_by_name_has_it_off() -> None:
    re_enabled = made_of(D, Action.UPDATE, OFF, DETECTION, "enabled")
    assert pre_image(kind("detection"), re_enabled) == OFF


def test_the_pre_image_of_a_rule_that_goes_is_as_it_was_on_the_console() -> None:
    assert pre_image(kind("detection"), made_of(D, Action.DELETE, OFF, DETECTION)) == OFF


def test_the_pre_image_of_a_set_that_changes_is_our_part_and_of_one_that_goes_is_all() -> None:
    full = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    described = kind("reference_set")
    assert pre_image(described, made_of(S, Action.UPDATE, full, SET)) == SET
    assert others_entries(described, made_of(S, Action.UPDATE, full, SET)) == ()
    gone = made_of(S, Action.DELETE, full, SET)
    assert pre_image(described, gone) == full
    assert others_entries(described, gone) == (HERS,)


def test_the_pre_image_of_a_property_leaves_out_what_others_extract() -> None:
    theirs = PROPERTY["expressions"][0] | {"log_source_type": "Cisco PIX"}
    full = PROPERTY | {"expressions": [theirs, *PROPERTY["expressions"]]}
    assert pre_image(kind("custom_property"), made_of(P, Action.UPDATE, full, PROPERTY)) == PROPERTY


def test_there_is_no_pre_image_of_what_is_created() -> None:
    create = Change(at(D), Action.CREATE, "", desired=wanted(D))
    assert pre_image(kind("detection"), create) is None


@pytest.mark.parametrize(
    ("action", "result", "reached"),
    [
        (Action.UPDATE, Result.APPLIED, True),
        (Action.UPDATE, Result.FAILED, True),
        (Action.UPDATE, None, True),
        (Action.UPDATE, Result.SKIPPED, False),
        (Action.ADOPT, Result.APPLIED, False),
        (Action.FORGET, Result.APPLIED, False),
    ],
)
def test_only_what_may_have_reached_the_console_can_come_back(
    action: Action, result: Result | None, *, reached: bool
) -> None:
    assert past(D, action, DETECTION, result=result).reached_console is reached
