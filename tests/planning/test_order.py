"""Waves: what is carried out together, and what comes before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from situations import (
    BLOCK,
    DETECTION,
    PROPERTY,
    SET,
    actions,
    change_of,
    found,
    planned,
    reads,
    recorded,
    uuid_of,
    wanted,
)

from dac.model.plan import Plan, Step
from dac.planning.order import first_half
from dac.resources.registry import kinds

if TYPE_CHECKING:
    from dac.model.deployed import Deployed

S, P, B, D = "reference_set.s", "custom_property.p", "building_block.b", "detection.d"


def waves(made: Plan) -> list[tuple[Step, list[str]]]:
    assert [wave.number for wave in made.waves] == list(range(1, len(made.waves) + 1))
    return [(wave.step, [address.local for address in wave.addresses]) for wave in made.waves]


def test_steps_have_one_order() -> None:
    assert [step.value for step in Step] == [
        "REST switching off",
        "REST creates and updates",
        "extension package",
        "REST enabled and owner",
        "REST deletes",
        "REST updates that take something away",
        "state only",
    ]


def test_a_property_is_parsed_in_advance_until_the_last_rule_that_reads_it_has_gone() -> None:
    parsed = PROPERTY | {"use_for_rule_engine": True}
    made = planned(
        wanted(P),
        recorded(P, parsed),
        recorded(D, references=reads("custom_property:Country")),
        seen={P: found(P, parsed), D: found(D)},
    )
    assert waves(made) == [(Step.DELETE, [D]), (Step.RETRACT, [P])]


def test_a_property_is_parsed_in_advance_before_the_first_rule_that_reads_it_comes() -> None:
    parsed = PROPERTY | {"use_for_rule_engine": True}
    made = planned(
        wanted(P, parsed),
        wanted(D, references=reads("custom_property:Country")),
        recorded(P),
        seen={P: found(P)},
    )
    assert waves(made) == [(Step.WRITE, [P]), (Step.PACKAGE, [D])]


TWO = SET | {"entries": {"203.0.113.7": "exit node", "203.0.113.8": "leaves"}}


def test_an_entry_leaves_a_set_only_when_the_rules_that_asked_for_it_have_changed() -> None:
    asks = reads("reference_set:DaC: VPN")
    form = SET | {"entries": {"203.0.113.7": "exit node", "203.0.113.9": "comes"}}
    made = planned(
        wanted(S, form), recorded(S, TWO),
        wanted(D, DETECTION | {"filter": "qid = 3"}), recorded(D, references=asks),
        seen={S: found(S, TWO), D: found(D)},
    )  # fmt: skip
    assert waves(made) == [(Step.WRITE, [S]), (Step.PACKAGE, [D]), (Step.RETRACT, [S])]
    half = first_half(change_of(made, S), kinds()["reference_set"])
    assert half is not None
    assert half.desired is not None
    assert list(half.desired.deployed["entries"]) == ["203.0.113.7", "203.0.113.8", "203.0.113.9"]


def test_a_set_that_only_loses_entries_waits_as_a_whole() -> None:
    asks = reads("reference_set:DaC: VPN")
    made = planned(
        wanted(S), recorded(S, TWO),
        wanted(D, DETECTION | {"filter": "qid = 3"}), recorded(D, references=asks),
        seen={S: found(S, TWO), D: found(D)},
    )  # fmt: skip
    assert waves(made) == [(Step.PACKAGE, [D]), (Step.RETRACT, [S])]


def test_entries_leave_at_once_when_no_rule_of_the_plan_asks_for_them() -> None:
    made = planned(wanted(S), recorded(S, TWO), seen={S: found(S, TWO)})
    assert waves(made) == [(Step.WRITE, [S])]


@pytest.mark.parametrize(("local", "step"), [(S, Step.WRITE), (P, Step.WRITE), (B, Step.PACKAGE), (D, Step.PACKAGE)])
def test_what_is_taken_over_is_written_at_least_its_marker(local: str, step: Step) -> None:
    made = planned(wanted(local, adopt=True), seen={local: found(local, ours=False)})
    assert waves(made) == [(step, [local])]
    assert [(change.action, change.reason) for change in made.changes] == [("adopt", "adopt = true takes it over")]


@pytest.mark.parametrize("local", [S, P, B, D])
def test_what_is_ours_already_is_adopted_without_a_word_to_the_console(local: str) -> None:
    assert waves(planned(wanted(local), seen={local: found(local)})) == [(Step.RECORD, [local])]


def test_things_are_made_before_the_rules_that_read_them_and_deleted_after() -> None:
    made = planned(
        wanted(
            D, references=reads("reference_set:DaC: VPN", "custom_property:Country", f"building_block:{uuid_of(B)}")
        ),
        wanted(B),
        wanted(P),
        wanted(S),
        *(recorded(f"{local}_old") for local in (S, P, B, D)),
        seen={f"{local}_old": found(f"{local}_old") for local in (S, P, B, D)},
    )
    assert waves(made) == [
        (Step.WRITE, [S, P]),
        (Step.PACKAGE, [B, D]),
        (Step.DELETE, [f"{local}_old" for local in (D, B, P, S)]),
    ]


def test_within_a_package_what_is_read_comes_before_its_readers() -> None:
    chain = ["building_block.c", "building_block.a", "building_block.b"]  # c is read by a, a by b
    sides = [
        wanted(local, BLOCK | {"name": local}, references=reads(f"building_block:{uuid_of(read)}") if read else ())
        for local, read in zip(chain, [None, *chain], strict=False)
    ]
    assert waves(planned(*sides)) == [(Step.PACKAGE, chain)]


def test_readers_are_deleted_before_what_they_read() -> None:
    chain = ["building_block.c", "building_block.a", "building_block.b"]
    sides = [
        recorded(local, references=reads(f"building_block:{uuid_of(read)}") if read else ())
        for local, read in zip(chain, [None, *chain], strict=False)
    ]
    made = planned(*sides, wanted(S), seen={local: found(local) for local in chain} | {S: found(S)})
    assert waves(made)[-2] == (Step.DELETE, chain[::-1])


def test_a_detection_that_another_one_asks_comes_before_it() -> None:
    made = planned(
        wanted("detection.a", references=reads(f"building_block:{uuid_of('detection.z')}")), wanted("detection.z")
    )
    assert waves(made) == [(Step.PACKAGE, ["detection.z", "detection.a"])]


def test_a_circle_is_ordered_somehow_and_does_not_hang() -> None:
    made = planned(
        wanted("building_block.a", references=reads(f"building_block:{uuid_of('building_block.b')}")),
        wanted("building_block.b", references=reads(f"building_block:{uuid_of('building_block.a')}")),
        wanted("building_block.c", references=reads(f"building_block:{uuid_of('building_block.c')}")),
    )
    assert waves(made) == [(Step.PACKAGE, ["building_block.a", "building_block.b", "building_block.c"])]


OFF = DETECTION | {"enabled": False}


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        (DETECTION, OFF | {"owner": "soc"}, [Step.SWITCH_OFF, Step.PACKAGE]),
        (OFF, DETECTION, [Step.PACKAGE, Step.SWITCH]),
        (DETECTION, DETECTION | {"owner": "soc"}, [Step.PACKAGE, Step.SWITCH]),
    ],
    ids=["off", "on", "owner"],
)
def test_a_rule_is_switched_off_before_its_body_changes_and_on_after(
    before: Deployed, after: Deployed, steps: list[Step]
) -> None:
    made = planned(wanted(D, after | {"severity": 9}), recorded(D, before), seen={D: found(D, before)})
    assert waves(made) == [(step, [D]) for step in steps]
    assert len(made.changes) == 1


def test_what_is_taken_over_to_be_off_is_off_before_it_is_written() -> None:
    made = planned(wanted(D, OFF, adopt=True), seen={D: found(D, ours=False)})
    assert waves(made) == [(Step.SWITCH_OFF, [D]), (Step.PACKAGE, [D])]


def test_a_building_block_is_switched_off_only_when_the_rules_that_asked_it_have_changed() -> None:
    made = planned(
        wanted(B, BLOCK | {"enabled": False}), recorded(B),
        wanted(D, DETECTION | {"filter": "qid = 3"}), recorded(D, references=reads(f"building_block:{uuid_of(B)}")),
        seen={B: found(B), D: found(D)},
    )  # fmt: skip
    assert waves(made) == [(Step.PACKAGE, [D]), (Step.SWITCH, [B])]


def test_what_is_switched_off_does_not_wait_for_a_set_that_it_reads() -> None:
    asks = reads("reference_set:DaC: VPN")
    off = wanted(D, OFF, references=asks)
    made = planned(off, recorded(D, references=asks), wanted(S), seen={D: found(D)})
    assert waves(made) == [(Step.SWITCH_OFF, [D]), (Step.WRITE, [S])]


@pytest.mark.parametrize("change", [{"enabled": False}, {"owner": "soc"}])
def test_a_switch_alone_needs_no_package(change: dict[str, object]) -> None:
    made = planned(wanted(B, BLOCK | change), recorded(B), seen={B: found(B)})
    assert waves(made) == [(Step.SWITCH, [B])]


def test_a_new_rule_carries_its_switch_in_its_body() -> None:
    made = planned(wanted(D, DETECTION | {"enabled": False, "owner": "soc"}))
    assert waves(made) == [(Step.PACKAGE, [D])]


def test_what_the_state_alone_sees_comes_last() -> None:
    made = planned(
        wanted(S, SET | {"authoritative": True}),
        recorded(S),
        wanted(P),
        recorded("detection.gone"),
        wanted(D),
        seen={S: found(S), P: found(P)},
    )
    assert waves(made) == [(Step.PACKAGE, [D]), (Step.RECORD, [S, P, "detection.gone"])]


def test_changes_stand_in_the_order_they_are_made_in_and_no_ops_last() -> None:
    same = "building_block.aa"
    made = planned(
        wanted(D),
        wanted(S),
        wanted(same),
        recorded(same),
        wanted(P),
        recorded("reference_set.old"),
        seen={same: found(same), "reference_set.old": found("reference_set.old")},
    )
    assert [change.address.local for change in made.changes] == [S, P, D, "reference_set.old", same]


def test_an_empty_plan_has_no_waves() -> None:
    assert waves(planned()) == []


def test_waves_cross_stacks() -> None:
    made = planned(wanted("a/reference_set.x"), wanted("b/reference_set.x", SET | {"name": "y"}))
    assert [str(address) for address in made.waves[0].addresses] == ["a/reference_set.x", "b/reference_set.x"]


def test_a_replace_is_a_write() -> None:
    made = planned(wanted(P, PROPERTY | {"name": "new"}), recorded(P), seen={P: found(P)})
    assert (actions(made), waves(made)) == ({P: "replace"}, [(Step.WRITE, [P])])
