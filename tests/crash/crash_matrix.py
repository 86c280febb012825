"""The crash matrix: whatever goes wrong at whichever request of an apply, the next one completes it. Run on demand:

    python tests/crash/crash_matrix.py --jobs 2        # everything, half an hour of two cores
    python tests/crash/crash_matrix.py --sample        # one case for each kind of request; --turn N for others
    python tests/crash/crash_matrix.py --only "answer lost after" --from 40
    python tests/crash/crash_matrix.py --backend http  # the state on a server, whose answers go wrong, too

Prints every case that did not converge and a table; ends with 1 when there was one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1]))
from crash_cases import every_case, sample
from crash_console import server
from crash_faults import Fault, Kind, Place, Strike
from crash_runs import BACKENDS, Bench, Reference, ask_in_order
from crash_scenario import ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.queues import SimpleQueue


_LONGEST = 1_000
"""Characters that are shown of one complaint."""


class Tried(NamedTuple):
    """One case, what there is to complain about, and how long it took in seconds."""

    strike: Strike
    complaints: list[str]
    seconds: float


def main() -> int:
    options = _options()
    ask_in_order()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crash-matrix-", dir=options.work) as folder:
        root = Path(folder)
        with server() as serving:
            bench = Bench(serving, root / "template", root, options.entries, options.backend)
            bench.make_template()
            reference = bench.undisturbed()
        print(
            "An undisturbed apply:",
            *(f"{place} x {len(lines)}" for place, lines in reference.lines.items()),
            sep="\n  ",
        )
        tried: list[Tried] = []
        for one in _all_tried(_chosen(reference, options), root, reference, options):
            tried.append(one)
            _tell(one, reference)
            if options.progress and len(tried) % options.progress == 0:
                print(f"{len(tried)} cases tried", flush=True)
    print("\n".join(_table(tried, time.monotonic() - began)))
    return int(any(one.complaints for one in tried) or not tried)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a console of its own")
    parser.add_argument("--sample", action="store_true", help="one case for each kind of request")
    parser.add_argument("--turn", type=int, default=0, help="which sample: another number gives other cases")
    parser.add_argument("--part", default="1/1", help="N/M: the Nth of M equal parts")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="on the allowlist")
    parser.add_argument("--work", help="where to work: a memory file system is faster")
    parser.add_argument("--progress", type=int, default=0, metavar="N", help="say so after every N cases")
    parser.add_argument("--only", action="append", choices=[str(fault) for fault in Fault], help="faults to try")
    parser.add_argument("--at", action="append", choices=[str(place) for place in Place], help="where something fails")
    parser.add_argument("--limit", type=int, help="try so many cases at most")
    parser.add_argument("--backend", choices=BACKENDS, default="local", help="where the state is kept")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first request to try")
    return parser.parse_args()


def _chosen(reference: Reference, options: argparse.Namespace) -> list[Strike]:
    cases = sample(reference, options.turn) if options.sample else every_case(reference)
    wanted = [
        one
        for one in cases
        if one.nth >= options.first
        and one.fault in (options.only or list(Fault))
        and one.place in (options.at or list(Place))
    ]
    number, _, parts = options.part.partition("/")
    if not options.sample:
        random.Random(0).shuffle(wanted)  # noqa: S311 - whoever stops it early has seen some of everything
    return wanted[int(number) - 1 :: int(parts)][: options.limit]


def _all_tried(
    cases: Sequence[Strike], root: Path, reference: Reference, options: argparse.Namespace
) -> Iterator[Tried]:
    """Deal the cases out to some processes, and yield them as they are done."""
    context = multiprocessing.get_context("spawn")
    results: SimpleQueue[Tried | None] = context.SimpleQueue()
    jobs = options.jobs
    workers = [
        context.Process(target=_try, args=(cases[job::jobs], root, job, options, reference, results))
        for job in range(jobs)
    ]
    for worker in workers:
        worker.start()
    running = jobs
    while running:
        one = results.get()
        if one is None:
            running -= 1
        else:
            yield one
    for worker in workers:
        worker.join()


def _try(
    cases: Sequence[Strike],
    root: Path,
    job: int,
    options: argparse.Namespace,
    reference: Reference,
    results: SimpleQueue[Tried | None],
) -> None:
    ask_in_order()
    try:
        with server() as serving:
            bench = Bench(serving, root / "template", root / f"work-{job}", options.entries, options.backend)
            for strike in cases:
                began = time.monotonic()
                complaints = bench.run(strike, reference)
                results.put(Tried(strike, complaints, time.monotonic() - began))
    finally:
        results.put(None)


def _tell(one: Tried, reference: Reference) -> None:
    if one.complaints:
        strike = one.strike
        where = f"{strike.place} {strike.nth}, {reference.lines[strike.place][strike.nth - 1][:120]}"
        print(
            f"\n{strike.fault} at {where}",
            *(complaint[:_LONGEST] for complaint in one.complaints),
            sep="\n    ",
            flush=True,
        )


def _table(tried: Sequence[Tried], elapsed: float) -> Iterator[str]:
    by_kind: dict[Kind, list[Tried]] = defaultdict(list)
    for one in tried:
        by_kind[Kind(one.strike.place, one.strike.fault)].append(one)
    yield f"\n{'what goes wrong':<60}{'cases':>8}{'converged':>12}{'seconds':>10}"
    for place in Place:
        for fault in Fault:
            if rows := by_kind.get(Kind(place, fault)):
                yield _row(f"{place}: {fault}", rows)
    yield _row("total", tried)
    yield f"{elapsed:.0f} s by the clock"


def _row(name: str, rows: Sequence[Tried]) -> str:
    converged = sum(not one.complaints for one in rows)
    return f"{name:<60}{len(rows):>8}{converged:>12}{sum(one.seconds for one in rows):>10.0f}"


if __name__ == "__main__":
    sys.exit(main())
