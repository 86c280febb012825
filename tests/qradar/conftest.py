from __future__ import annotations

import functools
import shutil
from typing import TYPE_CHECKING

import pytest
from carrier_bench import Bench
from scripted_console import Scripted, ready

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def console() -> Scripted:
    """A console that answers what the test wrote down."""
    return ready()


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Settings], Path]:
    """Databases with stock content, made once for each name that it differs by."""

    @functools.cache
    def made(entra_id: str) -> Path:
        path = tmp_path_factory.mktemp("stock") / "console.db"
        with Emulator(path, settings=Settings(entra_id_name=entra_id)):
            pass
        return path

    return lambda settings: made(settings.entra_id)


@pytest.fixture
def make_bench(tmp_path: Path, stock: Callable[[Settings], Path]) -> Iterator[Callable[..., Bench]]:
    """Start emulators; `make_bench(api_version="20.0")` sets what differs from a quick console of API 26.0."""
    running: list[Bench] = []

    def make(**switches: object) -> Bench:
        settings = Settings(**({"task_seconds": 0.01} | switches))  # type: ignore[arg-type]  # a test names its switches
        path = tmp_path / f"console{len(running)}.db"
        shutil.copyfile(stock(settings), path)
        emulator = Emulator(path, settings=settings)
        emulator.start()
        running.append(Bench(emulator))
        return running[-1]

    yield make
    for one in running:
        one.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """A console, and everything a carrier needs."""
    return make_bench()
