"""What every test leans on: a clean environment, reproducible hypothesis runs, golden files."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLDEN = Path(__file__).parent / "golden"

_SLOW = [HealthCheck.too_slow]
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, suppress_health_check=_SLOW)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own in it
ENOUGH = 2 * 1024**3


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' folders in memory where there is plenty: a run makes and syncs hundreds of databases."""
    if config.option.basetemp is None and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the tests got to tests/golden instead of comparing; then read `git diff`",
    )


class Golden:
    """Compares text with a file under tests/golden, byte for byte."""

    def __init__(self, folder: Path, *, update: bool) -> None:
        self.folder = folder
        self.update = update

    def path(self, name: str) -> Path:
        """Where the golden file `name` (for example `state/small.json`) is kept."""
        return self.folder / name

    def __call__(self, name: str, got: str) -> None:
        path = self.path(name)
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(got.encode())
            return
        assert path.exists(), f"no golden file {path}: run pytest with --update-golden and read what it wrote"
        assert got == path.read_bytes().decode(), f"{path} differs: run pytest with --update-golden if it should"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden("views/plan.txt", text)` asserts that the text is the file, or rewrites it on --update-golden."""
    return Golden(GOLDEN, update=request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the developer's shell reaches a test, and local time is UTC."""
    for name in list(os.environ):
        if name.startswith("DAC_") or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
