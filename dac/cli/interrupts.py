"""SIGINT and SIGTERM: the first asks to stop after the step in hand, the second ends at once."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dac.cli.border import ERROR, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def graceful_stop() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether the user asked to stop; handlers are as before afterwards."""
    asked: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        from dac.views.human.prompts import INTERRUPTED, INTERRUPTED_TWICE

        asked.append(number)
        say((INTERRUPTED if len(asked) == 1 else INTERRUPTED_TWICE) + "\n", stream=sys.stderr)
        if len(asked) > 1:
            os._exit(ERROR)

    before = [signal.signal(number, handle) for number in _SIGNALS]
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)
