"""JSON files about a console that a command of dac writes beside the stacks: read strictly, faults with their lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from dac.config.documents import read_text
from dac.config.json_positions import line_of
from dac.errors import ConfigError
from dac.model.diagnostic import Diagnostic, Diagnostics, Severity
from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from pathlib import Path

    from dac.config.settings import Project

MOST_SHOWN = 5
CALIBRATION = ".calibration.json"

M = TypeVar("M", bound=BaseModel)


def calibration_path(project: Project, console: str) -> Path:
    """Where the calibration of a console is kept."""
    return project.stacks_folder / f"{console}{CALIBRATION}"


@dataclass(frozen=True, slots=True)
class ConsoleFile:
    """A kind of file: what it is called, which command writes it (`dac console COMMAND`), and its newest version.

    Each has the keys `version` and `console`.
    """

    noun: str
    command: str
    version: int

    def read(self, file: Path, display: str, model: type[M], *, console: str = "") -> M:
        """Read one. ConfigError for a damaged one, and for one of another console than `console` ('': any)."""
        found = Diagnostics()
        text = read_text(file, display, found)
        if text is None:
            raise ConfigError(found.sorted())
        content = self._checked(text, display, model)
        its_own = getattr(content, "console", "")
        if console and its_own != console:
            summary = f"this is the {self.noun} of console {its_own}, not of {console}"
            raise self._damaged(summary, display, line_of(text, ("console",)))
        return content

    def _checked(self, text: str, display: str, model: type[M]) -> M:
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise self._damaged(f"this is not valid JSON: {error.msg}", display, error.lineno) from error
        except (ValueError, RecursionError) as error:
            raise self._damaged(f"this is not valid JSON: {error}", display, 1) from error
        version = data.get("version") if isinstance(data, dict) else None
        if isinstance(version, int) and version > self.version:
            summary = f"this {self.noun} has the format {version}, and this dac reads {self.version}"
            raise self._damaged(summary, display, line_of(text, ("version",)), "upgrade dac")
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise ConfigError(self._faults(error, text, display)) from error

    def _faults(self, error: ValidationError, text: str, display: str) -> tuple[Diagnostic, ...]:
        found = Diagnostics()
        for fault in error.errors(include_url=False, include_input=False)[:MOST_SHOWN]:
            path = tuple(fault["loc"])
            name = ".".join(str(step) for step in path if step != "[key]")
            summary = f"{name or 'the file'}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
            found.extend(self._damaged(summary, display, line_of(text, path)).diagnostics)
        return found.sorted()

    def _damaged(self, summary: str, display: str, line: int, way: str = "") -> ConfigError:
        written = f"it is written by `dac console {self.command}`, and not meant to be edited"
        position = SourcePosition(display, line)
        hint = way or f"{written}: bring it back, or {self.command}"
        return ConfigError((Diagnostic(Severity.ERROR, f"bad-{self.noun}", summary, "", hint, position),))
