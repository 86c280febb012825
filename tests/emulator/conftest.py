"""A fresh emulator for every test: the stock content is made once and copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from console_driver import Console

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dac.emulator.settings import Settings


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stock") / "console.db"
    with Emulator(path):
        pass
    return path


@pytest.fixture
def database(stock: Path, tmp_path: Path) -> Path:
    path = tmp_path / "console.db"
    shutil.copy(stock, path)
    return path


@pytest.fixture
def started(database: Path) -> Iterator[Callable[[Settings | None], Console]]:
    """Starts an emulator with settings of the test's own."""
    running: list[Emulator] = []
    consoles: list[Console] = []

    def start(settings: Settings | None = None) -> Console:
        emulator = Emulator(database, settings=settings)
        emulator.start()
        running.append(emulator)
        consoles.append(Console(emulator.url))
        return consoles[-1]

    yield start
    for console in consoles:
        console.http.close()
    for emulator in running:
        emulator.stop()


@pytest.fixture
def console(started: Callable[[Settings | None], Console]) -> Console:
    return started(None)
