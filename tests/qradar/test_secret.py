"""The token is planted, and then looked for everywhere it must not be."""

from __future__ import annotations

import logging
import traceback

import httpx
import pytest
from scripted_console import TOKEN, Scripted, error

from dac.errors import DacError, Unauthorized

FAILURES = [
    error(401, 1, f"token {TOKEN} is not known", f"{TOKEN}"),
    error(422, 1005, f"bad header SEC: {TOKEN}"),
    httpx.Response(500, text=f"stack trace with {TOKEN}"),
    httpx.Response(302, headers={"Location": f"https://x.example/{TOKEN}"}),
    httpx.Response(200, text=f"your header SEC was {TOKEN}", headers={"Content-Type": "application/json"}),
    httpx.ConnectError(f"proxy said {TOKEN}"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
]


def everything(failure: BaseException) -> str:
    """All texts that hang on an exception: what is printed, its attributes, its causes and their requests."""
    texts = ["".join(traceback.format_exception(failure))]
    seen: BaseException | None = failure
    while seen is not None:
        texts += [repr(seen), repr(vars(seen))]
        request = getattr(seen, "_request", None)
        if request is not None:
            texts += [repr(request), repr(request.headers), repr(request.headers.raw), str(request.url)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(texts)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_exception_shows_the_token(console: Scripted, failure: object, method: str) -> None:
    console.answers[f"{method} /a"] = failure
    client = console.client()
    with pytest.raises(DacError) as caught:
        client.get("/a") if method == "GET" else client.post("/a", json={})
    assert console.requests[-1].headers["SEC"] == TOKEN
    own = [caught.value.summary, caught.value.detail, caught.value.hint, repr(caught.value)]
    assert not any(TOKEN in text for text in own)
    if not isinstance(failure, httpx.ConnectError):  # there the transport itself planted it in its own message
        assert TOKEN not in everything(caught.value)


def test_what_a_console_echoes_in_good_content_is_not_taken_over(console: Scripted) -> None:
    console.answers["GET /a"] = httpx.Response(200, json=[{"name": f"rule of {TOKEN}"}])
    console.answers["POST /a"] = httpx.Response(201, json={"message": TOKEN})
    client = console.client()
    assert client.list("/a") == [{"name": "rule of [redacted]"}]
    assert client.get("/a") == [{"name": "rule of [redacted]"}]
    assert client.post("/a", json={}).body == {"message": "[redacted]"}


def test_a_short_token_that_may_be_a_word_tears_no_content_apart(console: Scripted) -> None:
    console.answers["GET /a"] = httpx.Response(200, json=["an emulator", TOKEN])
    assert console.client(token=lambda: "emulator").get("/a") == ["an emulator", TOKEN]


def test_no_log_shows_the_token(console: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    console.answers["GET /a"] = [error(503, 1, "x"), httpx.Response(200, json=[])]
    with caplog.at_level(logging.DEBUG):
        console.client().get("/a")
    assert caplog.records
    assert TOKEN not in caplog.text
    assert not any(TOKEN in repr(record.args) for record in caplog.records)


def test_no_repr_shows_the_token(console: Scripted) -> None:
    console.answers["GET /a"] = httpx.Response(200, json=[])
    client = console.client()
    client.get("/a")
    shown = repr(client) + str(client) + repr(client._secret) + str(client._secret) + repr(client._http.headers)
    assert TOKEN not in shown


def test_the_token_is_fetched_at_the_first_request_and_once(console: Scripted) -> None:
    calls: list[int] = []

    def source() -> str:
        calls.append(1)
        return TOKEN

    client = console.client(token=source)
    assert calls == []
    client.connect()
    assert len(calls) == 1


def test_the_token_goes_into_one_header_and_nowhere_else(console: Scripted) -> None:
    console.answers["POST /a"] = httpx.Response(200, json={})
    console.client().post("/a", json={"x": 1})
    sent = console.requests[-1]
    assert [name for name, value in sent.headers.items() if TOKEN in value] == ["sec"]
    assert TOKEN not in str(sent.url)
    assert TOKEN.encode() not in sent.content


@pytest.mark.parametrize("token", ["", "   \n", "abc\ndef", "abc\x00", "töken"])
def test_a_token_that_is_none_is_refused_without_being_shown(console: Scripted, token: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        console.client(token=lambda: token).connect()
    assert console.requests == []
    assert "Authorized Services" in caught.value.hint
    assert "abc" not in everything(caught.value)
    assert "töken" not in everything(caught.value)


def test_a_line_break_at_the_end_of_a_token_file_is_no_part_of_it(console: Scripted) -> None:
    console.client(token=lambda: f"{TOKEN}\n").connect()
    assert console.requests[0].headers["SEC"] == TOKEN
