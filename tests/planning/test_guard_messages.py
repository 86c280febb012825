"""What a refused plan says at 2 a.m.: each brake, what it protects, who is concerned, and the flag that lifts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from situations import DETECTION, HERS, MINE, PROPERTY, SET, at, found, planned, reads, recorded, situation, wanted

from dac.model.readers import Reader, Readers
from dac.planning.guard import LIFTABLE
from dac.planning.plan import plan
from dac.planning.situation import Options
from dac.views.human.plan import plan_text

if TYPE_CHECKING:
    from conftest import Golden

    from dac.model.plan import Plan
    from dac.model.resource import Desired, Recorded

S, P, D = "reference_set.s", "custom_property.p", "detection.d"
RENAMED = "reference_set.renamed"
READS_SET = reads("reference_set:DaC: VPN")
HUNT = Reader('rule "Hunt: our VPN"', "rule", "100412")
SEARCH = Reader('saved search "Anna\'s VPN"')


def refused(options: Options | None = None) -> Plan:
    """A plan that runs into every brake that looks at what it takes away."""
    names = [f"detection.old{n}" for n in range(7)]
    was = SET | {"name": "DaC: was"}
    sides = [
        recorded(S, protect=True),
        recorded(P),
        recorded(RENAMED, was),
        wanted(RENAMED, SET | {"name": "DaC: new"}),
        wanted(D, references=READS_SET),
        recorded(D),
        *(recorded(name, DETECTION) for name in names),
    ]
    seen = {name: found(name, DETECTION) for name in names} | {
        S: found(S, SET | {"entries": {MINE: "exit node", HERS: "hers"}}),
        P: found(P, PROPERTY),
        RENAMED: found(RENAMED, was),
        D: found(D),
    }
    on_console = {
        at(S): Readers((HUNT, SEARCH)),
        at(P): Readers(unknown=("saved searches: HTTP 403",)),
        at(RENAMED): Readers((SEARCH,), ("saved searches: HTTP 403",)),
    }
    return plan(situation(*sides, seen=seen, on_console=on_console), options or Options())


def test_a_refused_plan_names_each_brake_and_its_flag(golden: Golden) -> None:
    text = plan_text(refused())
    golden("views/guards.txt", text[text.index("Error: ") :])


def test_each_brake_is_lifted_by_its_own_flag_and_by_no_other() -> None:
    every = {refusal.code for refusal in refused().refusals}
    assert every == {"protected", "still-read", "replace-read", "readers-unknown", "foreign-parts", "mass-delete"}
    for code in LIFTABLE:
        left = {refusal.code for refusal in refused(Options(allow=frozenset([code]))).refusals}
        assert left == every - {code}
    assert refused(Options(allow=frozenset(LIFTABLE))).refusals == ()


def test_the_flag_of_a_brake_stands_in_what_it_says() -> None:
    for refusal in refused().refusals:
        assert f"--allow {refusal.code}" in refusal.hint


# Whose the readers are that the console names

KNOWN = Reader('rule "Risky"', "rule", f"id of {at(D)}")


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        ([wanted(D), recorded(D, references=READS_SET)], []),  # it stops reading the set in this very plan
        ([recorded(D, references=READS_SET), wanted("detection.other")], []),  # it goes along
        ([wanted(D), recorded(D)], [f"{S} is still read by cloud/{D}"]),  # nothing would change about it
    ],
    ids=["changes", "goes", "stays"],
)
def test_a_rule_of_the_project_counts_by_what_this_plan_makes_of_it(
    sides: list[Desired | Recorded], said: list[str]
) -> None:
    live = DETECTION if len(said) else DETECTION | {"severity": 3}
    on_console = {at(S): Readers((KNOWN,))}
    made = planned(*sides, recorded(S), seen={S: found(S), D: found(D, live)}, on_console=on_console)
    assert [refusal.summary for refusal in made.refusals if refusal.code == "still-read"] == said


def test_a_rule_of_another_stack_is_called_by_its_address() -> None:
    other = recorded("abuse/detection.x", remote_id="100412")
    made = planned(recorded(S), wanted(D), seen={S: found(S)}, readers=[other], on_console={at(S): Readers((HUNT,))})
    assert [refusal.summary for refusal in made.refusals] == [f"{S} is still read by abuse/detection.x"]


def test_what_nothing_takes_away_has_no_readers_to_fear() -> None:
    made = planned(
        wanted(S), recorded(S), seen={S: found(S)}, on_console={at(S): Readers((HUNT,), ("rules: HTTP 403",))}
    )
    assert made.refusals == ()
