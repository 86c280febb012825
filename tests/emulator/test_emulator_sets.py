"""Reference sets: atomic creation, silent 200 on what cannot change, deletes that dependents stop."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from console_driver import ENTRIES, SETS, Console, code
from rule_packages import aql_test, class_test, package, row, rule_xml

if TYPE_CHECKING:
    import httpx


def test_a_new_set_has_what_was_given_and_defaults_for_the_rest(console: Console) -> None:
    made = console.made(SETS, {"name": "DaC: x", "entry_type": "IP", "description": "why", "id": 77, "nonsense": 1})
    assert made["id"] != 77
    assert {key: made[key] for key in ("name", "entry_type", "namespace", "expiry_type", "expired_log_option")} == {
        "name": "DaC: x",
        "entry_type": "IP",
        "namespace": "SHARED",
        "expiry_type": "NO_EXPIRY",
        "expired_log_option": "LOG_NONE",
    }
    assert (made["number_of_entries"], made["time_to_live"], made["tenant_id"], made["description"]) == (
        0,
        None,
        None,
        "why",
    )
    assert console.read(f"{SETS}/{made['id']}") == made


def test_a_name_is_taken_once(console: Console) -> None:
    console.made(SETS, {"name": "x", "entry_type": "ALN"})
    assert code(console.post(SETS, {"name": "x", "entry_type": "IP"})) == (409, 10006)
    console.made(SETS, {"name": "X", "entry_type": "IP"})


def test_of_many_that_create_the_same_set_at_once_one_wins(console: Console) -> None:
    statuses: list[int] = []

    def create() -> None:
        with Console(console.url) as own:
            statuses.append(own.post(SETS, {"name": "dac lock", "entry_type": "ALN"}).status_code)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, *[409] * 7]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"entry_type": "ALN"}, 10002),
        ({"name": " ", "entry_type": "ALN"}, 10002),
        ({"name": "x" * 256, "entry_type": "ALN"}, 10002),
        ({"name": "x"}, 10001),
        ({"name": "x", "entry_type": "TEXT"}, 10001),
        ({"name": "x", "entry_type": "aln"}, 10001),
        ({"name": "x", "entry_type": "ALN", "namespace": "TENANT"}, 10003),
        ({"name": "x", "entry_type": "ALN", "tenant_id": 1}, 10004),
        ({"name": "x", "entry_type": "ALN", "namespace": "MINE"}, 10005),
        ({"name": "x", "entry_type": "ALN", "time_to_live": 60}, 10007),
        ({"name": "x", "entry_type": "ALN", "expiry_type": "LAST_SEEN"}, 10007),
        ({"name": "x", "entry_type": "ALN", "expiry_type": "LAST_SEEN", "time_to_live": -1}, 10007),
    ],
)
def test_what_a_set_cannot_be_is_refused_with_its_code(
    console: Console, body: dict[str, object], expected: int
) -> None:
    assert code(console.post(SETS, body)) == (422, expected)


def test_name_type_and_namespace_are_ignored_with_200(console: Console) -> None:
    made = console.made(SETS, {"name": "x", "entry_type": "ALN"})
    body = {"name": "y", "entry_type": "IP", "namespace": "PRIVATE", "description": "new"}
    assert console.made(f"{SETS}/{made['id']}", body, status=200) == {**made, "description": "new"}


def test_expiry_changes_in_place_and_has_to_make_sense(console: Console) -> None:
    path = f"{SETS}/{console.made(SETS, {'name': 'x', 'entry_type': 'ALN'})['id']}"
    assert code(console.post(path, {"time_to_live": 60})) == (422, 11004)
    assert code(console.post(path, {"expiry_type": "LAST_SEEN"})) == (422, 11004)
    assert code(console.post(path, {"expiry_type": "LAST_SEEN", "time_to_live": -5})) == (422, 11003)
    changed = console.made(path, {"expiry_type": "LAST_SEEN", "time_to_live": 60}, status=200)
    assert (changed["expiry_type"], changed["time_to_live"]) == ("LAST_SEEN", 60)
    back = console.made(path, {"expiry_type": "NO_EXPIRY"}, status=200)
    assert (back["expiry_type"], back["time_to_live"]) == ("NO_EXPIRY", None)


def test_entries_run_out_by_the_clock_of_the_console(console: Console) -> None:
    console.freeze()
    body = {"name": "x", "entry_type": "ALN", "expiry_type": "LAST_SEEN", "time_to_live": 60}
    number = console.made(SETS, body)["id"]
    console.made(ENTRIES, {"collection_id": number, "value": "old"})
    console.advance(40)
    console.made(ENTRIES, {"collection_id": number, "value": "new"})
    console.advance(20)
    assert console.values(number) == ["new"]
    assert console.read(f"{SETS}/{number}")["number_of_entries"] == 1


def test_a_set_can_be_emptied(console: Console) -> None:
    assert console.made(f"{SETS}/3", {"delete_entries": True}, status=200)["number_of_entries"] == 0
    assert console.values(3) == []
    assert console.values(2) == ["192.0.2.10"]


def test_a_set_that_is_not_there_is_404_with_the_code_of_each_verb(console: Console) -> None:
    path = f"{SETS}/999"
    assert code(console.get(path)) == (404, 15000)
    assert code(console.post(path, {})) == (404, 11001)
    assert code(console.delete(path)) == (404, 12000)
    assert code(console.get(f"{path}/dependents")) == (404, 13000)


def test_a_delete_takes_the_entries_along_and_only_those(console: Console) -> None:
    number = console.made(SETS, {"name": "x", "entry_type": "ALN"})["id"]
    console.made(ENTRIES, {"collection_id": number, "value": "a"})
    before = [entry for entry in console.read(ENTRIES) if entry["collection_id"] != number]
    assert console.finished(console.delete(f"{SETS}/{number}"))["status"] == "COMPLETED"
    assert code(console.get(f"{SETS}/{number}")) == (404, 15000)
    assert console.read(ENTRIES) == before
    console.made(SETS, {"name": "x", "entry_type": "IP"})


def test_a_set_is_there_until_its_delete_has_completed(console: Console) -> None:
    console.freeze()
    number = console.made(SETS, {"name": "x", "entry_type": "ALN"})["id"]
    response = console.delete(f"{SETS}/{number}")
    assert console.get(f"{SETS}/{number}").status_code == 200
    assert code(console.post(SETS, {"name": "x", "entry_type": "ALN"})) == (409, 10006)
    console.finished(response)
    assert console.get(f"{SETS}/{number}").status_code == 404


def test_a_second_delete_of_the_same_set_ends_in_exception(console: Console) -> None:
    console.freeze()
    number = console.made(SETS, {"name": "x", "entry_type": "ALN"})["id"]
    first, second = console.delete(f"{SETS}/{number}"), console.delete(f"{SETS}/{number}")
    assert console.finished(first)["status"] == "COMPLETED"
    assert console.finished(second)["status"] == "EXCEPTION"


def dependents(console: Console, number: int) -> list[dict[str, object]]:
    response = console.get(f"{SETS}/{number}/dependents")
    console.finished(response)
    found: list[dict[str, object]] = console.read(response.headers["Location"] + "/results")
    return found


def assert_in_use(console: Console, number: int, name: str) -> None:
    assert name in [entry["dependent_name"] for entry in dependents(console, number) if entry["blocking"]]
    task = console.finished(console.delete(f"{SETS}/{number}"))
    assert task["status"] == "CONFLICT"
    assert name in task["message"]
    assert console.get(f"{SETS}/{number}").status_code == 200


def test_a_rule_that_names_a_set_in_an_aql_filter_stops_its_delete(console: Console) -> None:
    number = console.made(SETS, {"name": "DaC: it's", "entry_type": "IP"})["id"]
    xml = rule_xml("Reader", aql_test("NOT REFERENCESETCONTAINS('DaC: it''s', sourceip)"))
    assert console.install(package(row("u-1", xml)))["status"] == "INSTALLED"
    assert_in_use(console, number, "Reader")


def test_a_rule_with_a_reference_set_test_stops_its_delete(console: Console) -> None:
    assert_in_use(console, 4, "Login by Terminated Employee")


def test_a_rule_that_adds_to_a_set_stops_its_delete(console: Console) -> None:
    number = console.made(SETS, {"name": "x", "entry_type": "IP"})["id"]
    response = f'<responses referenceSet="true"><referenceDataResponse id="{number}" name="x"/></responses>'
    assert console.install(package(row("u-1", rule_xml("Writer", rest=response))))["status"] == "INSTALLED"
    assert_in_use(console, number, "Writer")


def test_the_delete_goes_through_once_the_rule_is_gone(console: Console) -> None:
    number = console.made(SETS, {"name": "x", "entry_type": "IP"})["id"]
    xml = rule_xml("R", class_test("ReferenceSetTest", "getReferenceSets", str(number)))
    console.install(package(row("u-1", xml)))
    assert console.finished(console.delete(f"{SETS}/{number}"))["status"] == "CONFLICT"
    console.finished(console.delete(f"/analytics/rules/{console.rule('u-1')['id']}"))
    assert dependents(console, number) == []
    assert console.finished(console.delete(f"{SETS}/{number}"))["status"] == "COMPLETED"


def test_what_is_deleted_is_decided_when_the_task_ends(console: Console) -> None:
    console.freeze()
    number = console.made(SETS, {"name": "x", "entry_type": "IP"})["id"]
    xml = rule_xml("R", aql_test("REFERENCESETCONTAINS('x', sourceip)"))
    extension = console.upload(package(row("u-1", xml))).json()["id"]
    install = console.act(extension, "INSTALL")
    deletion: httpx.Response = console.delete(f"{SETS}/{number}")
    assert console.finished(install)["status"] == "COMPLETED"
    assert console.read(deletion.headers["Location"])["status"] == "CONFLICT"


def test_dependents_can_be_paged_and_filtered(console: Console) -> None:
    response = console.get(f"{SETS}/4/dependents")
    console.finished(response)
    results = response.headers["Location"] + "/results"
    whole = console.read(results)
    assert len(whole) == 2
    paged = console.get(results, headers={"Range": "items=1-5"})
    assert (paged.json(), paged.headers["Content-Range"]) == (whole[1:], "items 1-1/2")
    assert console.read(results, "blocking = false") == []
