"""How an apply ends: Terraform's line when all went well, else everything that did not, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_plans import BUILDING_BLOCK, DETECTION, PROPERTY, REFERENCE_SET, at, create, delete, extension, plan, update

from dac.model.change import Action, Change
from dac.model.run import Outcome, Result
from dac.views.human.outcome import apply_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.plan import Plan

    Golden = Callable[[str, str], None]


def all_applied(shown: Plan) -> list[Outcome]:
    return [Outcome(change.address, Result.APPLIED) for change in shown.changes]


def mixed() -> Plan:
    return plan(
        create("custom_property.CountryOrRegion", PROPERTY),
        update("detection.risky_sign_in", DETECTION, extension("severity", 5, 8)),
        delete("building_block.legacy_auth", BUILDING_BLOCK),
    )


def test_a_complete_apply_ends_with_terraforms_line() -> None:
    text = apply_text(mixed(), all_applied(mixed()))
    assert text == (
        'Apply complete! Resources: 1 added, 1 changed, 1 destroyed.\n\nConsole "prod" (https://qradar.example.com)\n'
    )


def test_adopted_forgotten_and_moved_are_counted_first() -> None:
    shown = plan(
        update("detection.one", DETECTION, action=Action.ADOPT),
        Change(at("detection.two"), Action.FORGET, ""),
        update("detection.three", DETECTION, previous=at("detection.four")),
    )
    first = apply_text(shown, all_applied(shown)).splitlines()[0]
    assert first == ("Apply complete! Resources: 1 adopted, 1 forgotten, 1 moved, 0 added, 0 changed, 0 destroyed.")


def test_a_complete_destroy_counts_what_it_destroyed() -> None:
    shown = plan(delete("detection.risky_sign_in", DETECTION), destroy=True)
    assert apply_text(shown, all_applied(shown)).startswith("Destroy complete! Resources: 1 destroyed.\n")


def test_destroying_nothing_is_complete() -> None:
    assert apply_text(plan(destroy=True), []).startswith("Destroy complete! Resources: 0 destroyed.\n")


def test_what_failed_and_what_was_skipped_is_listed_with_its_reason(golden: Golden) -> None:
    shown = plan(
        create("reference_set.soc_vpn_egress", REFERENCE_SET),
        create("custom_property.CountryOrRegion", PROPERTY),
        create("building_block.legacy_auth", BUILDING_BLOCK),
        create("detection.risky_sign_in", DETECTION),
    )
    outcomes = [
        Outcome(at("reference_set.soc_vpn_egress"), Result.APPLIED),
        Outcome(at("custom_property.CountryOrRegion"), Result.FAILED, message="HTTP 422: bad regex\ncolumn 4\x1b[2J"),
        Outcome(at("building_block.legacy_auth"), Result.SKIPPED, message="reads custom_property.CountryOrRegion"),
    ]
    text = apply_text(shown, outcomes)
    assert "complete!" not in text
    golden("views/apply_incomplete.txt", text)


def test_a_change_with_two_outcomes_counts_as_the_worse() -> None:
    shown = plan(update("detection.risky_sign_in", DETECTION, extension("severity", 5, 8)))
    both = [
        Outcome(at("detection.risky_sign_in"), Result.APPLIED),
        Outcome(at("detection.risky_sign_in"), Result.FAILED, message="enabled was not switched"),
    ]
    for outcomes in (both, both[::-1]):
        assert "Resources: 0 added, 0 changed, 0 destroyed." in apply_text(shown, outcomes)


def test_a_targeted_apply_warns_that_it_may_be_incomplete() -> None:
    shown = plan(create("detection.x", DETECTION), targets=("detection.x",))
    assert "Warning: Applied changes may be incomplete" in apply_text(shown, all_applied(shown))
