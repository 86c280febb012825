"""The use case `fmt`: which files there are to lay out, and what each would become."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dac.config.documents import read_text, syntax_error, toml_files
from dac.config.formatting import format_toml
from dac.config.project import find_project_file
from dac.errors import ConfigError, DacError
from dac.model.diagnostic import Diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Layout:
    """A file (`display` is what people see) as it is and as it ought to be."""

    file: Path
    display: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether a byte would change: line ends and a byte order mark are layout, too."""
        return self.file.read_bytes() != self.after.encode()

    def write(self) -> None:
        """Replace the file at once: a reader sees the old one or the new one."""
        beside = self.file.with_name(f".{self.file.name}.dac-fmt")
        beside.write_bytes(self.after.encode())
        beside.chmod(self.file.stat().st_mode)
        beside.replace(self.file.resolve())


def layouts(paths: Iterable[Path], folder: Path) -> list[Layout]:
    """Lay out files and the *.toml files below folders; without any, dac.toml and the stacks of the project.

    ConfigError holds what cannot be read as TOML; then nothing is returned, so nothing is written.
    """
    found = Diagnostics()
    made = [layout for path in list(paths) or _of_project(folder) for layout in _below(path, folder, found)]
    if found.sorted():
        raise ConfigError(found.sorted())
    return made


def layout_text(text: str, display: str) -> str:
    """Return one text laid out; ConfigError when it is not TOML."""
    try:
        return format_toml(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError([syntax_error(error, display)]) from error


def _of_project(folder: Path) -> list[Path]:
    file = find_project_file(folder)
    return [file, *(path for path in (file.parent / "stacks",) if path.is_dir())]


def _below(path: Path, folder: Path, found: Diagnostics) -> Iterator[Layout]:
    absolute = folder / path
    shown = absolute.relative_to(folder).as_posix() if absolute.is_relative_to(folder) else str(path)
    if not absolute.exists():
        raise DacError(f"{path} is not there", hint="name files or folders; none means dac.toml and stacks/")
    files = toml_files(os.fspath(absolute), shown, found) if absolute.is_dir() else [(os.fspath(absolute), shown)]
    for file, display in files:
        text = read_text(file, display, found)
        if text is None:
            continue
        try:
            yield Layout(Path(file), display, text, format_toml(text))
        except (ValueError, RecursionError) as error:
            found.add(syntax_error(error, display))
