"""A fault at every request of a write, and of a delete; the next apply completes it, and nothing is doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from carrier_bench import desired_property, desired_set

from dac.errors import ConsoleError
from dac.model.reads import Absent
from dac.model.run import Result
from dac.qradar import properties, sets

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

    from dac.model.resource import Desired

AZURE = "Microsoft Azure Active Directory"


def expression(text: str, source_type: str = AZURE) -> dict[str, str]:
    return {"kind": "json", "log_source_type": source_type, "expression": f'/"{text}"'}


SETS = (
    [desired_set("vpn", {"old": "", "both": "1"}, description="x"), desired_set("gone", {"a": ""})],
    [desired_set("vpn", {"both": "1", "new": ""}, description="y"), desired_set("fresh", {"b": ""})],
)
PROPERTIES = (
    [desired_property("Country", [expression("a"), expression("b", "Okta")])],
    [
        desired_property("Country", [expression("c"), expression("d", "Linux OS")], use_for_rule_engine=True),
        desired_property("City", [expression("e")]),
    ],
)
FAULTS = {
    "lost": {"action": "lose"},
    "dropped": {"action": "drop"},
    "failed": {"action": "status", "code": 500},
    "busy": {"action": "status", "code": 503},
    "refused": {"action": "status", "code": 422},
}


def doubled(bench: Bench) -> list[object]:
    """What is there more than once: names of sets and properties, expressions of one property."""
    things: list[object] = [row["name"] for row in sets.list_sets(bench.client)]
    things += [row["name"] for row in properties.list_properties(bench.client)]
    things += [
        (row["regex_property_identifier"], row["log_source_type_id"], row["expression"])
        for row in properties.list_expressions(bench.client, "json")
    ]
    return [thing for thing in set(things) if things.count(thing) > 1]


def attempt(step: Callable[[], object]) -> None:
    try:
        step()
    except ConsoleError:
        pass  # the run is over: as if it had been killed


@pytest.mark.parametrize("lost_state", [False, True], ids=["state", "no-state"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("before", "after"), [SETS, PROPERTIES], ids=["sets", "properties"])
def test_a_write_cut_at_any_request_is_completed_by_the_next(
    make_bench: Callable[..., Bench], before: list[Desired], after: list[Desired], fault: str, lost_state: bool
) -> None:
    for nth in range(1, 100):
        bench = make_bench(task_seconds=0.0)
        bench.apply(*before)
        bench.forget()
        bench.fault(nth=nth, path="reference_data|custom_properties", **FAULTS[fault])
        attempt(lambda bench=bench: bench.apply(*after))
        struck = len(bench.requests())
        bench.no_faults()
        if lost_state:
            bench.recorded = {}
        outcomes = bench.apply(*after)
        assert all(outcome.result is Result.APPLIED for outcome in outcomes), (nth, outcomes)
        assert doubled(bench) == [], nth
        bench.recorded = {} if lost_state else bench.recorded
        assert bench.apply(*after) == [], nth
        bench.close()
        if struck < nth:
            return
    pytest.fail("a hundred requests were not enough")
