"""Whether rules may be written to a console: on a real one, once a calibration has shown that they come back equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.config.console_files import calibration_path
from dac.model.diagnostic import Diagnostic, Severity
from dac.run.auditing import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.config.settings import ConsoleSettings, Project
    from dac.model.calibration import Calibration
    from dac.model.capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class Standing:
    """known: the calibration of this very console, if any. closed: why no rule may be written to it; '' if one may."""

    known: Calibration | None = None
    closed: str = ""
    warnings: tuple[Diagnostic, ...] = ()


def standing_of(
    project: Project, settings: ConsoleSettings, capabilities: Capabilities, identity: Callable[[], str]
) -> Standing:
    """Compare what was saved of a console with the one that answers. ConfigError for a damaged file.

    `identity` gives the id dac gave the console; it is asked only when there is a calibration to compare.
    """
    is_emulator = settings.emulator is not None or capabilities.emulator
    if not calibration_path(project, settings.name).is_file():
        return Standing(closed="" if is_emulator else "it was never calibrated")
    from dac.config.calibrations import load_calibration

    known = load_calibration(project, settings.name)
    if known is None or not _is_of(known, settings, identity()):
        closed = f"its calibration is of another console, or of this one before it was rebuilt ({_where(known)})"
        return Standing(closed="" if is_emulator else closed)
    closed = (
        "" if known.canary or is_emulator else "its calibration was only read: no rule of dac's came back equal yet"
    )
    return Standing(known, closed, _older(known, settings.name, capabilities.build))


def _is_of(known: Calibration, settings: ConsoleSettings, identity: str) -> bool:
    """By the id, which a console keeps when its URL changes; by the URL where it had none yet."""
    return known.identity == identity if known.identity else known.url == origin_of(settings.url)


def _where(known: Calibration | None) -> str:
    return f"{known.url}, id {known.identity or 'unknown'}" if known else "gone"


def _older(known: Calibration, console: str, build: str) -> tuple[Diagnostic, ...]:
    if known.build == build:
        return ()
    summary = f"console {console} was calibrated when it ran build {known.build or 'unknown'}; it runs {build} now"
    hint = f"run `dac console calibrate --console {console}` again: an upgrade may have changed how rules are written"
    return (Diagnostic(Severity.WARNING, "old-calibration", summary, "", hint),)
