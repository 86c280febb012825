"""/reference_data/sets, the deprecated API: everything in the query, time to live as text, names encoded twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from console_driver import ENTRIES, SETS, Console, code
from hypothesis import given
from hypothesis import strategies as st

from dac.emulator.intervals import Interval, read_interval
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

OLD = "/reference_data/sets"
NOTHING = "0 years 0 mons 0 days 0 hours 0 mins 0.00 secs"


def make(console: Console, **query: Any) -> httpx.Response:
    return console.http.post(OLD, params={"name": "Old", "element_type": "ALN"} | query)


def test_a_set_of_the_old_api_is_one_of_the_new_api_too(console: Console) -> None:
    made = make(console).json()
    new = console.read(f"{SETS}/{made['collection_id']}")
    assert (new["name"], new["entry_type"], new["expiry_type"]) == ("Old", "ALN", "NO_EXPIRY")
    assert (made["timeout_type"], made["time_to_live"], made["number_of_elements"]) == ("UNKNOWN", None, 0)
    assert [row["name"] for row in console.read(OLD, 'name="Old"')] == ["Old"]


def test_every_answer_of_the_old_api_says_that_it_is_deprecated(console: Console) -> None:
    make(console)
    for response in (
        console.get(OLD),
        console.get(f"{OLD}/Old"),
        console.http.post(f"{OLD}/Old", params={"value": "x"}),
        console.delete(f"{OLD}/Old/x"),
        console.post(f"{OLD}/bulk_load/SHARED/Old/SHARED", ["y"]),
        console.delete(f"{OLD}/Old"),
    ):
        assert response.is_success
        assert "Deprecated" in response.headers
    assert "Deprecated" not in console.get(SETS).headers


@pytest.mark.parametrize(
    ("given", "seconds", "echoed"),
    [
        ("1 month", 2_592_000, "0 years 1 mons 0 days 0 hours 0 mins 0.00 secs"),
        ("6 months", 15_552_000, "0 years 6 mons 0 days 0 hours 0 mins 0.00 secs"),
        ("2 weeks", 1_209_600, "0 years 0 mons 14 days 0 hours 0 mins 0.00 secs"),
        ("1 year 2 mons", 36_720_000, "1 years 2 mons 0 days 0 hours 0 mins 0.00 secs"),
        ("90 minutes", 5_400, "0 years 0 mons 0 days 1 hours 30 mins 0.00 secs"),
    ],
)
def test_a_time_to_live_is_text_here_and_seconds_there(console: Console, given: str, seconds: int, echoed: str) -> None:
    made = make(console, timeout_type="FIRST_SEEN", time_to_live=given).json()
    assert made["time_to_live"] == echoed
    assert console.read(f"{SETS}/{made['collection_id']}")["time_to_live"] == seconds


def test_the_seconds_of_the_new_api_are_shown_as_text(console: Console) -> None:
    console.made(SETS, {"name": "New", "entry_type": "ALN", "expiry_type": "LAST_SEEN", "time_to_live": 90_061})
    assert console.read(f"{OLD}/New")["time_to_live"] == "0 years 0 mons 1 days 1 hours 1 mins 1.00 secs"


@given(months=st.integers(0, 999), days=st.integers(0, 999), time=st.integers(0, 86_399))
def test_what_is_echoed_is_read_as_the_same_length(months: int, days: int, time: int) -> None:
    interval = Interval(months, days, time)
    assert read_interval(str(interval)) == interval


@pytest.mark.parametrize(
    "query",
    [
        {"element_type": "TEXT"},
        {"timeout_type": "SOMETIMES"},
        {"time_to_live": "soon"},
        {"time_to_live": ""},
        {"time_to_live": "5"},
        {"name": ""},
        {"name": "x" * 256},
    ],
)
def test_what_a_set_cannot_be_is_422(console: Console, query: dict[str, str]) -> None:
    assert code(make(console, **query)) == (422, 1005)


def test_values_belong_into_the_query_and_not_into_a_body(console: Console) -> None:
    make(console)
    assert console.post(f"{OLD}/Old", {"value": "x"}).status_code == 422
    assert console.post(OLD, {"name": "x", "element_type": "ALN"}).status_code == 422


def test_a_taken_name_is_409(console: Console) -> None:
    make(console)
    assert code(make(console)) == (409, 1004)


def test_data_comes_in_pages_of_its_own(console: Console) -> None:
    make(console)
    console.post(f"{OLD}/bulk_load/SHARED/Old/SHARED", [f"v{n:02}" for n in range(30)])
    assert len(console.read(f"{OLD}/Old")["data"]) == 20
    paged = console.get(f"{OLD}/Old", headers={"Range": "items=28-99"})
    assert paged.headers["Content-Range"] == "items 28-29/30"
    assert [entry["value"] for entry in paged.json()["data"]] == ["v28", "v29"]
    assert paged.json()["number_of_elements"] == 30
    assert [e["value"] for e in console.read(f"{OLD}/Old", 'value="v07"')["data"]] == ["v07"]
    chosen = console.read(f"{OLD}/Old?fields=name,data(value)", headers={"Range": "items=0-0"})
    assert chosen == {"name": "Old", "data": [{"value": "v00"}]}


@pytest.mark.parametrize("times", [1, 2])
def test_names_and_values_may_be_encoded_once_or_twice(console: Console, times: int) -> None:
    name, value = "Weird / set % name", "a/b?c d"
    make(console, name=name)
    console.http.post(f"{OLD}/{encoded(name, times)}", params={"value": value}).raise_for_status()
    assert [e["value"] for e in console.read(f"{OLD}/{encoded(name, times)}")["data"]] == [value]
    response = console.delete(f"{OLD}/{encoded(name, times)}/{encoded(value, times)}")
    assert response.json()["number_of_elements"] == 0


def encoded(text: str, times: int) -> str:
    for _ in range(times):
        text = quote(text, safe="")
    return text


def test_a_value_that_is_not_there_is_404_and_one_that_does_not_fit_422(console: Console) -> None:
    make(console, element_type="IP")
    assert code(console.delete(f"{OLD}/Old/192.0.2.1")) == (404, 1003)
    assert code(console.http.post(f"{OLD}/Old", params={"value": "x"})) == (422, 1005)
    assert code(console.http.post(f"{OLD}/Nothing", params={"value": "x"})) == (404, 1002)
    assert code(console.http.post(f"{OLD}/Old", params={"value": "192.0.2.1", "domain_id": 9})) == (404, 1011)
    assert code(console.http.post(f"{OLD}/Old", params={"value": "192.0.2.1", "namespace": "TENANT"})) == (422, 1012)


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("SHARED/Old/SHARED", b'["a"]\n', (400, 1001)),
        ("SHARED/Old/SHARED", b'["a"', (400, 1001)),
        ("SHARED/Old/SHARED", b'{"a": 1}', (422, 1005)),
        ("SHARED/Old/SHARED", b'["a", 5]', (422, 1005)),
        ("SHARED/Old/SHARED", b"", (422, 1005)),
        ("SHARED/Old/9", b'["a"]', (404, 1011)),
        ("SHARED/Old/x", b'["a"]', (422, 1005)),
        ("TENANT/Old/SHARED", b'["a"]', (422, 1012)),
        ("OTHER/Old/SHARED", b'["a"]', (422, 1015)),
        ("SHARED/Nothing/SHARED", b'["a"]', (404, 1002)),
    ],
)
def test_a_bulk_load_is_refused_whole(console: Console, path: str, body: bytes, expected: tuple[int, int]) -> None:
    make(console)
    headers = {"Content-Type": "application/json"}
    assert code(console.http.post(f"{OLD}/bulk_load/{path}", content=body, headers=headers)) == expected
    assert console.read(f"{OLD}/Old")["number_of_elements"] == 0


def test_a_purge_empties_and_a_delete_removes(console: Console) -> None:
    make(console)
    console.post(f"{OLD}/bulk_load/SHARED/Old/SHARED", ["a", "b"])
    purge = console.delete(f"{OLD}/Old?purge_only=true")
    assert purge.headers["Location"].endswith(f"/api/system/task_management/tasks/{purge.json()['id']}")
    assert console.finished(purge)["status"] == "COMPLETED"
    assert console.read(f"{OLD}/Old")["number_of_elements"] == 0
    assert console.finished(console.delete(f"{OLD}/Old"))["status"] == "COMPLETED"
    assert code(console.get(f"{OLD}/Old")) == (404, 1002)
    assert console.delete(f"{OLD}/Old").status_code == 404


def test_a_set_that_a_rule_reads_is_not_deleted(console: Console) -> None:
    ended = console.finished(console.delete(f"{OLD}/Critical%20Assets"))
    leaning = console.finished(console.get(f"{SETS}/3/dependents"))["number_of_dependents"]
    assert ended["status"] == ("CONFLICT" if leaning else "COMPLETED")


def test_the_shared_domain_is_echoed_as_the_settings_say(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(shared_domain_echo="number"))
    assert console.read(f"{OLD}/Critical%20Assets")["data"][0]["domain_id"] == 2_147_483_647


def test_entries_of_both_apis_are_the_same(console: Console) -> None:
    number = make(console, element_type="ALNIC").json()["collection_id"]
    console.http.post(f"{OLD}/Old", params={"value": "UPPER", "source": "me"})
    (entry,) = console.read(ENTRIES, f"collection_id={number}")
    assert (entry["value"], entry["source"]) == ("upper", "me")
    assert console.delete(f"{OLD}/Old/Upper").status_code == 200
    assert console.values(number) == []
