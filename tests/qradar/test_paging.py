from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dac.errors import BadContent
from dac.qradar.paging import Page, read_pages, total_of

if TYPE_CHECKING:
    from scripted_console import Scripted


def served(rows: list[dict[str, int]], request: httpx.Request, *, total: bool = True) -> httpx.Response:
    """Rows as QRadar serves them: clipped at the end, `*/N` beyond it."""
    first, last = (int(part) for part in request.headers["Range"].removeprefix("items=").split("-"))
    page = rows[first : last + 1]
    span = f"{first}-{first + len(page) - 1}" if page else "*"
    headers = {"Content-Range": f"items {span}/{len(rows)}"} if total else {}
    return httpx.Response(200, json=page, headers=headers)


@given(length=st.integers(0, 60), size=st.integers(1, 20), total=st.booleans())
def test_pages_add_up_to_the_list_in_its_order(length: int, size: int, total: bool) -> None:
    rows = [{"id": number} for number in range(length)]

    def fetch(first: int, last: int) -> Page:
        return Page(rows[first : last + 1], len(rows) if total else None)

    assert read_pages(fetch, size, "GET /a") == rows


def test_a_list_of_one_page_costs_one_request(console: Scripted) -> None:
    rows = [{"id": number} for number in range(10)]
    console.answers["GET /a"] = lambda request: served(rows, request)
    assert console.client(page=10).list("/a") == rows
    assert [request.headers["Range"] for request in console.requests] == ["items=0-9"]


def test_more_pages_are_fetched_beside_each_other_but_never_more_than_four(console: Scripted) -> None:
    rows = [{"id": number} for number in range(100)]
    lock, running, most = threading.Lock(), [0], [0]
    gate = threading.Barrier(4)

    def answer(request: httpx.Request) -> httpx.Response:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        if request.headers["Range"] in {"items=10-19", "items=20-29", "items=30-39", "items=40-49"}:
            gate.wait(timeout=10)  # all four have to be under way at once
        with lock:
            running[0] -= 1
        return served(rows, request)

    console.answers["GET /a"] = answer
    assert console.client(page=10).list("/a") == rows
    assert most[0] == 4


def test_without_a_total_a_short_page_is_the_last(console: Scripted) -> None:
    rows = [{"id": number} for number in range(25)]
    console.answers["GET /a"] = lambda request: served(rows, request, total=False)
    assert console.client(page=10).list("/a") == rows
    assert len(console.requests) == 3


def test_a_console_that_ignores_the_range_has_said_everything(console: Scripted) -> None:
    console.answers["GET /a"] = httpx.Response(200, json=[{"id": number} for number in range(25)])
    assert len(console.client(page=10).list("/a")) == 25
    assert len(console.requests) == 1


def test_a_list_that_grew_while_it_was_read_is_read_again(console: Scripted) -> None:
    rows = [{"id": number} for number in range(15)]

    def answer(request: httpx.Request) -> httpx.Response:
        if len(console.requests) == 2:
            rows.insert(0, {"id": 99})
        return served(rows, request)

    console.answers["GET /a"] = answer
    assert len(console.client(page=10).list("/a")) == 16
    assert len(console.requests) == 4


def test_a_list_that_never_stands_still_is_an_error_and_no_half_list(console: Scripted) -> None:
    rows = [{"id": number} for number in range(15)]

    def answer(request: httpx.Request) -> httpx.Response:
        rows.append({"id": len(rows)})
        return served(rows, request)

    console.answers["GET /a"] = answer
    with pytest.raises(BadContent, match="kept changing"):
        console.client(page=10).list("/a")


@pytest.mark.parametrize(
    ("header", "total"),
    [("items 0-49/1234", 1234), ("items */3", 3), ("items 0-9/*", None), ("", None), ("bytes 0-1/2", None)],
)
def test_the_total_is_read_where_there_is_one(header: str, total: int | None) -> None:
    assert total_of(header) == total
