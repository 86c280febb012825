"""Where what applies overwrote is kept: by project and console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.state.history import History

if TYPE_CHECKING:
    from dac.config.settings import ConsoleSettings, Project


def history_of(project: Project, console: ConsoleSettings) -> History:
    """Return what is kept of the applies to one console."""
    return History(project.history.path, console.name)
