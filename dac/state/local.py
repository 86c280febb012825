"""States as files: `<root>/<console>/<stack>.json`, with their lock, their last copy and the steps beside them.

prod/cloud.json               the document
prod/cloud.json.backup        the document before the last write
prod/cloud.lock               locked by the kernel, for as long as the holder lives and no longer
prod/cloud.lock.json          who the holder is
prod/cloud.steps.jsonl        one line a step of the last run; .1 is the run before
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dac.errors import StateError
from dac.model.run import never
from dac.state.backend import check_owner, check_successor, file_stem, is_plain
from dac.state.codec import decode, encode
from dac.state.durable import append_lines, file_errors, keep_copy, remove_unfinished, replace_file
from dac.state.local_lock import held, left_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from dac.model.run import Holder
    from dac.state.document import StateDocument


class LocalBackend:
    """The default StateBackend. `root` is the project's state folder; it need not exist."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._journals: dict[Path, str] = {}  # the run whose steps each journal holds

    def read(self, stack: str, console: str) -> StateDocument | None:
        """See StateBackend."""
        data = self.fetch(stack, console)
        if data is None:
            return None
        path = self._path(stack, console)
        recovery = _recovery(path)
        document = decode(data, where=str(path), recovery=recovery)
        check_owner(document, stack, console, where=str(path), recovery=recovery)
        return document

    def fetch(self, stack: str, console: str) -> bytes | None:
        """See StateBackend."""
        path = self._path(stack, console)
        try:
            with file_errors("read", path):
                return path.read_bytes()
        except StateError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    def write(self, document: StateDocument) -> StateDocument:
        """See StateBackend. The stored document becomes the backup."""
        path = self._path(document.stack, document.console.name)
        stored = self.read(document.stack, document.console.name)
        if stored is not None and stored.lineage == document.lineage and document.same_content(stored):
            return stored
        check_successor(stored, document, where=str(path))
        self.overwrite(document)
        return document

    def overwrite(self, document: StateDocument) -> None:
        """See StateBackend. What was stored becomes the backup."""
        path = self._path(document.stack, document.console.name)
        data = encode(document)
        with file_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            keep_copy(path, _backup(path))
            replace_file(path, data)

    @contextmanager
    def lock(
        self, stack: str, console: str, holder: Holder, timeout: float, *, stopping: Callable[[], bool] = never
    ) -> Iterator[None]:
        """See StateBackend. The kernel frees the lock of a process that ends in whatever way."""
        path = self._path(stack, console)
        with file_errors("lock", path):
            path.parent.mkdir(parents=True, exist_ok=True)
        what = f"the state of stack {stack} on console {console}"
        with held(path.with_suffix(".lock"), holder, timeout, what=what, stopping=stopping):
            with file_errors("tidy up beside", path):
                remove_unfinished(path.parent, stack)
            yield

    def read_holder(self, stack: str, console: str, asking: Holder) -> Holder | None:  # noqa: ARG002 - nothing to ask
        """See StateBackend: a lock of the kernel does not outlive its holder."""
        return None

    def noted_holder(self, stack: str, console: str) -> Holder | None:
        """See StateBackend."""
        return left_by(self._path(stack, console).with_suffix(".lock"))

    @property
    def notes_every_holder(self) -> bool:
        """See StateBackend: whoever locks a file leaves the note beside it."""
        return True

    def break_lock(self, stack: str, console: str, holder: Holder) -> None:
        """See StateBackend: there is none to break."""

    def step(self, stack: str, console: str, *lines: Mapping[str, Any]) -> None:
        """See StateBackend. The steps of the run before are kept under `.1`."""
        path = self._path(stack, console).with_suffix(".steps.jsonl")
        run_id = str(lines[0]["run_id"])
        with file_errors("write", path):
            if self._journals.get(path) != run_id:
                _rotate(path, run_id)
                self._journals[path] = run_id
            append_lines(path, [json.dumps(line, sort_keys=True).encode("ascii") for line in lines])

    def stacks(self, console: str) -> tuple[str, ...]:
        """See StateBackend. Files that are no states are passed over."""
        return tuple(sorted(path.stem for path in (self._root / console).glob("*.json") if is_plain(path.stem)))

    def where(self, stack: str, console: str) -> str:
        """See StateBackend."""
        return str(self._path(stack, console))

    def _path(self, stack: str, console: str) -> Path:
        return file_stem(self._root, stack, console).with_suffix(".json")


def _backup(path: Path) -> Path:
    return path.with_name(f"{path.name}.backup")


def _recovery(path: Path) -> str:
    backup = _backup(path)
    if backup.exists():
        return (
            f"The document before it is {backup}. Keep the broken file for later, "
            f"`cp {backup} {path}`, and run `dac plan`: the console is compared before anything is changed."
        )
    return (
        "There is no backup beside it. Move the file away and run `dac plan`: what carries this project's uuid or "
        "marker on the console is adopted again. `dac state rebuild` does that without an apply."
    )


def _rotate(path: Path, run_id: str) -> None:
    """Put the journal of another run aside. A line that cannot be read was cut by a kill: another run's too."""
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline())
    except FileNotFoundError:
        return
    except ValueError:
        first = None
    if not isinstance(first, dict) or first.get("run_id") != run_id:
        path.replace(path.with_suffix(".jsonl.1"))
