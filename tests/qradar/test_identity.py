from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dac.errors import ConsoleError
from dac.qradar import sets
from dac.qradar.identity import ensure_identity, read_identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench


def test_a_console_has_no_identity_before_the_first_apply(bench: Bench) -> None:
    assert read_identity(bench.client) == ""
    assert sets.find_set(bench.client, sets.IDENTITY_SET) is None


@pytest.mark.parametrize("api_version", ["26.0", "21.0"])
def test_an_identity_is_given_once_and_kept(make_bench: Callable[..., Bench], api_version: str) -> None:
    client = make_bench(api_version=api_version).client
    assert ensure_identity(client, "first") == "first"
    assert ensure_identity(client, "second") == "first"
    assert read_identity(client) == "first"


def test_a_set_without_an_entry_is_completed(bench: Bench) -> None:
    sets.create_set(bench.client, {"name": sets.IDENTITY_SET, "entry_type": "ALN"})
    assert ensure_identity(bench.client, "mine") == "mine"


def test_runs_that_name_the_console_at_once_agree(bench: Bench) -> None:
    clients = [bench.connect() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(ensure_identity, clients, [f"run{number}" for number in range(6)]))
    assert set(got) == {read_identity(bench.client)}


@pytest.mark.parametrize("action", ["lose", "drop"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_lost_answer_leaves_one_identity(bench: Bench, action: str, nth: int) -> None:
    bench.fault(method="POST", nth=nth, action=action)
    try:
        got = ensure_identity(bench.client, "mine")
    except ConsoleError:
        got = ensure_identity(bench.client, "mine")
    assert got == read_identity(bench.client) == "mine"
    assert len([row for row in sets.list_sets(bench.client) if row["name"] == sets.IDENTITY_SET]) == 1
