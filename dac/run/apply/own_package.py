"""Going on where a run was killed: its last package may still be on its way into the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.plan import Step
from dac.qradar.extensions import wait_for_installs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dac.run.console import Console
    from dac.run.records import Records


def await_own_package(console: Console, records: Records, stacks: Iterable[str], stopping: Callable[[], bool]) -> None:
    """Wait for an install that a run of ours began and did not see the end of; a plan made before it would be stale.

    `stacks` are those whose state locks are held: what they left open, nobody is working on any more. Interrupted
    when `stopping` says so while this waits.
    """
    if any(intent.step == Step.PACKAGE for stack in stacks for intent in records.documents[stack].intents):
        wait_for_installs(console.client, stopping=stopping)
