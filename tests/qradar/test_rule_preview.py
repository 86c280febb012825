"""What a preview shows besides what was planned stops a package before anything is installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from rule_bench import QUICK, RuleBench, detection

from dac.model.run import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench


class Meddling(httpx.HTTPTransport):
    """Edits the items of every preview on their way back."""

    def __init__(self, edit: Callable[[list[dict[str, Any]]], None]) -> None:
        super().__init__()
        self._edit = edit

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if not request.url.path.endswith("/results") or "task_status" not in request.url.path:
            return answer
        answer.read()
        body = json.loads(answer.content)
        self._edit(body["content"])
        return httpx.Response(answer.status_code, json=body)


@pytest.fixture
def rules(make_bench: Callable[..., Bench]) -> RuleBench:
    return RuleBench(make_bench(**QUICK))


def _foreign_rule(content: list[dict[str, Any]]) -> None:
    content.append(dict(content[0]) | {"name": "SYSTEM-1607"})


def _foreign_item(content: list[dict[str, Any]]) -> None:
    item = {"name": "Terminated Employees", "content_type_id": 28, "content_type_name": "reference_data"}
    content.append(item | {"action": "OVERWRITE"})


def _skipped(content: list[dict[str, Any]]) -> None:
    content[0]["action"] = "SKIP"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_foreign_rule, "also bring rule SYSTEM-1607"),
        (_foreign_item, "also bring reference_data Terminated Employees"),
        (_skipped, "skip rule"),
        (list.clear, "leave out rule"),
    ],
)
def test_a_preview_that_is_not_the_plan_stops_the_package(
    rules: RuleBench, edit: Callable[[list[dict[str, Any]]], None], said: str
) -> None:
    one = detection("root")
    client = rules.bench.connect(transport=Meddling(edit))
    (outcome,) = rules.apply(one, carrier=rules.carrier(client))
    assert outcome.result is Result.FAILED
    assert said in outcome.message
    assert all(row["identifier"] != one.uuid for row in rules.client.list("/analytics/rules"))


def test_a_switch_during_the_preview_makes_a_new_package(rules: RuleBench) -> None:
    rules.apply(detection("root"))
    switched: list[bool] = []

    def switch_once(_: list[dict[str, Any]]) -> None:
        if not switched:
            switched.append(True)
            rules.by_hand(detection("root"), enabled=False)

    client = rules.bench.connect(transport=Meddling(switch_once))
    rules.apply(detection("root", severity=1), carrier=rules.carrier(client))
    assert rules.listed(detection("root"))["enabled"] is False
    assert rules.live(detection("root")).deployed["severity"] == 1


def test_a_rule_that_the_preview_skips_fails_alone_and_the_others_are_installed(rules: RuleBench) -> None:
    def skip_two(content: list[dict[str, Any]]) -> None:
        for item in content:
            item["action"] = "SKIP" if item["name"] == detection("two").uuid else item["action"]

    client = rules.bench.connect(transport=Meddling(skip_two))
    made = rules.apply(detection("one"), detection("two"), detection("three"), carrier=rules.carrier(client))
    assert [outcome.result for outcome in made] == [Result.APPLIED, Result.FAILED, Result.APPLIED]


def test_switching_without_end_is_an_error_and_installs_nothing(rules: RuleBench) -> None:
    rules.apply(detection("root"))

    def switch(_: list[dict[str, Any]]) -> None:
        rules.by_hand(detection("root"), enabled=not rules.listed(detection("root"))["enabled"])

    client = rules.bench.connect(transport=Meddling(switch))
    (outcome,) = rules.apply(detection("root", severity=1), carrier=rules.carrier(client))
    assert "keeps switching" in outcome.message
    assert rules.live(detection("root")).deployed["severity"] == 8


def test_a_rule_for_a_stock_group_fails_alone_and_nothing_is_made_for_it(rules: RuleBench) -> None:
    bad, good = rules.apply(detection("root", groups=["Authentication"]), detection("good"))
    assert bad.result is Result.FAILED
    assert "'Authentication' is QRadar's own" in bad.message
    assert good.result is Result.APPLIED
    assert rules.client.list("/data_classification/qid_records", filter='name = "Cloud: root"') == []
