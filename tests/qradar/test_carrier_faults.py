"""A fault at every request of a write, and of a delete; the next apply completes it, and nothing is doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from carrier_bench import desired_property, desired_set

from dac.model.run import Result
from dac.qradar import properties, sets

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

    from dac.model.resource import Desired

AZURE = "Microsoft Azure Active Directory"


def expression(text: str, source_type: str = AZURE) -> dict[str, str]:
    return {"kind": "json", "log_source_type": source_type, "expression": f'/"{text}"'}


def some_sets(tag: str) -> tuple[list[Desired], list[Desired]]:
    """Before and after: an update with every kind of edit, one without, and a create."""
    vpn, same, fresh = f"vpn{tag}", f"same{tag}", f"fresh{tag}"
    before = [desired_set(vpn, {"old": "", "both": "1"}, description="x"), desired_set(same, {"a": ""})]
    after = [desired_set(vpn, {"both": "1", "new": ""}, description="y"), before[1], desired_set(fresh, {"b": ""})]
    return before, after


def some_properties(tag: str) -> tuple[list[Desired], list[Desired]]:
    country, city = f"Country{tag}", f"City{tag}"
    before = [desired_property(country, [expression("a"), expression("b", "Okta")])]
    after = [
        desired_property(country, [expression("c"), expression("d", "Linux OS")], use_for_rule_engine=True),
        desired_property(city, [expression("e")]),
    ]
    return before, after


FAULTS = {
    "lost": {"action": "lose"},
    "dropped": {"action": "drop"},
    "failed": {"action": "status", "code": 500},
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


@pytest.mark.parametrize(("fault", "lost_state"), [*((fault, False) for fault in FAULTS), ("lost", True)])
@pytest.mark.parametrize("things", [some_sets, some_properties])
def test_a_write_cut_at_any_request_is_completed_by_the_next(
    make_bench: Callable[..., Bench],
    things: Callable[[str], tuple[list[Desired], list[Desired]]],
    fault: str,
    lost_state: bool,
) -> None:
    """Reads are retried by the transport; every POST, PATCH and DELETE is struck in turn."""
    bench = make_bench(task_seconds=0.0)
    for method, nth in [("POST", n) for n in range(1, 7)] + [("PATCH", 1), ("PATCH", 2), ("DELETE", 1)]:
        before, after = things(f"-{method}-{nth}")
        bench.apply(*before)
        bench.fault(method=method, nth=nth, **FAULTS[fault])
        bench.apply(*after)
        bench.no_faults()
        if lost_state:
            bench.recorded.clear()
        outcomes = bench.apply(*after)
        assert all(outcome.result is Result.APPLIED for outcome in outcomes), (method, nth, outcomes)
        assert bench.apply(*after) == [], (method, nth)
    assert doubled(bench) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("things", [some_sets, some_properties])
def test_a_delete_cut_at_any_request_is_completed_by_the_next(
    bench: Bench, things: Callable[[str], tuple[list[Desired], list[Desired]]], fault: str
) -> None:
    for nth in range(1, 5):
        there, _ = things(f"-{nth}")
        bench.apply(*there)
        bench.fault(method="DELETE", nth=nth, **FAULTS[fault])
        bench.destroy(*there)
        bench.no_faults()
        assert all(outcome.result is Result.APPLIED for outcome in bench.destroy(*there)), nth
        assert bench.destroy(*there) == []
