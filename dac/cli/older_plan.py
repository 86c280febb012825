"""The plan that an earlier run saved where this one is to save its own."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dac.cli.border import say
from dac.errors import ConfigError, StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def clear_older_plan(out: Path | None, require_names: Callable[[], object]) -> Path | None:
    """Take it away before a new one is made; return `out` if it held one. PlanError for a file of another sort.

    What `require_names` raises comes first: a slip of the pen costs no plan. Files and states that are wrong do,
    since the plan was made before they were; whoever makes the new one says what is wrong with them.
    """
    if out is None or not out.is_file():
        return None
    with suppress(ConfigError, StateError):
        require_names()
    from dac.run.plan.saved_plans import clear_place

    return out if clear_place(out) else None


@contextmanager
def missing_plan_told(cleared: Path | None) -> Iterator[None]:
    """Say on stderr that an older plan is gone, if no new one has taken its place in the end."""
    try:
        yield
    finally:
        if cleared is not None and not cleared.exists():
            note = f"Note: {cleared} held the plan of an earlier run, which was removed so that nobody applies it."
            say(f"{note}\n", stream=sys.stderr)
