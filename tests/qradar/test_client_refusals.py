from __future__ import annotations

import socket
import ssl

import httpx
import pytest
from scripted_console import TOKEN, Scripted, error

from dac.errors import (
    AmbiguousAnswer,
    Conflict,
    ConsoleError,
    Forbidden,
    NotFound,
    Refused,
    ServerFault,
    Unauthorized,
    Unreachable,
)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (400, Refused),
        (410, Refused),
        (422, Refused),
        (500, ServerFault),
        (503, ServerFault),
    ],
)
def test_each_status_has_its_exception_with_qradars_words(
    console: Scripted, status: int, kind: type[ConsoleError]
) -> None:
    console.answers["POST /a/7"] = error(status, 1005, "The name is not valid", "A value was refused")
    with pytest.raises(ConsoleError) as caught:
        console.client().post("/a/7", json={})
    assert type(caught.value) is kind
    assert caught.value.summary == f"POST /a/7: The name is not valid (HTTP {status}, code 1005)"
    assert caught.value.detail == "A value was refused"
    assert (caught.value.request, caught.value.status, caught.value.code) == ("POST /a/7", status, 1005)


def test_a_code_may_arrive_as_text(console: Scripted) -> None:
    console.answers["POST /a"] = error(409, "10006", "taken")
    with pytest.raises(Conflict) as caught:
        console.client().post("/a", json={})
    assert caught.value.code == 10006


@pytest.mark.parametrize("body", [b"", b"<h1>Bad Gateway</h1>", b'"text"', b"[]", b'{"code": true}', b"{" * 100_000])
def test_any_body_of_an_error_still_gives_the_error(console: Scripted, body: bytes) -> None:
    console.answers["POST /a"] = httpx.Response(502, content=body)
    with pytest.raises(ServerFault, match="HTTP 502"):
        console.client().post("/a", json={})


def test_a_busy_extension_manager_has_a_hint_of_its_own(console: Scripted) -> None:
    console.answers["POST /e"] = error(409, 22618, "busy")
    with pytest.raises(Conflict) as caught:
        console.client().post("/e")
    assert "Another extension is being installed" in caught.value.hint


def test_a_redirect_is_refused_and_not_followed(console: Scripted) -> None:
    console.answers["GET /a"] = httpx.Response(302, headers={"Location": f"https://elsewhere.example/?t={TOKEN}"})
    with pytest.raises(ConsoleError, match="redirect") as caught:
        console.client().get("/a")
    assert "https://elsewhere.example/" in caught.value.detail
    assert TOKEN not in caught.value.detail
    assert len(console.requests) == 1


@pytest.mark.parametrize("url", ["http://qradar.example.com", "http://10.1.2.3:8080", "http://localhost.example.com"])
def test_plain_http_goes_to_loopback_only(console: Scripted, url: str) -> None:
    with pytest.raises(ConsoleError, match="in the clear") as caught:
        console.client(url=url)
    assert "https://" in caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1", "https://q.example/api/"]
)
def test_loopback_and_https_are_fine(console: Scripted, url: str) -> None:
    assert console.client(url=url).url == url.removesuffix("/api/")


@pytest.mark.parametrize("url", ["qradar.example.com", "ftp://q.example", "https://", "https://q.example/?a=b"])
def test_what_is_no_url_of_a_console_is_refused(console: Scripted, url: str) -> None:
    with pytest.raises(ConsoleError):
        console.client(url=url)


def test_a_password_in_the_url_is_refused_without_repeating_it(console: Scripted) -> None:
    with pytest.raises(ConsoleError) as caught:
        console.client(url="https://admin:hunter2@q.example")
    assert "hunter2" not in f"{caught.value} {caught.value.detail} {caught.value.hint}"


UNSENT = [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")]
SENT = [httpx.ReadTimeout("slow"), httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"), httpx.WriteError("pipe")]


@pytest.mark.parametrize("failure", UNSENT)
def test_a_write_that_was_never_sent_is_unreachable(console: Scripted, failure: Exception) -> None:
    console.answers["POST /a"] = failure
    with pytest.raises(Unreachable):
        console.client().post("/a", json={})
    assert len(console.requests) == 1


@pytest.mark.parametrize("failure", SENT)
@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_a_write_without_an_answer_is_ambiguous_and_not_sent_again(
    console: Scripted, failure: Exception, method: str
) -> None:
    console.answers[f"{method.upper()} /a"] = failure
    client = console.client()
    with pytest.raises(AmbiguousAnswer) as caught:
        client.delete("/a") if method == "delete" else getattr(client, method)("/a", json={})
    assert len(console.requests) == 1
    assert "may or may not" in caught.value.detail


@pytest.mark.parametrize("failure", [*UNSENT, *SENT])
def test_a_read_without_an_answer_is_tried_five_times_and_unreachable(console: Scripted, failure: Exception) -> None:
    console.answers["GET /a"] = failure
    with pytest.raises(Unreachable):
        console.client().get("/a")
    assert len(console.requests) == 5


@pytest.mark.parametrize(
    ("cause", "hint"),
    [
        (ssl.SSLCertVerificationError("self-signed certificate"), "ca_file"),
        (socket.gaierror("Name or service not known"), "does not resolve"),
    ],
)
def test_what_waiting_does_not_cure_is_said_at_once(console: Scripted, cause: Exception, hint: str) -> None:
    failure = httpx.ConnectError(str(cause))
    failure.__cause__ = cause
    console.answers["GET /a"] = failure
    with pytest.raises(Unreachable) as caught:
        console.client().get("/a")
    assert hint in caught.value.hint
    assert len(console.requests) == 1
