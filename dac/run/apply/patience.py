"""Saying that the console is still at it, while a run waits for it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.model.plan import Step
from dac.model.progress import Deploying, Waiting, WaveStarted

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.progress import Progress

EVERY = 10.0
"""Seconds between two signs of life, as Terraform has them."""


@dataclass(slots=True)
class Patience:
    """Stands between a run and whoever is told of it: passes events on, and adds a Waiting to waits that last.

    Call it with each event, and give `pause` to the client to sleep with. What counts is the time slept since the
    last event; requests themselves are short.
    """

    report: Callable[[Progress], None]
    sleep: Callable[[float], None] = time.sleep
    _what: str = "the console"
    _waited: float = 0.0
    _told: float = 0.0

    def __call__(self, event: Progress) -> None:
        self._waited = self._told = 0.0
        if isinstance(event, WaveStarted):
            self._what = "the package to be installed" if event.step is Step.PACKAGE else "the console"
        elif isinstance(event, Deploying):
            self._what = "the deploy"
        self.report(event)

    def pause(self, seconds: float) -> None:
        """Sleep, and say so when it has become long."""
        self.sleep(seconds)
        self._waited += seconds
        if self._waited - self._told >= EVERY:
            self._told = self._waited
            self.report(Waiting(self._what, self._waited))
