"""How long a plan without changes takes, beside Terraform and beside the floor. Run on demand:

    python tests/benchmarks/plan.py 1000

Prints whole-process seconds (median, minimum and maximum of five) and ratios; asserts nothing. The emulator runs in a
process of its own. The floor is a program that reads and parses the same files, lists the same rules and compares.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from typing import TYPE_CHECKING

from corpus import write_project, write_terraform

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DAC = [sys.executable, "-m", "dac"]
RUNS = 5
FLOOR = """
import os, sys, tomli, httpx
from pathlib import Path
from pydantic import BaseModel
declared = {}
for file in sorted(Path("stacks/big").glob("*.toml")):
    declared |= tomli.loads(file.read_text())["detection"]
with httpx.Client(base_url=sys.argv[1] + "/api", headers={"SEC": os.environ["DAC_BENCHMARK_TOKEN"]}) as client:
    fields = "id,name,enabled,owner,identifier,modification_date"
    rules = client.get("/analytics/rules", params={"fields": fields}).json()
live = {rule["name"] for rule in rules}
assert all(table["name"] in live for table in declared.values())
"""


@contextmanager
def served_emulator(folder: Path) -> Iterator[str]:
    """An emulator in a process of its own; yields its URL."""
    (folder / "dac.toml").write_text(
        '[project]\nname = "server"\nid = "00000000-0000-0000-0000-000000000001"\n'
        '[console.local]\nurl = "emulator:console.db"\n'
    )
    command = [*DAC, "emulator", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = next(word for line in process.stdout for word in line.split() if word.startswith("http://"))
        try:
            yield url
        finally:
            process.terminate()


def timed(command: Sequence[str], folder: Path, runs: int = RUNS) -> list[float]:
    """Whole-process wall seconds of each run, after one that is not counted."""
    seconds = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def cpu_seconds() -> float:
    """Processor time of all processes that have ended; the emulator's is not among them yet."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def row(what: str, seconds: Sequence[float], base: float | None = None) -> float:
    middle = statistics.median(seconds)
    ratio = "" if base is None else f"  dac is {base / middle:.3f} of it"
    print(f"{what:<34}{middle:8.2f} s  [{min(seconds):.2f} to {max(seconds):.2f}]{ratio}")
    return middle


def main(count: int) -> None:
    os.environ["DAC_BENCHMARK_TOKEN"] = "emulator"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed dac has its bytecode
    with tempfile.TemporaryDirectory() as name:
        server, project, terraform = (Path(name, part) for part in ("server", "project", "terraform"))
        server.mkdir()
        with served_emulator(server) as url:
            write_project(project, count, url)
            began, before = time.perf_counter(), cpu_seconds()
            subprocess.run([*DAC, "apply", "--console", "bench", "--auto-approve"], cwd=project, check=True,
                           capture_output=True)  # fmt: skip
            took, own = time.perf_counter() - began, cpu_seconds() - before
            print(f"apply of {count} new detections     {took:8.2f} s, {own:.2f} s of them dac's processor time")
            plan = row("dac plan, no changes", timed([*DAC, "plan", "--console", "bench"], project))
            row("floor", timed([sys.executable, "-c", FLOOR, url], project), plan)
        if shutil.which("terraform"):
            write_terraform(terraform, count)
            subprocess.run(["terraform", "init"], cwd=terraform, check=True, capture_output=True)
            began = time.perf_counter()
            subprocess.run(["terraform", "apply", "-auto-approve"], cwd=terraform, check=True, capture_output=True)
            print(f"terraform apply of as many         {time.perf_counter() - began:8.2f} s")
            row("terraform plan, no changes", timed(["terraform", "plan"], terraform), plan)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
