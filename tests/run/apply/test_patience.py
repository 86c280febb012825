"""A sign of life every ten seconds of waiting, and none when things go on."""

from __future__ import annotations

from run_bench import at

from dac.model.change import Action
from dac.model.plan import Step
from dac.model.progress import Progress, Started, Waiting, WaveStarted
from dac.run.apply.patience import Patience

PACKAGE = WaveStarted(1, 2, Step.PACKAGE, 3)
STARTED = Started(at("detection.d"), Action.CREATE)


class Watched:
    """A run whose sleeps take no time."""

    def __init__(self) -> None:
        self.told: list[Progress] = []
        self.slept: list[float] = []
        self.patience = Patience(self.told.append, self.slept.append)

    def waits(self, *seconds: float) -> list[Progress]:
        for pause in seconds:
            self.patience.pause(pause)
        return [event for event in self.told if isinstance(event, Waiting)]


def test_events_are_passed_on_as_they_are_and_every_pause_is_slept() -> None:
    watched = Watched()
    watched.patience(PACKAGE)
    watched.patience(STARTED)
    watched.waits(0.05, 2)
    assert watched.told == [PACKAGE, STARTED]
    assert watched.slept == [0.05, 2]


def test_a_wait_is_told_every_ten_seconds_with_what_it_is_for() -> None:
    watched = Watched()
    watched.patience(PACKAGE)
    assert watched.waits(*[2.5] * 9) == [
        Waiting("the package to be installed", 10.0),
        Waiting("the package to be installed", 20.0),
    ]


def test_every_event_begins_the_count_anew() -> None:
    watched = Watched()
    watched.patience(PACKAGE)
    watched.waits(8)
    watched.patience(STARTED)
    assert watched.waits(8) == []


def test_outside_of_packages_and_before_the_first_wave_it_is_the_console_that_is_waited_for() -> None:
    watched = Watched()
    assert watched.waits(11) == [Waiting("the console", 11)]
    watched.patience(PACKAGE)
    watched.patience(WaveStarted(2, 2, Step.DELETE, 1))
    assert watched.waits(12)[-1] == Waiting("the console", 12)
