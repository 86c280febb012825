"""What something on the console still reads is not deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from carrier_bench import desired_property, desired_set, results
from rule_bench import QUICK, RuleBench, detection

from dac.model.run import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

    from dac.model.resource import Desired

APPLIED, FAILED = Result.APPLIED, Result.FAILED
COUNTRY = desired_property(
    "Country",
    [{"kind": "json", "log_source_type": "Linux OS", "expression": '/"country"'}],
    use_for_rule_engine=True,
)
VPN = desired_set("vpn", {"198.51.100.1": ""}, entry_type="IP")


@pytest.fixture
def quick(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench(**QUICK)


@pytest.mark.parametrize(
    ("thing", "filter_text"),
    [(COUNTRY, "\"Country\" = 'KP'"), (VPN, "REFERENCESETCONTAINS('DaC: vpn', sourceip)")],
    ids=["property", "set"],
)
def test_a_thing_that_a_rule_reads_stays_whole_and_the_rule_is_named(
    quick: Bench, thing: Desired, filter_text: str
) -> None:
    free = desired_set("free", {}) if thing is VPN else desired_property("Free", [])
    quick.apply(thing, free)
    assert results(RuleBench(quick).apply(detection("reader", filter=filter_text))) == [APPLIED]
    outcomes = quick.destroy(thing, free)
    assert results(outcomes) == [FAILED, APPLIED]
    assert 'CRE_RULE "Cloud: reader"' in outcomes[0].message
    assert quick.recorded.keys() == {thing.address}
    assert quick.apply(thing) == []
