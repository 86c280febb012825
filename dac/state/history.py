"""Past applies as files: `<root>/<console>/<RUN_ID>.json`, each its owner's alone, whole or not there at all."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from dac.errors import StateError
from dac.state.durable import file_errors, replace_file
from dac.state.fields import Malformed
from dac.state.history_codec import read_apply, write_apply

if TYPE_CHECKING:
    from pathlib import Path

    from dac.model.history import PastApply

DAY = 86_400


class History:
    """The past applies to one console. The folder need not exist."""

    def __init__(self, root: Path, console: str) -> None:
        self._folder = root / console

    def write(self, past: PastApply) -> None:
        """Keep an apply, in place of what was kept of it. When this returns, a power cut does not undo it."""
        path = self._folder / f"{past.run_id}.json"
        data = json.dumps(write_apply(past), sort_keys=True, separators=(",", ":")).encode("ascii")
        with file_errors("write", path):
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, data + b"\n")

    def read(self, apply_id: str) -> PastApply:
        """Return the apply whose run id is, or alone begins with, `apply_id`. StateError when there is none."""
        ids = sorted(path.name.removesuffix(".json") for path in self._files())
        found = [one for one in ids if one == apply_id] or [one for one in ids if apply_id and one.startswith(apply_id)]
        if len(found) != 1:
            what = "no apply of that id is kept" if not found else f"{len(found)} applies begin so"
            raise StateError(
                f"{apply_id}: {what} for console {self._folder.name}",
                hint=f"`dac history --console {self._folder.name}` lists those that are kept",
            )
        return self._read(self._folder / f"{found[0]}.json")

    def of_runs(self, beginning: str) -> tuple[PastApply, ...]:
        """Return the applies whose run ids begin so, but for those that cannot be read."""
        found = []
        for path in sorted(self._files()):
            if path.name.startswith(beginning):
                with suppress(StateError):
                    found.append(self._read(path))
        return tuple(found)

    def every(self) -> tuple[tuple[PastApply, ...], tuple[str, ...]]:
        """Return all that are kept, newest first, and what is wrong with the files that cannot be read."""
        found, problems = [], []
        for path in self._files():
            try:
                found.append(self._read(path))
            except StateError as error:
                problems.append(error.summary)
        return tuple(sorted(found, key=lambda past: (-past.began, past.run_id))), tuple(sorted(problems))

    def prune(self, keep: int, keep_days: int, now: int) -> None:
        """Remove all but the last `keep`, and of the others none that is younger than `keep_days`; `now`: epoch ms."""
        with file_errors("tidy up", self._folder):
            ages = sorted(((path.stat().st_mtime, path) for path in self._files()), reverse=True)
            for written, path in ages[keep:]:
                if now / 1000 - written >= keep_days * DAY:
                    path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob("*.json") if not path.name.startswith(".")]

    def _read(self, path: Path) -> PastApply:
        with file_errors("read", path):
            data = path.read_bytes()
        try:
            return read_apply(json.loads(data), run_id=path.name.removesuffix(".json"))
        except (ValueError, RecursionError):
            problem = "it is not JSON"
        except Malformed as error:
            problem = str(error)
        raise StateError(
            f"{path} is no record of an apply: {problem}",
            hint="dac writes these files whole; something else has changed it. Nothing but `dac history` and "
            "`dac rollback` of this one apply needs it.",
        )
