"""Whether the runs that have something in hand are still at work: told from what their locks say; none is taken."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from dac.errors import ConsoleError
from dac.model.run import Life, Whereabouts
from dac.qradar.locks import ConsoleLock

if TYPE_CHECKING:
    from dac.model.run import Holder
    from dac.run.console import Console
    from dac.run.records import Records
    from dac.run.scope import Scope


def whereabouts(scope: Scope, console: Console, records: Records) -> dict[str, Whereabouts]:
    """Return what is known of each run with an open intent. The console is asked only where no note settles it."""
    found: dict[str, Whereabouts] = {}
    for stack, document in records.documents.items():
        for run_id in sorted(document.open_runs - found.keys()):
            note = scope.backend.noted_holder(stack, scope.console.name)
            known = by_note(run_id, note, every=scope.backend.notes_every_holder)
            found[run_id] = known or _by_console(run_id, console)
    return found


def by_note(run_id: str, note: Holder | None, *, every: bool) -> Whereabouts | None:
    """Say what the note of a state's lock tells of a run; None when that is nothing. every: no run is without one."""
    if note is not None and note.run_id == run_id:
        return Whereabouts(_life(note), note)
    if every or (note is not None and _life(note) is Life.RUNNING):
        return Whereabouts(Life.ENDED)  # the state's lock is free, or somebody else has it
    return None


def _by_console(run_id: str, console: Console) -> Whereabouts:
    """A run without the console's lock may be waiting for it."""
    if not console.answers:
        return Whereabouts(Life.UNSURE)
    try:
        holder = ConsoleLock(console.client, name=console.settings.name).read_holder()
    except ConsoleError:
        return Whereabouts(Life.UNSURE)
    if holder is None or holder.run_id != run_id:
        return Whereabouts(Life.UNSURE)
    return Whereabouts(_life(holder), holder)


def _life(holder: Holder) -> Life:
    """A process is known on its own machine alone; a lock on the console, or a note, outlives one that is killed."""
    if holder.host != socket.gethostname() or os.name != "posix":
        return Life.UNSURE
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return Life.ENDED
    except (PermissionError, OverflowError):
        pass
    return Life.RUNNING
