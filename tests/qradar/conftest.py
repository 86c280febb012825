from __future__ import annotations

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


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Start emulators; `make_bench(api_version="20.0")` sets what differs from a quick console of API 26.0."""
    running: list[Bench] = []

    def make(**switches: object) -> Bench:
        settings = Settings(**({"task_seconds": 0.01} | switches))  # type: ignore[arg-type]  # a test names its switches
        emulator = Emulator(tmp_path / f"console{len(running)}.db", settings=settings)
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
