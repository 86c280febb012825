from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from scripted_console import Scripted, error

from dac.errors import AmbiguousAnswer, ServerFault

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_tried_again(console: Scripted, status: int) -> None:
    console.answers["GET /a"] = [error(status, 1, "x"), error(status, 1, "x"), httpx.Response(200, json=[7])]
    assert console.client().get("/a") == [7]
    assert len(console.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_a_read_that_was_refused_is_not_tried_again(console: Scripted, status: int) -> None:
    console.answers["GET /a"] = error(status, 1, "x")
    with pytest.raises(Exception, match=f"HTTP {status}"):
        console.client().get("/a")
    assert len(console.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["post", "patch"])
def test_a_write_is_never_tried_again(console: Scripted, status: int, method: str) -> None:
    console.answers[f"{method.upper()} /a"] = error(status, 1, "x")
    with pytest.raises(Exception, match=f"HTTP {status}"):
        getattr(console.client(), method)("/a", json={})
    assert len(console.requests) == 1


def test_the_console_says_how_long_to_wait(console: Scripted) -> None:
    console.answers["GET /a"] = [error(429, 1, "x", headers={"Retry-After": "7"}), httpx.Response(200, json=[])]
    console.client().get("/a")
    assert console.slept == [7.0]


def test_nobody_makes_dac_wait_for_ever(console: Scripted) -> None:
    console.answers["GET /a"] = [error(503, 1, "x", headers={"Retry-After": "99999"}), httpx.Response(200, json=[])]
    console.client().get("/a")
    assert console.slept == [60.0]


def test_waiting_grows_and_has_an_end(console: Scripted) -> None:
    console.answers["GET /a"] = error(503, 1, "down")
    with pytest.raises(ServerFault):
        console.client().get("/a")
    assert len(console.slept) == 4
    assert all(0 <= pause <= limit for pause, limit in zip(console.slept, (0.5, 1, 2, 4), strict=True))


class CutBody(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield b'[{"id": 1},'
        raise httpx.ReadError("connection reset")


def test_a_read_that_is_cut_in_the_middle_of_its_body_is_tried_again(console: Scripted) -> None:
    console.answers["GET /a"] = [lambda _: httpx.Response(200, stream=CutBody()), httpx.Response(200, json=[7])]
    assert console.client().get("/a") == [7]


def test_a_write_whose_answer_is_cut_is_ambiguous(console: Scripted) -> None:
    console.answers["POST /a"] = lambda _: httpx.Response(201, stream=CutBody())
    with pytest.raises(AmbiguousAnswer):
        console.client().post("/a", json={})
    assert len(console.requests) == 1
