"""An apply of rules that is cut at each of its writes: the next one completes it, and nothing is there twice."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from rule_bench import QUICK, RuleBench, building_block, detection

from dac.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

WRITES = 6  # an export of what is overwritten, two QIDs, upload, preview, install; then the export back


def _apply_until_quiet(rules: RuleBench) -> None:
    one = detection("one", severity=9)
    two = detection("two")
    block = building_block("root")
    rules.apply(one, two, block)
    assert rules.apply(one, two, block) == []


def _twice(rules: RuleBench) -> list[str]:
    names = Counter(row["name"] for row in rules.client.list("/analytics/rules") if row["origin"] == "USER")
    names += Counter(
        row["name"] for row in rules.client.list("/data_classification/qid_records", filter='name ilike "Cloud%"')
    )
    names += Counter(row["name"] for row in rules.client.list("/analytics/building_blocks") if row["origin"] == "USER")
    # a detection and its QID share a name
    return [name for name, count in names.items() if count > (2 if name.startswith("Cloud") else 1)]


@pytest.mark.parametrize("action", ["drop", "lose"])
@pytest.mark.parametrize("nth", range(1, WRITES + 2))
def test_cut_at_any_write_the_next_apply_completes_it(make_bench: Callable[..., Bench], nth: int, action: str) -> None:
    rules = RuleBench(make_bench(**QUICK))
    rules.apply(detection("one"))
    rules.bench.fault(action=action, method="POST", nth=nth)
    with suppress(ConsoleError):
        rules.apply(detection("one", severity=9), detection("two"), building_block("root"))
    rules.bench.no_faults()
    _apply_until_quiet(rules)
    assert _twice(rules) == []


def test_a_lost_answer_to_the_upload_is_resolved_by_looking(make_bench: Callable[..., Bench]) -> None:
    rules = RuleBench(make_bench(**QUICK))
    rules.bench.fault(action="lose", method="POST", path="extension_management/extensions$")
    rules.apply(detection("one"))
    assert [row["version"] for row in rules.client.list("/config/extension_management/extensions")] == ["1.0.0"]


def test_a_lost_answer_to_the_install_is_resolved_by_looking(make_bench: Callable[..., Bench]) -> None:
    rules = RuleBench(make_bench(**QUICK))
    rules.bench.fault(action="lose", method="POST", path="extensions/[0-9]+$", nth=2)
    assert [outcome.message for outcome in rules.apply(detection("one"))] == [""]


def test_a_lost_answer_to_a_new_qid_is_resolved_by_looking(make_bench: Callable[..., Bench]) -> None:
    rules = RuleBench(make_bench(**QUICK))
    rules.bench.fault(action="lose", method="POST", path="qid_records")
    outcomes = rules.apply(detection("one"))
    assert [outcome.message for outcome in outcomes] == [""]
    assert len(rules.client.list("/data_classification/qid_records", filter='name = "Cloud: one"')) == 1
