"""TOML files, read one by one: whatever is wrong with one of them, the others are still read."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

from dac.model.diagnostic import Diagnostic, Severity
from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.config.positions import Positions
    from dac.model.diagnostic import Diagnostics, KeyPath

_BYTE_ORDER_MARK = "\ufeff"
_KEY_TUPLE = re.compile(r"\((?:'[^']*',? ?)+\)")
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, eq=False)
class Document:
    """One file. `path` is what people see, `file` where it is; `has_variables` tells whether `${` occurs in it."""

    path: str
    file: str
    data: Mapping[str, Any]
    has_variables: bool = False

    def position(self, path: KeyPath, line_offset: int = 0) -> SourcePosition:
        """Return where `path` stands. The file is read and scanned again, so ask only for a finding."""
        return SourcePosition(self.path, self._positions.line(path, line_offset))

    @cached_property
    def _positions(self) -> Positions:
        from dac.config.positions import Positions

        try:
            with open(self.file, "rb") as stream:  # noqa: PTH123 - as in read_document
                text = stream.read().decode(errors="replace")
        except OSError:  # gone since it was read: line 1 has to do
            text = ""
        return Positions(text.removeprefix(_BYTE_ORDER_MARK))


def read_document(
    file: str | os.PathLike[str], display: str, found: Diagnostics, text: str | None = None
) -> Document | None:
    """Read one file, or what it is going to be (`text`); None when it cannot be used, with the reason in `found`."""
    text = read_text(file, display, found) if text is None else text.removeprefix(_BYTE_ORDER_MARK)
    if text is None:
        return None
    try:
        data = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        found.add(syntax_error(error, display))
    else:
        return Document(display, os.fspath(file), data, "${" in text)
    return None


def read_text(file: str | os.PathLike[str], display: str, found: Diagnostics) -> str | None:
    """Read UTF-8 text without its byte order mark; None, with the reason in `found`, when that is not what it is."""
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - a Path for each of 10,000 files costs more than reading it
            content = stream.read()
    except OSError as error:
        found.add(unreadable(display, error))
        return None
    try:
        return content.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        position = SourcePosition(display, content.count(b"\n", 0, error.start) + 1)
        hint = "save it as UTF-8 (this looks like UTF-16)" if b"\0" in content[:4] else "save it as UTF-8"
        found.add(Diagnostic(Severity.ERROR, "encoding", "this file is not UTF-8", "", hint, position))
        return None


FILE_KEYS = {"entries_file": (".csv", ".txt", ".jsonl"), "rule_xml": (".xml",)}
"""The keys whose value is the name of a file beside the stack file, and how such a name ends."""


_EXAMPLES = {"entries_file": "vpn.csv", "rule_xml": "beaconing.rule.xml"}


def file_digest(key: str, name: object, beside: str, root: Path) -> str:
    """Return a digest of the bytes of a file that a key names; '' when it cannot be read, which others report."""
    try:
        return hashlib.sha256(file_beside(key, name, beside, root).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""


def file_beside(key: str, name: object, beside: str, root: Path) -> Path:
    """Return where `key = name` in the file `beside` leads; ValueError when that is not such a file in the project."""
    suffixes = FILE_KEYS[key]
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f'{key} wants the path of a file, such as {key} = "{_EXAMPLES[key]}"')
    try:
        path = (Path(beside).parent / name).resolve()
        real_root = root.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the name
        raise ValueError(f"{key} = {name!r} leads nowhere") from None
    if not path.is_relative_to(real_root):
        raise ValueError(f'{key} = "{name}" leads out of the project, where a review would not see it change')
    if path.suffix not in suffixes:
        raise ValueError(f'{key} = "{name}": a name that ends in {", ".join(suffixes)} is wanted')
    return path


def toml_files(folder: str, display: str, found: Diagnostics) -> Iterator[tuple[str, str]]:
    """Yield the path and the printed path of every *.toml below `folder`, sorted; hidden ones are left out."""
    yield from _walk(folder, display, found, (os.path.realpath(folder),))


def unreadable(display: str, error: OSError) -> Diagnostic:
    summary = f"this cannot be read: {error.strerror or error}"
    return Diagnostic(Severity.ERROR, "unreadable", summary, position=SourcePosition(display))


def _walk(folder: str, display: str, found: Diagnostics, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        found.add(unreadable(display, error))
        return
    for entry in entries:
        shown = f"{display}/{entry.name}"
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir():
                yield from _descend(entry, shown, found, above)
            elif entry.name.endswith(".toml") and (entry.is_file() or entry.is_symlink()):
                yield entry.path, shown
        except OSError as error:
            found.add(unreadable(shown, error))


def _descend(
    entry: os.DirEntry[str], shown: str, found: Diagnostics, above: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    real = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
    if real in above:
        summary = "this link leads back into a folder that contains it"
        hint = "remove the link: its files are read already"
        found.add(Diagnostic(Severity.ERROR, "symlink-loop", summary, "", hint, SourcePosition(shown)))
        return
    yield from _walk(entry.path, shown, found, (*above, os.path.realpath(entry.path)))


def syntax_error(error: ValueError | RecursionError, display: str) -> Diagnostic:
    """Say what tomli found wrong: its own errors know their line, an integer of thousands of digits does not."""
    if isinstance(error, tomli.TOMLDecodeError):
        message, line = _plain(error.msg), error.lineno
    else:
        message, line = str(error), 1
    summary = f"this is not valid TOML: {message[:1].lower()}{message[1:]}"
    return Diagnostic(Severity.ERROR, "syntax", summary, position=SourcePosition(display, line))


def _plain(message: str) -> str:
    """Write `('detection', 'x')` as `[detection.x]`."""
    return _KEY_TUPLE.sub(lambda match: "[" + ".".join(_QUOTED.findall(match[0])) + "]", message)
