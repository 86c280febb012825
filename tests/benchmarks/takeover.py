"""How long it takes to take over an old console, and how much memory. Run on demand:

    python tests/benchmarks/takeover.py 1500 300 120 20000

The numbers are rules, custom properties, reference sets and their entries. Prints whole-process wall seconds and the
peak of memory of each command; stops when a plan after the import has something to change, or when importing the same
console again gives other files.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from typing import TYPE_CHECKING

import httpx
from old_console import Size, fill

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

DAC = [sys.executable, "-m", "dac"]
AT_ONCE = Settings(task_seconds=0, install_seconds=0, export_seconds=0, deploy_seconds=0, rules_visible_after=0)
DAC_TOML = """\
[project]
name = "takeover"
id = "00000000-0000-0000-0000-000000000002"

[console.old]
url = "{url}"
token = {{ env = "DAC_BENCHMARK_TOKEN" }}
"""


def ran(folder: Path, *words: str) -> str:
    """Run a command and print what it cost; it has to succeed."""
    began = time.perf_counter()
    done = subprocess.run([*DAC, *words], cwd=folder, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"dac {' '.join(words):<52}{took:8.2f} s  peak so far {peak:6.0f} MB", flush=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(folder: Path) -> dict[str, bytes]:
    stacks = folder / "stacks"
    return {str(path.relative_to(stacks)): path.read_bytes() for path in stacks.rglob("*") if path.is_file()}


def project(folder: Path, url: str) -> Path:
    folder.mkdir()
    (folder / "dac.toml").write_text(DAC_TOML.format(url=url))
    return folder


def main(size: Size) -> None:
    os.environ["DAC_BENCHMARK_TOKEN"] = "emulator"
    with tempfile.TemporaryDirectory() as name, Emulator(Path(name, "console.db"), settings=AT_ONCE) as emulator:
        began = time.perf_counter()
        with httpx.Client(base_url=emulator.url, headers={"SEC": "emulator"}, timeout=3600) as http:
            fill(http, size)
            print(f"made {size} in {time.perf_counter() - began:.0f} s", flush=True)
            http.delete("/emulator/requests")
            first, second = project(Path(name, "first"), emulator.url), project(Path(name, "second"), emulator.url)
            taking = ("import", "--all", "--console", "old", "--stack", "legacy")
            print(ran(first, *taking).split("Worth a look")[0].splitlines()[2])
            print(f"{len(http.get('/emulator/requests').json())} requests")
        assert "No changes." in ran(first, "plan", "--console", "old")
        assert "No changes." in ran(first, "plan", "--deep", "--console", "old")
        ran(first, "console", "snapshot", "--console", "old", "--out", "old.snapshot")
        print(f"{(first / 'old.snapshot').stat().st_size / 2**20:.1f} MB")
        assert "No changes." in ran(first, "plan", "--snapshot", "old.snapshot")
        assert "No changes." in ran(first, "plan", "--deep", "--snapshot", "old.snapshot")
        before = files(first)
        assert "Nothing new" in ran(first, *taking)
        assert files(first) == before
        ran(second, *taking)
        after = files(second)
        assert after == before, sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        print(f"{len(before)} files, {sum(map(len, before.values())) / 2**20:.1f} MB, the same each time")


if __name__ == "__main__":
    given: Sequence[int] = [int(word) for word in sys.argv[1:]]
    main(Size(*given) if given else Size(1_500, 300, 120, 20_000))
