"""Brakes: why a plan is not carried out until somebody says so by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from situations import (
    DETECTION,
    FORMS,
    HERS,
    MINE,
    PROPERTY,
    SET,
    actions,
    at,
    codes,
    found,
    planned,
    reads,
    recorded,
    uuid_of,
    wanted,
)

from dac.model.reads import Unreadable
from dac.planning.situation import Options

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.resource import Desired, Recorded

S, P, B, D = "reference_set.s", "custom_property.p", "building_block.b", "detection.d"
OTHER = wanted("detection.other")
READS_SET = reads("reference_set:DaC: VPN")
DESTROY = Options(destroy=True)


def allowing(code: str) -> Options:
    return Options(allow=frozenset([code]))


@pytest.mark.parametrize("local", [S, P, B, D])
def test_what_is_protected_is_not_deleted(local: str) -> None:
    sides, seen = [recorded(local, protect=True), OTHER], {local: found(local)}
    assert codes(planned(*sides, seen=seen)) == [("protected", local)]
    assert codes(planned(*sides, seen=seen, options=allowing("protected"))) == []


def test_protect_lives_in_the_record_too() -> None:
    """Taking the block out of the stack, or protect = false with it, does not lift it in the same run."""
    renamed = SET | {"name": "new"}
    for want, record in ((True, False), (False, True)):
        made = planned(wanted(S, renamed, protect=want), recorded(S, protect=record), seen={S: found(S)})
        assert codes(made) == [("protected", S)]


def test_destroy_respects_protect() -> None:
    made = planned(wanted(D, protect=True), recorded(D), seen={D: found(D)}, options=DESTROY)
    assert codes(made) == [("protected", D)]


def test_protect_hinders_no_update_and_no_forgetting() -> None:
    made = planned(wanted(D, DETECTION | {"severity": 9}), recorded(D, protect=True), seen={D: found(D)})
    assert codes(made) == []
    made = planned(recorded(D, protect=True), seen={D: found(D)}, removed={at(D): "x"})
    assert codes(made) == []


NEVER = "it was never calibrated"


@pytest.mark.parametrize("local", [B, D])
def test_the_body_of_a_rule_is_not_written_to_a_console_that_was_not_calibrated(local: str) -> None:
    for sides, seen in (
        ([wanted(local)], {}),
        ([wanted(local, FORMS[at(local).kind] | {"name": "new"}), recorded(local)], {local: found(local)}),
    ):
        made = planned(*sides, seen=seen, closed=NEVER)
        assert [(refusal.code, refusal.address) for refusal in made.refusals] == [("not-calibrated", None)]
        assert f"1 rule would be written to console prod, and {NEVER}" in made.refusals[0].summary
        assert planned(*sides, seen=seen, closed=NEVER, options=allowing("not-calibrated")).refusals == ()
        assert planned(*sides, seen=seen).refusals == ()


def test_what_does_not_travel_in_a_package_needs_no_calibration() -> None:
    off = DETECTION | {"enabled": False}
    for made in (
        planned(wanted(S), wanted(P), closed=NEVER),
        planned(wanted(D, off), recorded(D), seen={D: found(D)}, closed=NEVER),
        planned(recorded(D), seen={D: found(D)}, options=DESTROY, closed=NEVER),
        planned(wanted(D), recorded(D), seen={D: found(D)}, closed=NEVER),
    ):
        assert "not-calibrated" not in [refusal.code for refusal in made.refusals]


# Who still reads what is to be deleted

Sides = list["Desired | Recorded"]
READERS: list[tuple[str, Sides, dict[str, Any], list[str]]] = [
    ("nobody", [OTHER], {}, []),
    ("a rule of the stack", [wanted(D, references=READS_SET)], {}, [D]),
    (
        "a rule that is there already",
        [wanted(D, references=READS_SET), recorded(D, references=READS_SET)],
        {D: found(D)},
        [D],
    ),
    ("a rule that stops reading it", [wanted(D), recorded(D, references=READS_SET)], {D: found(D)}, []),
    ("a rule that goes too", [recorded(D, references=READS_SET), OTHER], {D: found(D)}, []),
    ("a rule that has gone already", [recorded(D, references=READS_SET), OTHER], {}, []),
    ("a rule that could not be read", [recorded(D, references=READS_SET), OTHER], {D: Unreadable("503")}, [D]),
    ("a rule too early for this console", [wanted(D, references=READS_SET, dormant="x")], {}, []),
    ("a set of the same name, of another kind", [wanted(D, references=reads("custom_property:DaC: VPN"))], {}, []),
]  # fmt: skip


@pytest.mark.parametrize(("sides", "seen", "readers"), [row[1:] for row in READERS], ids=[row[0] for row in READERS])
def test_what_is_still_read_is_not_deleted(sides: Sides, seen: dict[str, Any], readers: list[str]) -> None:
    made = planned(*sides, recorded(S), seen={S: found(S), **seen})
    refused = [refusal for refusal in made.refusals if refusal.code == "still-read"]
    assert [refusal.summary for refusal in refused] == [f"{S} is still read by cloud/{reader}" for reader in readers]


def test_a_rule_that_is_forgotten_reads_on() -> None:
    made = planned(
        recorded(S),
        recorded(D, references=READS_SET),
        OTHER,
        seen={S: found(S), D: found(D)},
        removed={at(D): "handed over"},
    )
    assert codes(made) == [("still-read", S)]


def test_a_rule_that_was_left_out_by_a_target_reads_on() -> None:
    made = planned(
        recorded(S),
        wanted(D),
        recorded(D, references=READS_SET),
        seen={S: found(S), D: found(D)},
        options=Options(targets=frozenset([at(S)])),
    )
    assert codes(made) == [("still-read", S)]


def test_a_rule_of_another_stack_reads_on() -> None:
    made = planned(
        recorded(S), OTHER, seen={S: found(S)}, readers=[recorded("abuse/detection.x", references=READS_SET)]
    )
    assert [refusal.summary for refusal in made.refusals] == [f"{S} is still read by abuse/detection.x"]


@pytest.mark.parametrize("asked", [B, "detection.asked"])
def test_a_rule_that_another_one_asks_is_not_deleted(asked: str) -> None:
    made = planned(
        recorded(asked), wanted(D, references=reads(f"building_block:{uuid_of(asked)}")), seen={asked: found(asked)}
    )
    assert codes(made) == [("still-read", asked)]


def test_destroy_deletes_readers_with_what_they_read() -> None:
    sides = [make(D, references=READS_SET) for make in (wanted, recorded)]
    made = planned(*sides, wanted(S), recorded(S), seen={S: found(S), D: found(D)}, options=DESTROY)
    assert (set(actions(made).values()), codes(made)) == ({"delete"}, [])


def test_destroy_is_not_stopped_by_a_reader_that_was_never_made() -> None:
    made = planned(wanted(D, references=READS_SET), wanted(S), recorded(S), seen={S: found(S)}, options=DESTROY)
    assert (actions(made), codes(made)) == ({S: "delete"}, [])


def test_destroy_of_a_target_is_stopped_by_its_readers() -> None:
    made = planned(
        wanted(D, references=READS_SET),
        recorded(D, references=READS_SET),
        wanted(S),
        recorded(S),
        seen={S: found(S), D: found(D)},
        options=Options(destroy=True, targets=frozenset([at(S)])),
    )
    assert codes(made) == [("still-read", S)]


# Replacing


RENAMED = SET | {"name": "new"}


@pytest.mark.parametrize(
    ("sides", "refused"),
    [
        ([OTHER], False),
        ([wanted(D, references=READS_SET), recorded(D, references=READS_SET)], True),
        ([wanted(D, references=reads("reference_set:new")), recorded(D, references=READS_SET)], True),
        ([wanted(D), recorded(D, references=READS_SET)], True),  # the set goes before the rule is changed
        ([recorded(D, references=READS_SET), OTHER], True),  # or deleted
        ([wanted(D, references=reads("reference_set:new"))], True),
    ],
)
def test_what_is_read_is_not_replaced(sides: Sides, *, refused: bool) -> None:
    made = planned(*sides, wanted(S, RENAMED), recorded(S), seen={S: found(S), D: found(D)})
    assert actions(made)[S] == "replace"
    assert codes(made) == ([("replace-read", S)] if refused else [])
    if refused:
        assert f"{S} would be replaced (name) while cloud/{D} reads it" in made.refusals[0].summary
        assert made.refusals[0].hint.startswith("declare a second one under another name")


@pytest.mark.parametrize("change", [{"entry_type": "ALN"}, {"name": "new"}])
def test_what_another_stack_reads_is_not_replaced(change: dict[str, str]) -> None:
    made = planned(
        wanted(S, SET | change),
        recorded(S),
        seen={S: found(S)},
        readers=[recorded("abuse/detection.x", references=READS_SET)],
    )
    assert codes(made) == [("replace-read", S)]


# What counts on a value that changes in place

NUMERIC = PROPERTY | {"property_type": "numeric"}
READER = {at(P): ('CRE_RULE "Theirs"', 'ARIEL_SAVED_SEARCH "Hers"')}


def test_a_type_does_not_change_below_what_counts_on_it() -> None:
    made = planned(wanted(P, NUMERIC), recorded(P), seen={P: found(P)}, dependents=READER)
    assert (actions(made), codes(made)) == ({P: "update"}, [("change-read", P)])
    assert made.refusals[0].summary == (
        f"{P} would change its property_type from string to numeric while this counts on it: "
        'CRE_RULE "Theirs", ARIEL_SAVED_SEARCH "Hers"'
    )


@pytest.mark.parametrize(
    ("form", "given"),
    [
        (NUMERIC, {}),
        (NUMERIC, {"dependents": READER, "options": allowing("change-read")}),
        (PROPERTY | {"description": "x"}, {"dependents": READER}),
    ],
)
def test_what_nothing_counts_on_or_was_named_changes_in_place(form: Deployed, given: dict[str, Any]) -> None:
    made = planned(wanted(P, form), recorded(P), seen={P: found(P)}, **given)
    assert (actions(made), codes(made)) == ({P: "update"}, [])


# What others put into a thing


def test_what_others_put_into_the_sets_of_a_stack_is_counted() -> None:
    shared = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = planned(wanted(S), recorded(S), seen={S: found(S, shared)}, unmanaged={"reference_set": 2})
    assert made.unmanaged == {"entry": 1, "reference_set": 2}


def test_entries_of_others_are_not_deleted_with_the_set() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    made = planned(recorded(S), OTHER, seen={S: found(S, live)})
    assert codes(made) == [("foreign-parts", S)]
    assert "holds 1 entry that dac did not make" in made.refusals[0].summary
    assert codes(planned(recorded(S), OTHER, seen={S: found(S, live)}, options=allowing("foreign-parts"))) == []


@pytest.mark.parametrize("authoritative", [{}, {"authoritative": True}])
def test_entries_in_single_domains_are_not_deleted_with_the_set(authoritative: dict[str, bool]) -> None:
    """They are in no deployed form, and an authoritative set is not asked to hold them either."""
    made = planned(recorded(S, SET | authoritative), OTHER, seen={S: found(S, foreign=2)})
    assert codes(made) == [("foreign-parts", S)]
    assert "holds 2 entries that dac did not make" in made.refusals[0].summary
    assert "--allow foreign-parts" in made.refusals[0].hint
    assert codes(planned(recorded(S), OTHER, seen={S: found(S, foreign=2)}, options=allowing("foreign-parts"))) == []


def test_entries_in_single_domains_hinder_no_update() -> None:
    made = planned(wanted(S, SET | {"description": "new"}), recorded(S), seen={S: found(S, foreign=2)})
    assert (actions(made), codes(made)) == ({S: "update"}, [])


def test_entries_of_others_in_an_authoritative_set_go_with_it() -> None:
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    assert codes(planned(recorded(S, SET | {"authoritative": True}), OTHER, seen={S: found(S, live)})) == []


def test_expressions_of_others_are_not_deleted_with_the_property() -> None:
    rows = [*PROPERTY["expressions"], {"kind": "json", "log_source_type": "Theirs", "expression": '/"x"'}]
    made = planned(recorded(P), OTHER, seen={P: found(P, PROPERTY | {"expressions": rows})})
    assert codes(made) == [("foreign-parts", P)]
    assert "--allow" not in made.refusals[0].hint  # the carrier leaves such a property whole in any case


@pytest.mark.parametrize("known", [True, False])
def test_entries_of_others_are_not_lost_by_a_replace(*, known: bool) -> None:
    """Not of a set that dac made, and not of one that it takes over."""
    live = SET | {"entries": {MINE: "exit node", HERS: "hers"}}
    record = [recorded(S)] if known else []
    made = planned(wanted(S, SET | {"entry_type": "ALN"}, adopt=True), *record, seen={S: found(S, live, ours=known)})
    assert (actions(made), codes(made)) == ({S: "replace"}, [("foreign-parts", S)])


# Many deletes at once


def stack_of(total: int, gone: int) -> tuple[Sides, dict[str, Any]]:
    names = [f"detection.d{n}" for n in range(total)]
    sides: Sides = [recorded(name) for name in names] + [wanted(name) for name in names[gone:]]
    return sides, {name: found(name) for name in names}


@pytest.mark.parametrize(
    ("total", "gone", "refused"),
    [(9, 8, False), (10, 3, False), (10, 4, True), (100, 30, False), (100, 31, True), (100, 0, False)],
)
def test_more_than_30_percent_of_10_or_more_are_not_deleted_unasked(total: int, gone: int, *, refused: bool) -> None:
    sides, seen = stack_of(total, gone)
    assert codes(planned(*sides, seen=seen)) == ([("mass-delete", "")] if refused else [])
    assert codes(planned(*sides, seen=seen, options=allowing("mass-delete"))) == []


def test_what_is_made_anew_does_not_hide_what_is_deleted() -> None:
    sides, seen = stack_of(10, 4)
    new = [wanted(f"detection.new{n}") for n in range(50)]
    assert codes(planned(*sides, *new, seen=seen)) == [("mass-delete", "")]


def test_the_share_is_each_stacks_own() -> None:
    small = [recorded(f"a/detection.d{n}") for n in range(10)]
    kept = [wanted(f"a/detection.d{n}") for n in range(6)]
    large = [make(f"b/detection.d{n}") for n in range(100) for make in (recorded, wanted)]
    seen = {str(side.address): found(str(side.address)) for side in (*small, *large)}
    made = planned(*small, *kept, *large, seen=seen)
    assert [refusal.summary for refusal in made.refusals] == [
        "4 of 10 recorded resources of stack a (40%) would go, over 30%"
    ]


@pytest.mark.parametrize("total", [1, 9, 50])
def test_a_stack_that_declares_nothing_any_more_is_not_emptied_unasked(total: int) -> None:
    sides, seen = stack_of(total, total)
    assert codes(planned(*sides, seen=seen)) == [("empty-stack", "")]
    assert codes(planned(*sides, seen=seen, options=allowing("empty-stack"))) == []
    assert codes(planned(*sides, seen=seen, options=DESTROY)) == []


def test_what_has_gone_already_and_what_is_forgotten_are_no_deletes() -> None:
    sides, seen = stack_of(10, 10)
    assert codes(planned(*sides)) == []
    assert codes(planned(*sides, seen=seen, removed={side.address: "x" for side in sides})) == []


def test_refusals_are_sorted_and_each_says_what_to_do() -> None:
    made = planned(recorded(S, protect=True), wanted(D, references=READS_SET), seen={S: found(S)})
    assert codes(made) == [("protected", S), ("still-read", S)]
    assert all(refusal.hint for refusal in made.refusals)
