"""An error that ended a command, for the reader at 2 a.m.: what, why, what was asked of the console, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import AqlError, ConfigError, ConsoleError, DacError, Interrupted
from dac.views.human.diagnostics import diagnostics_text
from dac.views.human.palette import PLAIN
from dac.views.human.quote import paragraph, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.views.human.palette import Palette


def error_text(error: DacError, *, palette: Palette = PLAIN) -> str:
    """The error without a traceback; a ConfigError as its diagnostics."""
    if isinstance(error, ConfigError) and error.diagnostics:
        return diagnostics_text(error.diagnostics, palette=palette)
    role, label = ("warning", "Interrupted") if isinstance(error, Interrupted) else ("error", "Error")
    lines = [f"{palette.paint(role, label)}: {visible(error.summary)}"]
    for block in _blocks(error):
        lines += ["", *block]
    return "\n".join(lines) + "\n"


def _blocks(error: DacError) -> Iterator[list[str]]:
    if isinstance(error, AqlError):
        yield [f"  at line {error.line}, column {error.column} of the AQL [{visible(error.code)}]"]
    if error.detail:
        yield paragraph(error.detail)
    if isinstance(error, ConsoleError) and (asked := _request(error)):
        yield [asked]
    if error.hint:
        yield paragraph(error.hint, indent="")


def _request(error: ConsoleError) -> str:
    """Method and path, and what came back; headers never get this far."""
    answer = [f"HTTP {error.status}" if error.status else "", f"code {error.code}" if error.code else ""]
    said = ", ".join(part for part in answer if part)
    if not error.request:
        return f"  Answer: {said}" if said else ""
    return f"  Request: {visible(error.request)}" + (f" ({said})" if said else "")
