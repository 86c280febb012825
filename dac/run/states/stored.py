"""The states of one console, for the commands that look into them or repair them without asking the console."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.errors import DacError, StateError
from dac.model.plan import ConsoleRef
from dac.resources.validation import did_you_mean
from dac.run.backends import state_backend
from dac.run.locking import holder_of
from dac.run.scope import choose_console
from dac.state import journal
from dac.state.durable import file_errors, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from dac.config.settings import ConsoleSettings, Project
    from dac.run.scope import Request
    from dac.state.backend import StateBackend
    from dac.state.document import StateDocument

_SERIAL = re.compile(rb'"serial"\s*:\s*(\d{1,15})\b')


@dataclass(frozen=True, slots=True)
class Writing:
    """How a command that writes states goes about it. `now` is epoch ms, `timeout` seconds of waiting for a lock."""

    command: str
    now: int
    timeout: float = 0.0
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A state that was written: its new serial, and where what was there before lies; None when nothing was."""

    stack: str
    serial: int
    copy: Path | None


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the states of one console are."""

    project: Project
    console: ConsoleSettings
    backend: StateBackend

    @property
    def ref(self) -> ConsoleRef:
        return ConsoleRef(self.console.name, self.console.url)

    def stacks(self) -> tuple[str, ...]:
        """Return the stacks that have a state, or may have one."""
        return self.backend.stacks(self.console.name)

    def known(self) -> tuple[str, ...]:
        """Return those and the ones that have a folder."""
        folder = self.project.stacks_folder
        declared = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
        return tuple(sorted({*self.stacks(), *declared}))

    def documents(self, stacks: Iterable[str]) -> dict[str, StateDocument]:
        """Return the stored documents of some stacks; those that have none are left out."""
        found = ((stack, self.backend.read(stack, self.console.name)) for stack in stacks)
        return {stack: document for stack, document in found if document is not None}

    def require_stack(self, stack: str) -> None:
        """DacError for a stack that has neither a folder nor a state."""
        known = self.known()
        if stack not in known:
            hint = did_you_mean(stack, known, otherwise=f"stacks: {', '.join(known) or 'none yet'}")
            raise DacError(f'there is no stack "{stack}"', hint=hint)

    @contextmanager
    def locked(self, stacks: Iterable[str], writing: Writing) -> Iterator[None]:
        """Hold the states of some stacks; LockHeld names who has one."""
        holder = holder_of(writing.command, writing.now)
        with ExitStack() as locks:
            for stack in sorted(stacks):
                locks.enter_context(self.backend.lock(stack, self.console.name, holder, writing.timeout))
            yield

    def keep_copy(self, stack: str, name: str) -> Path | None:
        """Save what is stored, whatever it is, under `backup/CONSOLE/STACK.NAME.json`; None when nothing is stored."""
        data = self.backend.fetch(stack, self.console.name)
        if data is None:
            return None
        path = self.project.state.path / "backup" / self.console.name / f"{stack}.{name}.json"
        with file_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, data)
        return path

    def serial_of_broken(self, stack: str) -> int:
        """Return the serial of a state that cannot be read, as far as can be seen; 0 when it cannot.

        GitLab takes no serial twice, so whatever is written next has to have a higher one.
        """
        found = _SERIAL.search(self.backend.fetch(stack, self.console.name) or b"")
        return int(found[1]) if found else 0

    def rewrite(self, before: Mapping[str, StateDocument], after: Mapping[str, StateDocument]) -> tuple[Written, ...]:
        """Store the successors of some documents, in order. Call it under their locks.

        When one cannot be written, those before it are put back as they were.
        """
        written: list[Written] = []
        for stack, document in after.items():
            copy = self.keep_copy(stack, str(document.serial))
            try:
                stored = self.backend.write(journal.next_serial(document))
            except StateError:
                for earlier in written:
                    was = replace(before[earlier.stack], serial=earlier.serial)
                    self.backend.overwrite(journal.next_serial(was))
                raise
            written.append(Written(stack, stored.serial, copy))
        return tuple(written)


def stored_on(request: Request, *, writes: bool) -> Stored:
    """Return the states that a request is about. `writes` decides whether the environment may name the console."""
    project, console = choose_console(request, writes=writes)
    return Stored(project, console, state_backend(project, request.env))
