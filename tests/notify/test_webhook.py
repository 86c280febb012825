"""A webhook is told, or it is said why not; its URL is never shown."""

from __future__ import annotations

import json
import socket
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from dac.notify.webhook import send

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "T000/B000/do-not-show"
NOTICE = {"text": "dac drift on console prod"}


@contextmanager
def chat(*statuses: int) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers with these statuses in turn, the last one for ever; and the bodies it got."""
    got: list[bytes] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = statuses[min(len(got), len(statuses) - 1)]
            got.append(body)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SECRET}", got
        server.shutdown()


def test_a_notice_arrives_as_json() -> None:
    with chat(200) as (url, got):
        assert send(url, NOTICE) == ""
    assert [json.loads(body) for body in got] == [NOTICE]


def test_a_failure_that_passes_is_tried_again() -> None:
    with chat(503, 429, 204) as (url, got):
        assert send(url, NOTICE, first_wait=0) == ""
    assert len(got) == 3


@pytest.mark.parametrize(("status", "tries"), [(503, 4), (404, 1), (302, 1)])
def test_a_failure_that_stays_is_named_without_the_url(status: int, tries: int) -> None:
    with chat(status) as (url, got):
        assert send(url, NOTICE, first_wait=0) == f"it answered {status}"
    assert len(got) == tries


def test_whoever_answers_byte_by_byte_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_dripping, args=(server,), daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/{SECRET}"
        assert send(url, NOTICE, longest=0.3) == "it did not answer in time"


def _dripping(server: socket.socket) -> None:
    with server.accept()[0] as caller, suppress(OSError):
        caller.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            caller.sendall(b"a")
            time.sleep(0.05)


def test_nobody_at_the_other_end_is_said_without_the_url() -> None:
    with chat(200) as (url, _):
        pass
    assert send(url, NOTICE, first_wait=0) == "no connection"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"http://hooks.example.com/{SECRET}", "it is no https:// URL"),
        (f"file:///{SECRET}", "it is no https:// URL"),
        (SECRET, "it is no https:// URL"),
        (f"https://[{SECRET}", "it is no URL"),
        (f"https://hooks.example.com:port/{SECRET}", "it is no URL"),
        (f"https:///{SECRET}", "it is no https:// URL"),
    ],
)
def test_what_is_no_url_is_not_sent_and_not_shown(url: str, why: str) -> None:
    assert send(url, NOTICE) == why


def test_a_proxy_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "ftp://proxy.example.com")
    assert send(f"https://hooks.example.com/{SECRET}", NOTICE) == "HTTPS_PROXY holds no URL of a proxy"
