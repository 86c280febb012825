from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from dac.errors import ConsoleError
from dac.qradar import qids
from dac.resources.names import Names

if TYPE_CHECKING:
    from scripted_console import Scripted

    from dac.qradar.client import Client

PATH = "/data_classification/qid_records"
NAMES = Names({18: "Custom Rule Engine"}, (), {7001: "Suspicious Activity"})
MARKER = "[dac acme/cloud/detection.x]"
SPEC = qids.QidSpec("Risky sign-in", "Ask the user first.", 8, 7001, MARKER)


@pytest.fixture
def client(console: Scripted) -> Client:
    client = console.client()
    client.connect()
    return client


def _row(qid: int, description: str = "", name: str = "Risky sign-in") -> dict[str, Any]:
    return {"id": qid + 1, "qid": qid, "name": name, "description": description}


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([], None),
        ([_row(2_000_000_007)], 2_000_000_007),
        ([_row(67_500_001), _row(2_000_000_009), _row(2_000_000_007)], 2_000_000_007),
        ([_row(2_000_000_007), _row(2_000_000_009, f"Ask.\n{MARKER}")], 2_000_000_009),
        ([_row(2_000_000_007, name="risky SIGN-IN")], None),
    ],
)
def test_of_several_records_of_a_name_ours_counts_then_a_custom_one(
    console: Scripted, client: Client, rows: list[dict[str, Any]], chosen: int | None
) -> None:
    console.answers[f"GET {PATH}"] = httpx.Response(200, json=rows)
    assert qids.find(client, {"Risky sign-in": SPEC}).get("Risky sign-in") == chosen


def test_names_are_looked_up_with_a_filter_and_never_all_listed(console: Scripted, client: Client) -> None:
    console.answers[f"GET {PATH}"] = httpx.Response(200, json=[_row(5)])
    wanted = {f"event {number}": SPEC for number in range(1_000)}
    qids.find(client, wanted)
    lists = [request for request in console.requests if request.url.path.endswith(PATH)]
    assert all("name in (" in request.url.params["filter"] for request in lists)
    assert len(lists) < 10
    assert qids.find(client, {}) == {}
    assert len([r for r in console.requests if r.url.path.endswith(PATH)]) == len(lists)


def test_a_new_record_belongs_to_the_rule_engine_and_carries_the_marker(console: Scripted, client: Client) -> None:
    console.answers[f"POST {PATH}"] = httpx.Response(201, json=_row(2_000_000_007))
    assert qids.create(client, NAMES, SPEC) == 2_000_000_007
    sent = json.loads(console.requests[-1].content)
    assert sent == {
        "log_source_type_id": 18,
        "name": "Risky sign-in",
        "description": f"Ask the user first.\n{MARKER}",
        "severity": 8,
        "low_level_category_id": 7001,
    }


def test_a_console_without_the_rule_engines_type_is_named(client: Client) -> None:
    with pytest.raises(ConsoleError, match="Custom Rule Engine"):
        qids.create(client, Names({}, (), {}), SPEC)


def test_names_of_qids_leave_out_what_no_longer_exists(console: Scripted, client: Client) -> None:
    console.answers[f"GET {PATH}"] = httpx.Response(200, json=[_row(5, name="A")])
    assert qids.names_of(client, [5, 6]) == {5: "A"}
    assert qids.names_of(client, []) == {}
