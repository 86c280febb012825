"""Faults: answers replaced, connections that really end, delays; and what was asked, for tests to look at."""

from __future__ import annotations

import threading
import time

import httpx
import pytest
from console_driver import ENTRIES, SETS, Console
from rule_packages import package, row, rule_xml

ABOUT = "/system/about"


def inject(console: Console, *faults: dict[str, object]) -> None:
    console.control("POST", "faults", list(faults))


def names(console: Console) -> set[str]:
    return {entry["name"] for entry in console.read(SETS)}


def test_a_dropped_request_is_a_disconnect_and_did_nothing(console: Console) -> None:
    inject(console, {"action": "drop", "method": "POST", "path": "/sets$"})
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        console.post(SETS, {"name": "x", "entry_type": "ALN"})
    assert "x" not in names(console)
    assert console.post(SETS, {"name": "x", "entry_type": "ALN"}).status_code == 201


def test_a_lost_answer_is_a_disconnect_after_the_work(console: Console) -> None:
    inject(console, {"action": "lose", "method": "POST", "path": "/sets$"})
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        console.post(SETS, {"name": "x", "entry_type": "ALN"})
    assert "x" in names(console)


def test_a_large_upload_can_be_dropped_too(console: Console) -> None:
    inject(console, {"action": "drop", "path": "extensions$"})
    with pytest.raises(httpx.TransportError):
        console.upload(package(row("u-1", rule_xml())) + b"\0" * 5_000_000)
    assert console.read("/config/extension_management/extensions") == []


def test_an_answer_is_replaced_by_a_status_and_nothing_is_done(console: Console) -> None:
    inject(
        console,
        {"action": "status", "code": 503, "method": "POST"},
        {"action": "status", "code": 429, "body": {"x": 1}},
    )
    refused = console.post(SETS, {"name": "x", "entry_type": "ALN"})
    assert (refused.status_code, refused.json()["http_response"]["code"]) == (503, 503)
    limited = console.get(SETS)
    assert (limited.status_code, limited.json()) == (200, console.read(SETS))
    assert "x" not in names(console)


def test_a_fault_counts_from_the_moment_it_is_posted(console: Console) -> None:
    for _ in range(3):
        console.get(ABOUT)
    inject(console, {"action": "status", "code": 500, "nth": 2, "times": 2})
    assert [console.get(ABOUT).status_code for _ in range(5)] == [200, 500, 500, 200, 200]


def test_a_fault_counts_only_what_it_matches(console: Console) -> None:
    inject(console, {"action": "status", "code": 500, "nth": 2, "method": "GET", "path": "^/api/system"})
    assert console.get(SETS).status_code == 200
    assert console.get(ABOUT).status_code == 200
    assert console.get(SETS).status_code == 200
    assert console.get(ABOUT).status_code == 500


def test_faults_strike_before_credentials_are_looked_at(console: Console) -> None:
    inject(console, {"action": "status", "code": 502})
    assert httpx.get(f"{console.url}/api{ABOUT}", verify=False).status_code == 502  # noqa: S501  # plain HTTP


def test_faults_can_be_cleared(console: Console) -> None:
    inject(console, {"action": "status", "code": 500, "times": 100})
    console.control("DELETE", "faults")
    assert console.get(ABOUT).status_code == 200


def test_a_delay_holds_one_request_and_no_other(console: Console) -> None:
    inject(console, {"action": "delay", "seconds": 0.5, "path": "about"})
    took: list[float] = []

    def slow() -> None:
        with Console(console.url) as own:
            start = time.perf_counter()
            own.get(ABOUT)
            took.append(time.perf_counter() - start)

    thread = threading.Thread(target=slow)
    thread.start()
    start = time.perf_counter()
    assert console.get(SETS).status_code == 200
    quick = time.perf_counter() - start
    thread.join()
    assert took[0] >= 0.5 > quick


@pytest.mark.parametrize(
    "bad",
    [
        {"action": "explode"},
        {"action": "drop", "when": 3},
        {"action": "drop", "path": "("},
        {"action": "drop", "nth": "x"},
        "drop",
    ],
)
def test_a_fault_that_makes_no_sense_is_400(console: Console, bad: object) -> None:
    response = console.http.post(f"{console.url}/emulator/faults", json=[bad])
    assert response.status_code == 400
    assert console.get(ABOUT).status_code == 200


def test_requests_are_listed_with_their_bodies_and_never_with_headers(console: Console) -> None:
    console.control("DELETE", "requests")
    console.read(SETS, "id=3")
    console.http.patch(ENTRIES, json=[{"collection_id": 3, "value": "192.0.2.1"}])
    data = package(row("u-1", rule_xml()))
    console.upload(data)
    inject(console, {"action": "lose"})
    with pytest.raises(httpx.TransportError):
        console.get(ABOUT)
    requests = console.control("GET", "requests")
    assert [(r["method"], r["path"], r["query"], r["body"], r["status"]) for r in requests] == [
        ("GET", f"/api{SETS}", "filter=id%3D3", None, 200),
        ("PATCH", f"/api{ENTRIES}", "", [{"collection_id": 3, "value": "192.0.2.1"}], 202),
        ("POST", "/api/config/extension_management/extensions", "", {"bytes": len(data)}, 201),
        ("GET", f"/api{ABOUT}", "", None, None),
    ]
    assert all(r["ms"] > 0 for r in requests)
    assert "SEC" not in str(requests)


def test_the_control_interface_is_not_listed_and_not_struck(console: Console) -> None:
    console.control("DELETE", "requests")
    inject(console, {"action": "drop", "times": 100})
    console.advance(1)
    assert console.control("GET", "requests") == []


def test_the_control_interface_knows_its_paths_and_verbs(console: Console) -> None:
    assert console.http.get(f"{console.url}/emulator/nothing").status_code == 404
    assert console.http.put(f"{console.url}/emulator/clock").status_code == 405
    assert httpx.get(f"{console.url}/emulator/clock", verify=False).status_code == 200  # noqa: S501  # plain HTTP
    assert console.http.get(f"{console.url}/").status_code == 404
