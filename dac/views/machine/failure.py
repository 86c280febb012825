"""Why there is no plan, for programs: it takes the place of the JSON that an earlier run left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import ConfigError
from dac.views.machine.diagnostics import warnings_forms
from dac.views.machine.forms import dumped, heading

if TYPE_CHECKING:
    from dac.errors import DacError


def failure_json(error: DacError) -> str:
    """Return what a plan's JSON says of itself, and the error; of wrong files every finding."""
    found = error.diagnostics if isinstance(error, ConfigError) else ()
    said = {"summary": error.summary, "detail": error.detail, "hint": error.hint}
    form = {"applyable": False, "complete": False, "errored": True, "error": said, "diagnostics": warnings_forms(found)}
    return dumped(heading() | form)
