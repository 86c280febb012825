"""Ariel: the life of a search, its columns, saved searches and their groups. Nothing is ever found here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from console_driver import Console, code

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

SEARCHES = "/ariel/searches"
SAVED = "/ariel/saved_searches"
GROUPS = "/ariel/event_saved_search_groups"
QUERY = "SELECT sourceip, QIDNAME(qid) AS name, COUNT(*) FROM events WHERE qid > 5 GROUP BY qid LAST 5 MINUTES"


def search(console: Console, query: str = QUERY) -> Any:
    response = console.http.post(SEARCHES, params={"query_expression": query})
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
def slow(started: Callable[[Settings | None], Console]) -> Console:
    """Searches take ten seconds of a clock that only the test moves."""
    console = started(Settings(search_seconds=10))
    console.freeze()
    return console


def test_time_moves_a_search_through_its_states(slow: Console) -> None:
    made = search(slow)
    one = f"{SEARCHES}/{made['search_id']}"
    assert (made["status"], made["cursor_id"], made["query_string"]) == ("WAIT", made["search_id"], QUERY)
    states = []
    for _ in range(4):
        states.append(slow.read(one)["status"])
        slow.advance(4)
    assert states == ["WAIT", "EXECUTE", "SORTING", "COMPLETED"]
    assert slow.read(one)["progress"] == 100


def test_there_are_no_results_before_the_end_and_none_after_it(slow: Console) -> None:
    one = f"{SEARCHES}/{search(slow)['search_id']}"
    assert code(slow.get(f"{one}/results")) == (404, 1003)
    slow.advance(10)
    assert slow.read(f"{one}/results") == {"events": []}
    paged = slow.get(f"{one}/results", headers={"Range": "items=0-49"})
    assert paged.headers["Content-Range"] == "items */0"
    csv = slow.get(f"{one}/results", headers={"Accept": "application/csv"})
    assert csv.headers["Content-Type"].startswith("application/csv")
    assert csv.text == "sourceip,name,COUNT(*)\n"
    assert slow.get(f"{one}/results", headers={"Accept": "application/xml"}).status_code == 406


def test_a_completed_search_says_that_nothing_was_searched(slow: Console) -> None:
    one = f"{SEARCHES}/{search(slow)['search_id']}"
    assert slow.read(one)["error_messages"] == []
    slow.advance(10)
    (note,) = slow.read(one)["error_messages"]
    assert note["severity"] == "INFO"
    assert "no searches" in note["message"]


def test_a_wait_ends_with_the_search_or_with_206(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(search_seconds=0.3))
    one = f"{SEARCHES}/{search(console)['search_id']}"
    before = time.monotonic()
    waited = console.get(one, headers={"Prefer": "wait=5"})
    assert (waited.status_code, waited.json()["status"]) == (200, "COMPLETED")
    assert time.monotonic() - before < 4
    console.freeze()
    unfinished = console.get(f"{SEARCHES}/{search(console, QUERY + ' ')['search_id']}", headers={"Prefer": "wait=0"})
    assert unfinished.status_code == 206
    assert unfinished.json()["status"] == "WAIT"
    assert code(console.get(one, headers={"Prefer": "fast"})) == (422, 1005)


def test_the_same_query_soon_after_is_the_same_search(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(search_reuse_seconds=60))
    console.freeze()
    first = search(console)["search_id"]
    assert search(console)["search_id"] == first
    assert search(console, QUERY + " ")["search_id"] != first
    console.advance(61)
    assert search(console)["search_id"] != first


def test_a_search_of_somebody_else_is_another_one(console: Console) -> None:
    token = console.made("/config/access/authorized_services", {"label": "other", "user_role_id": 2})["token"]
    with Console(console.url, token) as other:
        assert search(other)["search_id"] != search(console)["search_id"]


def test_a_search_is_canceled_kept_and_deleted(slow: Console) -> None:
    made = search(slow)["search_id"]
    one = f"{SEARCHES}/{made}"
    kept = slow.http.post(one, params={"save_results": "true"}).json()
    assert (kept["save_results"], kept["status"]) == (True, "WAIT")
    assert slow.http.post(one, params={"status": "CANCELED"}).json()["status"] == "CANCELED"
    slow.advance(60)
    assert slow.read(one)["status"] == "CANCELED"
    assert search(slow)["search_id"] != made
    assert made in slow.read(SEARCHES)
    assert slow.delete(one).status_code == 202
    assert code(slow.get(one)) == (404, 1002)
    assert made not in slow.read(SEARCHES)


def test_a_finished_search_cannot_be_canceled_any_more(slow: Console) -> None:
    one = f"{SEARCHES}/{search(slow)['search_id']}"
    slow.advance(10)
    assert slow.http.post(one, params={"status": "CANCELED"}).json()["status"] == "COMPLETED"


@pytest.mark.parametrize(
    "query", [{}, {"status": "COMPLETED"}, {"save_results": "yes"}, {"status": "CANCELED", "x": "1"}]
)
def test_what_else_is_asked_of_a_search_is_422(slow: Console, query: dict[str, str]) -> None:
    assert slow.http.post(f"{SEARCHES}/{search(slow)['search_id']}", params=query).status_code == 422


def test_a_query_that_is_no_aql_is_422_2000_and_says_where(console: Console) -> None:
    for path in (SEARCHES, "/ariel/processors/aql_metadata"):
        refused = console.http.post(path, params={"query_expression": "SELECT sourceip FROM events WHERE"})
        assert code(refused) == (422, 2000)
        details = refused.json()["details"]
        assert {"reason", "code", "start_index", "line_number", "query_string", "token_text"} == set(details)


def test_one_of_query_and_saved_search_is_run(console: Console) -> None:
    assert code(console.http.post(SEARCHES)) == (422, 1005)
    both = {"query_expression": QUERY, "saved_search_id": "2"}
    assert code(console.http.post(SEARCHES, params=both)) == (422, 1005)
    assert code(console.http.post(SEARCHES, params={"saved_search_id": "99"})) == (404, 1002)
    saved = console.read(f"{SAVED}/2")["aql"]
    assert console.http.post(SEARCHES, params={"saved_search_id": "2"}).json()["query_string"] == saved


def test_the_list_of_searches_is_of_one_database_if_asked(console: Console) -> None:
    events = search(console)["search_id"]
    flows = search(console, "SELECT sourceip FROM flows")["search_id"]
    assert set(console.read(SEARCHES)) == {events, flows}
    assert console.read(f"{SEARCHES}?db_name=flows") == [flows]


def test_the_columns_of_a_query_have_names_and_kinds(console: Console) -> None:
    one = f"{SEARCHES}/{search(console)['search_id']}/metadata"
    columns = console.read(one)["columns"]
    assert [(c["name"], c["object_value_type"]) for c in columns] == [
        ("sourceip", "Host"),
        ("name", "String"),
        ("COUNT(*)", "Double"),
    ]
    same = console.http.post("/ariel/processors/aql_metadata", params={"query_expression": QUERY}).json()
    assert same["columns"] == columns


# ---- saved searches


def test_owner_and_flags_of_a_saved_search_change_and_nothing_else(console: Console) -> None:
    before = console.read(f"{SAVED}/2")
    token = console.made("/config/access/authorized_services", {"label": "soc", "user_role_id": 1})
    assert token
    body = {"owner": "API_token: soc", "is_shared": False, "name": "x", "aql": "SELECT 1"}
    after = console.made(f"{SAVED}/2", body, status=200)
    assert (after["owner"], after["is_shared"]) == ("API_token: soc", False)
    assert (after["name"], after["aql"]) == (before["name"], before["aql"])
    assert after["modified_date"] > before["modified_date"]


def test_what_a_saved_search_cannot_become(console: Console) -> None:
    assert code(console.post(f"{SAVED}/2", {"owner": "nobody"})) == (422, 1011)
    assert code(console.post(f"{SAVED}/2", {"is_dashboard": True})) == (422, 1006)
    assert console.made(f"{SAVED}/3", {"is_dashboard": True}, status=200)["is_dashboard"] is True


def test_others_may_not_change_a_saved_search(console: Console) -> None:
    token = console.made("/config/access/authorized_services", {"label": "other", "user_role_id": 2})["token"]
    with Console(console.url, token) as other:
        assert code(other.post(f"{SAVED}/2", {"is_shared": True})) == (403, 1009)
        assert code(other.delete(f"{SAVED}/2")) == (403, 1009)
        console.made(f"{SAVED}/2", {"owner": "API_token: other"}, status=200)
        assert other.post(f"{SAVED}/2", {"is_shared": True}).status_code == 200
        assert code(other.post(f"{SAVED}/2", {"owner": "admin"})) == (403, 1012)


def test_a_saved_search_is_deleted_by_a_task_and_leaves_its_group(console: Console) -> None:
    task = console.get(f"{SAVED}/1/dependents").json()["id"]
    console.advance()
    found = console.read(f"/ariel/saved_search_dependent_tasks/{task}/results")
    assert [(row["dependent_name"], row["blocking"]) for row in found] == [("Authentication", False)]
    ended = console.finished(console.delete(f"{SAVED}/1"))
    assert ended["status"] == "COMPLETED"
    assert code(console.get(f"{SAVED}/1")) == (404, 1002)
    assert all("1" not in group["child_items"] for group in console.read(GROUPS))


def test_only_an_empty_group_of_saved_searches_goes(console: Console) -> None:
    groups = {group["name"]: group for group in console.read(GROUPS)}
    assert groups["Authentication"]["child_items"] == ["1"]
    assert code(console.delete(f"{GROUPS}/{groups['Authentication']['id']}")) == (409, 1004)
    assert console.delete(f"{GROUPS}/{groups['Empty']['id']}").status_code == 204
    assert code(console.get(f"{GROUPS}/{groups['Empty']['id']}")) == (404, 1002)
