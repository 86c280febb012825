"""Somebody works on the console while it is read: what changed is read again, what went is left out, both are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings
from dac.run.console import open_console
from dac.run.importing import trying
from dac.run.importing.how import How
from dac.run.importing.selection import Selection
from dac.run.importing.staged import scope_of
from dac.run.importing.taking import take_over
from dac.run.scope import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dac.model.inventory import Imported

AT_ONCE = Settings(task_seconds=0, install_seconds=0, export_seconds=0, deploy_seconds=0, rules_visible_after=0)
SETS = "/api/reference_data_collections"
DAC_TOML = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
[console.old]
url = "{url}"
token = {{ env = "LAB_TOKEN" }}
"""


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        Emulator(tmp_path / "console.db", settings=AT_ONCE) as emulator,
        httpx.Client(base_url=emulator.url, headers={"SEC": "emulator"}) as client,
    ):
        (tmp_path / "dac.toml").write_text(DAC_TOML.format(url=emulator.url))
        yield client


def imported(folder: Path, meanwhile: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Imported:
    """Import the stock sets; `meanwhile` happens once, after they were read and before they are tried."""
    waiting = [meanwhile]
    observe = trying.observe

    def late(*args: object) -> object:
        if waiting:
            waiting.pop()()
        return observe(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(trying, "observe", late)
    request = Request(folder, console="old", env={"LAB_TOKEN": "emulator"})
    scope, sources = scope_of(request, "sets")
    with open_console(scope.project, scope.console, request.env, lambda: 1_800_000_000_000) as console:
        return take_over(scope, sources, console, Selection(kinds=("reference_set",)), How("dac import"))


def number_of(http: httpx.Client, name: str) -> int:
    return next(row["id"] for row in http.get(f"{SETS}/sets").json() if row["name"] == name)


def test_a_set_that_changes_is_read_again(http: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = number_of(http, "Critical Assets")

    def add() -> None:
        http.patch(f"{SETS}/set_entries", json=[{"collection_id": number, "value": "192.0.2.99"}])

    done = imported(tmp_path, add, monkeypatch)
    assert done.moving == ("Critical Assets",)
    assert 'value = "192.0.2.99"' in (tmp_path / "stacks/sets/reference_sets.toml").read_text()


def test_a_set_that_goes_is_left_out(http: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = http.post(f"{SETS}/sets", json={"name": "Passing", "entry_type": "IP"}).json()["id"]
    done = imported(tmp_path, lambda: http.delete(f"{SETS}/sets/{number}") and None, monkeypatch)
    assert [(one.name, one.reason) for one in done.failed] == [("Passing", "it was deleted while it was read")]
    assert "Passing" not in (tmp_path / "stacks/sets/reference_sets.toml").read_text()
    assert len(done.taken) == 4
