"""SIGINT and SIGTERM: the first asks to stop after the step in hand, the second ends at once."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dac.cli.border import ERROR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STDERR = 2


@contextmanager
def graceful_stop() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether the user asked to stop; handlers are as before afterwards."""
    from dac.views.human.prompts import INTERRUPTED, INTERRUPTED_TWICE

    asked: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        _tell(INTERRUPTED if len(asked) == 1 else INTERRUPTED_TWICE)
        if len(asked) > 1:
            os._exit(ERROR)

    before = [signal.signal(number, handle) for number in _SIGNALS]
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


def _tell(text: str) -> None:
    """Write to standard error past its buffer: a handler may have come in the middle of a write to that."""
    with suppress(OSError):
        os.write(_STDERR, f"{text}\n\n".encode())
