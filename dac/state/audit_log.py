"""The audit log: a file that only ever grows, one JSON line for each write to a console and each override."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dac.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class AuditLog:
    """Appends to `path`. The file is opened for each line, so that it can be rotated at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def require(self) -> None:
        """Make sure that lines can be written. StateError says why not; the console has not been touched then."""
        with self._errors("nothing was written to the console"):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(self._open())

    def append(self, line: Mapping[str, Any]) -> None:
        """Add one line in one write, so that lines of several runs never mix."""
        data = (json.dumps(line) + "\n").encode("ascii")
        with self._errors("the run stops here, so that nothing goes unrecorded"):
            descriptor = self._open()
            try:
                if os.write(descriptor, data) != len(data):
                    raise OSError(0, "only a part of the line fitted in")
            finally:
                os.close(descriptor)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @contextmanager
    def _errors(self, consequence: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateError(
                f"the audit log {self._path} cannot be written: {error.strerror or error}",
                detail=f"Every write to a console is noted there; {consequence}.",
                hint="Check the disk and the permissions, or name another file as [audit] path in dac.toml. Then run "
                "`dac plan`: it looks at the console and finds what was already done.",
            ) from error
