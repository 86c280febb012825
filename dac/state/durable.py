"""Files that are either the old one or the new one, whenever the power goes."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from dac.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_UNFINISHED = ".tmp"


def replace_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Make `path` hold `data`, unless told otherwise for its owner alone.

    Readers see the old or the new bytes, never a mixture.
    """
    with _unfinished(path) as (descriptor, name):
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(name, path)  # noqa: PTH105 - `name` is text
    _sync_folder(path.parent)


def keep_copy(path: Path, copy: Path) -> None:
    """Make `copy` the file that `path` is now; `path` is there all the time. Nothing to do when it is not there."""
    if not path.exists():
        return
    try:
        with _unfinished(copy) as (descriptor, name):
            os.close(descriptor)
            os.unlink(name)  # noqa: PTH108 - only its unique name was wanted
            os.link(path, name)
            os.replace(name, copy)  # noqa: PTH105 - `name` is text
    except OSError:  # a file system without hard links; whatever else it is comes up again
        replace_file(copy, path.read_bytes())


def append_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Add lines that survive a power cut, to a file that is its owner's alone (0600)."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(descriptor, "ab") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def remove_unfinished(folder: Path, start: str) -> None:
    """Clear away what killed writers of files called `start`.anything left. Only who holds their lock may do so."""
    for leftover in folder.glob(f".{start}.*{_UNFINISHED}"):
        leftover.unlink(missing_ok=True)


@contextmanager
def file_errors(doing: str, path: Path) -> Iterator[None]:
    """Say an OSError as `cannot <doing> <path>: <why>`."""
    try:
        yield
    except OSError as error:
        raise StateError(
            f"cannot {doing} {path}: {error.strerror or error}",
            hint="What was stored before is untouched. Check the disk and the permissions, then run `dac plan`: "
            "it looks at the console and finds what was already done.",
        ) from error


@contextmanager
def _unfinished(path: Path) -> Iterator[tuple[int, str]]:
    """Offer a new file beside `path`; whatever is left of it at the end is removed."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_UNFINISHED)
    try:
        yield descriptor, name
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108 - `name` is text


def _sync_folder(folder: Path) -> None:
    """Make a rename last. Only POSIX systems can open a folder, and only they need it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
