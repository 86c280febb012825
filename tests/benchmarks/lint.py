"""How long it takes to lint queries, beside parsing them alone. Run on demand:

    python tests/benchmarks/lint.py 1000

Prints seconds of one process (median, minimum and maximum of five); asserts nothing. The queries are the valid ones of
tests/aql, over and over, each with a number of its own so that nothing is answered from a cache.
"""

from __future__ import annotations

import statistics
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from dac.aql.lint.engine import lint
from dac.aql.parsing import parse
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RUNS = 5
QUERIES = Path(__file__).parents[1] / "aql" / "lint" / "everyday_queries.txt"


def corpus(count: int) -> list[str]:
    """Return `count` different queries."""
    texts = [line for line in QUERIES.read_text(encoding="utf-8").splitlines() if parses(line)]
    return [f"{text} -- {number}" for number, text in enumerate(islice(cycle(texts), count))]


def parses(text: str) -> bool:
    try:
        parse(text)
    except AqlError:
        return False
    return True


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return how long `work` took for all the texts, in each of five runs."""
    spent = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for text in texts:
            work(text)
        spent.append(time.perf_counter() - start)
    return spent


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    texts = corpus(count)
    for name, work in (("parse", parse), ("lint", lint)):
        spent = seconds(work, texts)
        print(f"{name:<6}{count:>7} queries  {statistics.median(spent):.2f} s  ({min(spent):.2f} to {max(spent):.2f})")


if __name__ == "__main__":
    main()
