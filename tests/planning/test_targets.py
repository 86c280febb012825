"""--target: some addresses, and what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from situations import SET, actions, at, found, planned, reads, recorded, uuid_of, wanted

from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.plan import Plan

S, P, B, D = "reference_set.s", "custom_property.p", "building_block.b", "detection.d"


def targeted(*locals_: str) -> Plan:
    """A detection that reads a building block and a property; the block reads a set; something beside them."""
    return planned(
        wanted(D, references=reads(f"building_block:{uuid_of(B)}", "custom_property:Country")),
        wanted(B, references=reads("reference_set:DaC: VPN", "reference_set:somebody else's")),
        wanted(P),
        wanted(S),
        wanted("reference_set.beside", SET | {"name": "beside"}),
        recorded("detection.old"),
        seen={"detection.old": found("detection.old")},
        options=Options(targets=frozenset(map(at, locals_))),
    )


@pytest.mark.parametrize(
    ("targets", "planned_too"),
    [
        ([D], {D, B, P, S}),
        ([B], {B, S}),
        ([P], {P}),
        ([S, P], {S, P}),
        (["detection.old"], {"detection.old"}),
        (["detection.nobody"], set()),
    ],
)
def test_a_target_brings_along_what_it_reads_and_nothing_else(targets: list[str], planned_too: set[str]) -> None:
    assert set(actions(targeted(*targets))) == planned_too


def test_a_plan_says_what_it_was_limited_to() -> None:
    assert targeted(S, D).targets == ("cloud/detection.d", "cloud/reference_set.s")
    assert planned(wanted(S)).targets == ()


def test_a_detection_that_a_target_asks_comes_along() -> None:
    made = planned(
        wanted(D, references=reads(f"building_block:{uuid_of('detection.asked')}")),
        wanted("detection.asked"),
        options=Options(targets=frozenset([at(D)])),
    )
    assert set(actions(made)) == {D, "detection.asked"}


def test_a_circle_of_readers_ends() -> None:
    made = planned(
        wanted(B, references=reads(f"building_block:{uuid_of('building_block.c')}")),
        wanted("building_block.c", references=reads(f"building_block:{uuid_of(B)}")),
        options=Options(targets=frozenset([at(B)])),
    )
    assert set(actions(made)) == {B, "building_block.c"}


def test_what_a_target_leaves_out_is_no_drift_of_this_plan() -> None:
    made = planned(wanted(S), wanted(D), recorded(D), options=Options(targets=frozenset([at(S)])))
    assert (set(actions(made)), made.drift) == ({S}, ())
