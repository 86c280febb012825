from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from dac.errors import BadContent, ConsoleError

if TYPE_CHECKING:
    from scripted_console import Scripted


def versions(*texts: str, removed: tuple[str, ...] = ()) -> httpx.Response:
    return httpx.Response(200, json=[{"id": 1, "version": text, "removed": text in removed} for text in texts])


def test_the_newest_version_that_dac_knows_is_spoken(console: Scripted) -> None:
    console.answers["GET /help/versions"] = versions("24.0", "26.0", "25.0", "27.0", "28.0")
    client = console.client()
    assert client.connect().api_version == (26, 0)
    console.answers["GET /system/servers"] = httpx.Response(200, json=[])
    client.get("/system/servers")
    assert console.requests[-1].headers["Version"] == "26.0"


def test_a_removed_version_is_not_chosen(console: Scripted) -> None:
    console.answers["GET /help/versions"] = versions("20.0", "22.0", removed=("22.0",))
    assert console.client().connect().api_version == (20, 0)


def test_a_console_that_is_too_old_is_refused_with_what_it_offers(console: Scripted) -> None:
    console.answers["GET /help/versions"] = versions("14.0", "15.1")
    with pytest.raises(ConsoleError, match=r"no API version from 16\.0 to 26\.0") as caught:
        console.client().connect()
    assert caught.value.detail == "It offers: 14.0, 15.1."
    assert "7.4.3" in caught.value.hint


def test_a_pinned_version_has_to_be_there(console: Scripted) -> None:
    assert console.client(api_version=(26, 0)).connect().api_version == (26, 0)
    with pytest.raises(ConsoleError, match=r"does not offer API version 22\.0"):
        console.client(api_version=(22, 0)).connect()


def test_the_build_is_remembered_and_the_emulator_recognised(console: Scripted) -> None:
    assert console.client().connect().build == "2021.6.12"
    assert not console.client().connect().emulator
    console.answers["GET /system/about"] = httpx.Response(200, json={"release_name": "dac emulator"})
    assert console.client().connect().emulator


def test_capabilities_before_connect_are_a_mistake_of_ours(console: Scripted) -> None:
    with pytest.raises(RuntimeError, match="connect"):
        _ = console.client().capabilities


def test_fields_travel_in_the_query_of_a_read(console: Scripted) -> None:
    console.answers["GET /siem/offense_types"] = httpx.Response(200, json=[])
    console.client().list("/siem/offense_types", fields="id,name", filter='name = "x"')
    assert dict(console.requests[-1].url.params) == {"fields": "id,name", "filter": 'name = "x"'}


def test_fields_travel_in_a_header_beside_a_json_body(console: Scripted) -> None:
    console.answers["POST /a"] = httpx.Response(201, json={"id": 1})
    answer = console.client().post("/a", json={"name": "x"}, fields="id")
    sent = console.requests[-1]
    assert (sent.headers["fields"], dict(sent.url.params), json.loads(sent.content)) == ("id", {}, {"name": "x"})
    assert (answer.status, answer.body) == (201, {"id": 1})


def test_fields_travel_in_the_query_of_a_post_without_a_body(console: Scripted) -> None:
    console.answers["POST /a"] = httpx.Response(202, json={"status_id": 1})
    console.client().post("/a", params={"action_type": "INSTALL"}, fields="status_id")
    sent = console.requests[-1]
    assert dict(sent.url.params) == {"action_type": "INSTALL", "fields": "status_id"}
    assert "fields" not in sent.headers
    assert sent.content == b""


def test_an_upload_is_sent_as_it_is(console: Scripted) -> None:
    console.answers["POST /x"] = httpx.Response(201, json={"id": 3})
    console.client().post("/x", content=b"PK\x03\x04", content_type="application/zip")
    sent = console.requests[-1]
    assert (sent.content, sent.headers["Content-Type"]) == (b"PK\x03\x04", "application/zip")


def test_an_answer_without_content_has_no_body(console: Scripted) -> None:
    console.answers["DELETE /a/1"] = httpx.Response(204)
    assert console.client().delete("/a/1").body is None


def test_a_text_answer_to_a_delete_is_no_json_and_no_error(console: Scripted) -> None:
    console.answers["DELETE /a/1"] = httpx.Response(200, text="gone", headers={"Content-Type": "text/plain"})
    assert console.client().delete("/a/1").body is None


@pytest.mark.parametrize("body", [{"id": 1}, [1, 2], "text", None])
def test_a_list_that_is_no_list_of_objects_is_bad_content(console: Scripted, body: object) -> None:
    console.answers["GET /a"] = httpx.Response(200, json=body)
    with pytest.raises(BadContent, match="GET /a is not a list of objects"):
        console.client().list("/a")


def test_a_login_page_is_named_for_what_it_is(console: Scripted) -> None:
    console.answers["GET /a"] = httpx.Response(200, text="<html>Please log in</html>")
    with pytest.raises(BadContent, match="GET /a is not JSON") as caught:
        console.client().get("/a")
    assert "<html>Please log in" in caught.value.detail
    assert "proxy" in caught.value.hint


def test_a_download_asks_for_its_type_and_is_returned_as_bytes(console: Scripted) -> None:
    console.answers["GET /zip"] = httpx.Response(200, content=b"PK")
    assert console.client().download("/zip", accept="application/zip", limit=10) == b"PK"
    assert console.requests[-1].headers["Accept"] == "application/zip"


def test_a_download_that_is_too_large_is_refused(console: Scripted) -> None:
    console.answers["GET /zip"] = httpx.Response(200, content=b"x" * 11)
    with pytest.raises(BadContent, match="larger than"):
        console.client().download("/zip", accept="application/zip", limit=10)


def test_the_limit_counts_what_comes_out_of_the_compression(console: Scripted) -> None:
    import gzip

    packed = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    assert len(packed) < 10_000
    console.answers["GET /zip"] = httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(BadContent, match="larger than"):
        console.client().download("/zip", accept="application/zip", limit=10_000)


def test_importing_the_room_does_not_bring_httpx() -> None:
    code = "import sys, dac.qradar, dac.qradar.carriers; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
