"""What a snapshot answers, and that it never answers what it cannot know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dac.errors import Forbidden, NotInSnapshot
from dac.qradar.connection import open_client
from dac.qradar.exports import export_rules
from dac.qradar.package.content import RuleRow
from dac.qradar.qids import PATH as QIDS
from dac.qradar.sets import ENTRIES, SETS
from dac.qradar.snapshot.codec import from_json, to_json
from dac.qradar.snapshot.replay import Replay
from dac.qradar.snapshot.seen import Seen, SeenList, SeenRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.qradar.client import Client
    from dac.qradar.paging import Rows

NOTHING: Rows = []
ROWS: Rows = [{"id": number, "name": f"set {number}"} for number in range(1, 26)]
VALUES: Rows = [{"id": 7, "collection_id": 3, "value": "a"}, {"id": 8, "collection_id": 4, "value": "b"}]
SEEN = Seen(
    api_version=(20, 0),
    things={
        "/help/versions": [{"version": "20.0", "removed": False}, {"version": "26.0", "removed": False}],
        "/system/about": {"build_version": "2021.6.0", "release_name": "7.5.0"},
    },
    lists={
        SETS: SeenList("id,name", ROWS),
        ENTRIES: SeenList("id,collection_id,value", VALUES, {"collection_id": frozenset({3, 4, 5})}),
        QIDS: SeenList("qid,name", [{"qid": 1, "name": "x"}], {"qid": frozenset({1}), "name": frozenset({"x"})}),
    },
    rules={"100": RuleRow("uuid-100", "100", b"<rule\xff/>", {"origin": "USER"})},
    refused={"/ariel/saved_searches": SeenRefusal(403, "You lack the capability", 26)},
)


@pytest.fixture
def client() -> Iterator[Client]:
    with open_client(
        "https://snapshot.invalid", lambda: "none", api_version=(20, 0), page=10, transport=Replay(SEEN)
    ) as client:
        yield client


def test_it_speaks_the_version_it_was_taken_in(client: Client) -> None:
    assert client.capabilities.api_version == (20, 0)
    assert client.capabilities.build == "2021.6.0"


def test_lists_come_in_pages_with_the_columns_asked_for(client: Client) -> None:
    assert client.list(SETS, fields="id") == [{"id": number} for number in range(1, 26)]
    assert client.list(SETS, fields="name", filter='name in ("set 3","set 99")') == [{"name": "set 3"}]
    assert client.list(SETS, fields="id", filter="id = 99") == NOTHING


def test_what_was_asked_for_is_known_even_where_it_has_no_rows(client: Client) -> None:
    assert client.list(ENTRIES, fields="value", filter="collection_id in (3,5)") == [{"value": "a"}]
    assert client.list(ENTRIES, fields="value", filter='collection_id = 4 and value = "a"') == NOTHING
    assert client.list(QIDS, fields="qid,name", filter='name = "x"') == [{"qid": 1, "name": "x"}]


@pytest.mark.parametrize(
    ("path", "fields", "expression", "said"),
    [
        (
            ENTRIES,
            "value",
            "collection_id in (3,6,25)",
            "the entries of set 25, set 6: `dac console snapshot --all-entries` saves them",
        ),
        (ENTRIES, "value", None, "the entries of every one"),
        (ENTRIES, "value", 'value = "a"', "the entries of every one"),
        (QIDS, "name", "qid in (1,2)", "the QID records 2: `dac console snapshot --all-qids` saves them"),
        (SETS, "id,description", None, "description of /reference_data_collections/sets"),
        (SETS, "id", "id > 3", "/reference_data_collections/sets (not a filter that dac writes: id > 3)"),
        ("/siem/offenses", "id", None, "/siem/offenses"),
    ],
)
def test_what_it_does_not_hold_is_refused_and_never_taken_for_nothing(
    client: Client, path: str, fields: str, expression: str | None, said: str
) -> None:
    with pytest.raises(NotInSnapshot, match="the snapshot does not hold") as caught:
        client.list(path, fields=fields, filter=expression)
    assert said in f"{caught.value.summary}: {caught.value.hint}"


def test_a_refusal_is_given_again_in_the_words_of_the_console(client: Client) -> None:
    with pytest.raises(Forbidden) as caught:
        client.list("/ariel/saved_searches", fields="id")
    assert (caught.value.code, caught.value.said) == (26, "You lack the capability")


def test_bodies_come_byte_for_byte_as_they_were_exported(client: Client) -> None:
    found = export_rules(client, ["100", "101"])
    assert {uuid: (rule.raw, rule.id, rule.columns) for uuid, rule in found.items()} == {
        "uuid-100": (b"<rule\xff/>", "100", {"origin": "USER"})
    }


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    body: dict[str, Any] = {} if method == "delete" else {"json": {"name": "x"}}
    with pytest.raises(NotInSnapshot, match="the snapshot does not hold what a console would say"):
        getattr(client, method)(SETS, **body)


def test_it_survives_being_written_to_a_file() -> None:
    assert from_json(json.loads(json.dumps(to_json(SEEN)))) == SEEN
