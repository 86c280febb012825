from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from dac.errors import ConsoleError
from dac.model.address import Address
from dac.qradar.client import Client

if TYPE_CHECKING:
    from dac.qradar.trail import Write

SETS = "/reference_data_collections/sets"
EXTENSIONS = "/config/extension_management/extensions"
ONE, OTHER = Address("cloud", "reference_set", "one"), Address("cloud", "reference_set", "other")


def answering(answer: httpx.Response | Exception) -> tuple[Client, list[Write]]:
    """A client of a console that always answers the same, and what it tells of its writes."""

    def respond(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = Client(
        "http://127.0.0.1", lambda: "token-of-a-test", transport=httpx.MockTransport(respond), sleep=lambda _: None
    )
    told: list[Write] = []
    client.trail.follow(told.append)
    return client, told


@pytest.mark.parametrize(
    ("answer", "fate", "status", "error"),
    [
        (httpx.Response(201, json={}), "done", 201, ""),
        (httpx.Response(409, json={"code": 1004}), "refused", 409, "Conflict"),
        (httpx.Response(401), "refused", 401, "Unauthorized"),
        (httpx.Response(503), "refused", 503, "ServerFault"),
        (httpx.Response(302, headers={"Location": "https://elsewhere"}), "refused", 302, "ConsoleError"),
        (httpx.ReadTimeout("no answer"), "unknown", None, "AmbiguousAnswer"),
        (httpx.ConnectError("nobody there"), "unsent", None, "Unreachable"),
    ],
)
def test_every_end_of_a_write_is_told(
    answer: httpx.Response | Exception, fate: str, status: int | None, error: str
) -> None:
    client, told = answering(answer)
    try:
        client.post(SETS, json={"name": "n"})
    except ConsoleError:
        assert fate != "done"
    assert [(w.method, w.path, w.fate, w.status, w.error) for w in told] == [("POST", SETS, fate, status, error)]


def test_writes_are_told_with_their_channel_and_reads_are_not_told() -> None:
    client, told = answering(httpx.Response(200, json=[]))
    client.get(SETS)
    client.list(SETS)
    client.post("/ariel/validators/aql", params={}, asks=True)
    client.delete(f"{SETS}/7")
    client.patch(SETS, json=[])
    client.post(EXTENSIONS, content=b"zip")
    assert [(w.method, w.channel) for w in told] == [("DELETE", "rest"), ("PATCH", "rest"), ("POST", "extension")]


def test_the_innermost_block_says_on_whose_behalf_it_is() -> None:
    client, told = answering(httpx.Response(200, json={}))
    with client.trail.about([ONE, OTHER]):
        client.delete("/a")
        with client.trail.about([OTHER]):
            client.delete("/b")
        client.delete("/c")
    client.delete("/d")
    assert [write.addresses for write in told] == [(ONE, OTHER), (OTHER,), (ONE, OTHER), ()]


def test_a_block_that_ends_with_an_error_does_not_claim_what_follows() -> None:
    client, told = answering(httpx.Response(500))
    with pytest.raises(ConsoleError), client.trail.about([ONE]):
        client.delete("/a")
    with pytest.raises(ConsoleError):
        client.delete("/b")
    assert [write.addresses for write in told] == [(ONE,), ()]


def test_what_a_follower_raises_ends_the_run() -> None:
    client, _ = answering(httpx.Response(200, json={}))

    def full(_: Write) -> None:
        raise OSError("no space left")

    client.trail.follow(full)
    with pytest.raises(OSError, match="no space"):
        client.delete("/a")
