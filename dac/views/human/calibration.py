"""What `console calibrate` found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.quote import visible
from dac.views.human.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.calibration import Calibration
    from dac.resources.departures import Departures

_NO_DIFFERENCE = "no difference"


def learnt_text(calibration: Calibration, departures: Departures, unreadable: Iterable[str]) -> str:
    """What was read of a console, and in what its tests are not as dac ships them."""
    tests = sum(form.seen for forms in calibration.tests.values() for form in forms)
    classes = f"{len(calibration.tests)} {'class' if len(calibration.tests) == 1 else 'classes'}"
    read = f"Read {counted(calibration.rules, 'rule')} with {counted(tests, 'test')} of {classes}, build "
    return f"{read}{visible(calibration.build)}.\n{''.join(_sections(departures, unreadable))}"


def canary_text(*, cleaned: bool, problem: str) -> str:
    """What became of the canary; `problem` is in what it differed, '' for in nothing."""
    left = "The rule that an earlier calibration had left was removed.\n" if cleaned else ""
    if not problem:
        return f"{left}The rule that dac installed came back equal, and was removed.\n"
    lines = "".join(f"  {visible(line)}\n" for line in problem.splitlines())
    return f"{left}The rule that dac installed did not come back equal; it was removed:\n{lines}"


def _sections(departures: Departures, unreadable: Iterable[str]) -> Iterator[str]:
    yield from _section("Compared with what dac ships", departures.lines or (_NO_DIFFERENCE,))
    seen_nowhere = "In no rule here, so dac writes them as it ships them; make one in the wizard to be sure"
    yield from _section(seen_nowhere, departures.unseen)
    yield from _section("Not in dac's catalogue; such tests travel with their own layout", departures.unknown)
    yield from _section("Could not be read", tuple(unreadable))


def _section(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"{title}:\n"
        yield from (f"  {visible(line)}\n" for line in lines)
