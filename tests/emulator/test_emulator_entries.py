"""Entries of reference sets: upserts, the echo of every type, bulk updates row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from console_driver import ENTRIES, SETS, Console, code
from hypothesis import given
from hypothesis import strategies as st

from dac.emulator.entry_values import ValueRefused, canonical
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


def made_set(console: Console, entry_type: str) -> int:
    number: int = console.made(SETS, {"name": f"of {entry_type}", "entry_type": entry_type})["id"]
    return number


@pytest.mark.parametrize(
    ("entry_type", "given", "echoed"),
    [
        ("ALN", "Verbatim Ü", "Verbatim Ü"),
        ("ALNIC", "J.Doe@Example.COM", "j.doe@example.com"),
        ("NUM", "123", "123.0"),
        ("NUM", "-1.50", "-1.5"),
        ("IP", "198.51.100.7", "198.51.100.7"),
        ("PORT", "0443", "443"),
        ("DATE", "1700000000000", "1700000000000"),
        ("CIDR", "10.1.2.3/8", "10.0.0.0/8"),
    ],
)
def test_a_value_is_echoed_in_the_way_of_its_type(console: Console, entry_type: str, given: str, echoed: str) -> None:
    number = made_set(console, entry_type)
    assert console.made(ENTRIES, {"collection_id": number, "value": given})["value"] == echoed
    assert console.values(number) == [echoed]


@pytest.mark.parametrize(
    ("entry_type", "value", "expected"),
    [
        ("IP", "not an ip", 20006),
        ("IP", "2001:db8::1", 20006),
        ("IP", "10.0.0.0/8", 20006),
        ("IP", "10.0.0.01", 20006),
        ("NUM", "twelve", 20006),
        ("NUM", "nan", 20006),
        ("NUM", "1_000", 20006),
        ("PORT", "65536", 20006),
        ("PORT", "-1", 20006),
        ("PORT", "80.0", 20006),
        ("DATE", "2027-03-31", 20006),
        ("CIDR", "10.0.0.0/33", 20009),
        ("CIDR", "x", 20009),
        ("ALN", "", 20006),
        ("ALN", "x" * 1025, 20007),
    ],
)
def test_a_value_that_does_not_fit_is_422_with_its_code(
    console: Console, entry_type: str, value: str, expected: int
) -> None:
    number = made_set(console, entry_type)
    assert code(console.post(ENTRIES, {"collection_id": number, "value": value})) == (422, expected)
    assert console.values(number) == []


@given(value=st.text(max_size=40), entry_type=st.sampled_from(["ALN", "ALNIC", "NUM", "IP", "PORT", "DATE", "CIDR"]))
def test_what_is_echoed_is_taken_back_unchanged(value: str, entry_type: str) -> None:
    try:
        kept = canonical(entry_type, value, Settings())
    except ValueRefused:
        return
    assert canonical(entry_type, kept, Settings()) == kept


def test_an_upsert_creates_once_and_touches_afterwards(console: Console) -> None:
    console.freeze()
    number = made_set(console, "ALNIC")
    first = console.made(ENTRIES, {"collection_id": number, "value": "Ada", "notes": "n", "source": "s"})
    console.advance(10)
    again = console.made(ENTRIES, {"collection_id": number, "value": "ADA"}, status=200)
    assert again == {**first, "last_seen": first["last_seen"] + 10_000}
    assert console.values(number) == ["ada"]


def test_a_value_may_be_there_once_for_every_domain(console: Console) -> None:
    number = made_set(console, "ALN")
    shared = console.made(ENTRIES, {"collection_id": number, "value": "x"})
    own = console.made(ENTRIES, {"collection_id": number, "value": "x", "domain_id": 0})
    assert (shared["domain_id"], own["domain_id"]) == (None, 0)
    assert code(console.post(ENTRIES, {"collection_id": number, "value": "x", "domain_id": 5})) == (422, 20005)


def test_the_shared_domain_may_be_echoed_as_its_number(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(shared_domain_echo="number"))
    assert {entry["domain_id"] for entry in console.read(ENTRIES)} == {2147483647}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, 20001),
        ({"value": "x"}, 20002),
        ({"collection_id": 3}, 20003),
        ({"collection_id": 999, "value": "x"}, 20004),
        ({"collection_id": 3, "value": "192.0.2.1", "notes": "x" * 1025}, 20008),
    ],
)
def test_what_an_entry_lacks_is_422_even_an_unknown_set(
    console: Console, body: dict[str, object], expected: int
) -> None:
    assert code(console.post(ENTRIES, body)) == (422, expected)


def test_of_an_entry_only_the_notes_change(console: Console) -> None:
    (before,) = console.read(ENTRIES, "collection_id=4")
    path = f"{ENTRIES}/{before['id']}"
    after = console.made(path, {"value": "else", "collection_id": 3, "notes": "new"}, status=200)
    assert (after["value"], after["collection_id"], after["notes"]) == ("j.doe", 4, "new")
    assert after["last_seen"] > before["last_seen"]
    assert code(console.post(path, {"notes": "x" * 1025})) == (422, 21003)


def test_an_entry_that_is_not_there_is_404_with_the_code_of_each_verb(console: Console) -> None:
    path = f"{ENTRIES}/999"
    assert code(console.get(path)) == (404, 25000)
    assert code(console.post(path, {"notes": "x"})) == (404, 21000)
    assert code(console.delete(path)) == (404, 22001)


def test_a_bulk_update_is_done_row_by_row_and_completes_whatever_becomes_of_them(console: Console) -> None:
    rows = [
        {"collection_id": 3, "value": "192.0.2.1", "notes": "n"},
        {"collection_id": 3, "value": "rubbish"},
        {"collection_id": 3, "value": "198.51.100.5"},
        {"collection_id": 3, "value": "198.51.100.6", "delete_entry": True},
        {"collection_id": 3, "value": "203.0.113.9", "delete_entry": True},
        {"value": "192.0.2.2"},
        {"id": console.read(ENTRIES, "collection_id=2")[0]["id"], "delete_entry": True},
    ]
    response = console.http.patch(ENTRIES, json=rows)
    task = console.finished(response)
    assert (task["status"], task["error_code"]) == ("COMPLETED", None)
    results = console.read(response.headers["Location"] + "/results")
    assert results["status"] == "PARTIAL_UPDATE_PERFORMED"
    assert [(r["http_status"], r["unique_code"]) for r in results["responses"]] == [
        (201, None),
        (422, 20006),
        (200, None),
        (200, None),
        (404, 22001),
        (422, 20002),
        (200, None),
    ]
    assert (results["total_responses"], results["successful_responses"]) == (7, 4)
    assert console.values(3) == ["198.51.100.5", "192.0.2.1"]
    assert console.values(2) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["192.0.2.1", "192.0.2.2"], "COMPLETE_UPDATE_PERFORMED"),
        (["192.0.2.1", "x"], "PARTIAL_UPDATE_PERFORMED"),
        (["x"], "UPDATE_ABORTED"),
        ([], "COMPLETE_UPDATE_PERFORMED"),
    ],
)
def test_a_bulk_result_sums_up_its_rows(console: Console, values: list[str], expected: str) -> None:
    assert console.bulk([{"collection_id": 3, "value": value} for value in values])["status"] == expected


def test_nothing_of_a_bulk_update_shows_before_it_is_due(console: Console) -> None:
    console.freeze()
    response = console.http.patch(ENTRIES, json=[{"collection_id": 2, "value": "192.0.2.99"}])
    assert code(console.get(response.headers["Location"] + "/results")) == (404, 23003)
    assert "192.0.2.99" not in console.values(2)
    console.finished(response)
    assert "192.0.2.99" in console.values(2)


def test_an_unknown_set_refuses_the_whole_patch_at_once(console: Console) -> None:
    rows = [{"collection_id": 3, "value": "192.0.2.1"}, {"collection_id": 999, "value": "x"}]
    assert code(console.http.patch(ENTRIES, json=rows)) == (422, 23000)
    console.advance()
    assert "192.0.2.1" not in console.values(3)


def test_a_patch_is_a_list(console: Console) -> None:
    assert code(console.http.patch(ENTRIES, json={"collection_id": 3, "value": "192.0.2.1"})) == (422, 23002)
    assert code(console.get("/reference_data_collections/set_bulk_update_tasks/99")) == (404, 23001)


def test_two_thousand_rows_go_in_with_one_patch(console: Console) -> None:
    rows = [{"collection_id": 3, "value": f"10.0.{n // 250}.{n % 250}"} for n in range(2000)]
    assert console.bulk(rows)["successful_responses"] == 2000
    assert console.read(f"{SETS}/3")["number_of_entries"] == 2002


def test_values_are_compared_by_their_type_when_it_is_named(console: Console) -> None:
    number = made_set(console, "NUM")
    for value in ("9", "10", "100"):
        console.made(ENTRIES, {"collection_id": number, "value": value})
    path = f"{ENTRIES}?entry_type=NUM"
    assert [e["value"] for e in console.read(path, "value > 9")] == ["10.0", "100.0"]
    assert [e["value"] for e in console.read(ENTRIES, f'collection_id={number} and value > "9"')] == ["9.0"]
    assert [e["value"] for e in console.read(f"{path}&sort=-value")] == ["100.0", "10.0", "9.0"]
    assert code(console.get(f"{ENTRIES}?entry_type=TEXT")) == (422, 24003)
    assert code(console.get(path, params={"filter": "value = abc", "entry_type": "NUM"})) == (422, 24004)
