"""The line on which a value of a TOML file stands.

tomli reads a file fast and forgets where things were. This scan runs only when a diagnostic needs a line, so a run
without findings never pays for it. It takes text that tomli has accepted and does not check it again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tomli

if TYPE_CHECKING:
    from dac.model.diagnostic import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[^\s.=\[\]\"'{},#]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
# Up to two more quotes may stand directly before the closing three: they belong to the text.
_STRING = re.compile(
    r'"""(?:[^"\\]+|\\.|"(?!""))*"{3,5}'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
# What TOML drops at the start of a multi-line text: one newline; after a backslash, all white space.
_OPENING = re.compile(r"""\"{3}(?:\r?\n)?\\[ \t]*\r?\n\s*|(?:\"{3}|'{3})(?:\r?\n)?""")

Extent = tuple[int, int]
"""Offsets of where a value starts and where it ends; of a text, its first and last character's."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A header, or a key with its value, that is in no bracket: from its first character to behind its last."""

    path: KeyPath
    start: int
    end: int
    is_header: bool


class Positions:
    """The lines of one TOML text, by key path.

    A key stands where it is written, a table at its header, an element of an array where the element starts, and
    a multi-line text where its first line of content is.
    """

    def __init__(self, text: str) -> None:
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._extents = Scan(text).extents

    def __contains__(self, path: KeyPath) -> bool:
        return path in self._extents

    def line(self, path: KeyPath, line_offset: int = 0) -> int:
        """Line from 1 of `path`, or of the nearest table around it that is there.

        `line_offset` counts lines within a multi-line text and never leads out of it.
        """
        while path and path not in self._extents:
            path, line_offset = path[:-1], 0
        start, end = self._extents.get(path, (0, 0))
        return min(self._line_at(start) + line_offset, self._line_at(end))

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._newlines, offset - 1) + 1


class Scan:
    """One pass over the text.

    extents: what `Positions` tells. values: where each value is written, from its first character to behind its
    last. statements: in the order of the text; the paths of `[[rows]]` hold their index.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._last_index: dict[KeyPath, int] = {}  # of each array of tables
        self.extents: dict[KeyPath, Extent] = {}
        self.values: dict[KeyPath, Extent] = {}
        self.statements: list[Statement] = []
        # The text may have changed on disk since tomli read it: then what was found so far has to do.
        with suppress(IndexError, tomli.TOMLDecodeError):
            self._document()

    def _document(self) -> None:
        table: KeyPath = ()
        self._skip_blank()
        while self._at < len(self._text):
            start = self._at
            is_header = self._text[start] == "["
            if is_header:
                path = table = self._header()
            else:
                path = self._key_and_value(table)
            self.statements.append(Statement(path, start, self._at, is_header))
            self._skip_blank()

    def _header(self) -> KeyPath:
        start = self._at
        double = self._text.startswith("[[", start)
        self._at += 2 if double else 1
        self._skip_blank()
        keys = self._dotted_key()
        self._at += 2 if double else 1
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._enter((*path, key), start)
        path = (*path, keys[-1])
        if not double:
            self.extents[path] = (start, start)
            return path
        self._last_index[path] = self._last_index.get(path, -1) + 1
        return self._enter(path, start)

    def _enter(self, path: KeyPath, start: int) -> KeyPath:
        """Note an implied table, and step into the last element where it is an array of tables."""
        self.extents.setdefault(path, (start, start))
        if path in self._last_index:
            path = (*path, self._last_index[path])
            self.extents.setdefault(path, (start, start))
        return path

    def _key_and_value(self, table: KeyPath) -> KeyPath:
        start = self._at
        path = table
        for key in self._dotted_key():
            path = (*path, key)
            self.extents.setdefault(path, (start, start))
        self._at += 1  # the equals sign
        self._skip_blank()
        self._value(path, start)
        return path

    def _dotted_key(self) -> list[str]:
        keys = []
        while True:
            keys.append(self._key())
            self._skip_blank()
            if self._text[self._at] != ".":
                return keys
            self._at += 1
            self._skip_blank()

    def _key(self) -> str:
        bare = _BARE_KEY.match(self._text, self._at)
        if bare:
            self._at = bare.end()
            return bare[0]
        quoted = self._match(_STRING)
        return next(iter(tomli.loads(f"{quoted} = 0")))

    def _value(self, path: KeyPath, start: int) -> None:
        begin, first = self._at, self._text[self._at]
        if first in "\"'":
            self.extents[path] = self._string(start)
        elif first == "[":
            self.extents[path] = (start, start)
            self._array(path)
        elif first == "{":
            self.extents[path] = (start, start)
            self._inline_table(path)
        else:
            self.extents[path] = (start, start)
            self._at = begin + len(self._match(_SCALAR).rstrip())
        self.values[path] = (begin, self._at)

    def _string(self, start: int) -> Extent:
        opening = _OPENING.match(self._text, self._at)
        self._match(_STRING)
        if not opening:
            return (start, start)
        closing = self._at - 3
        return (min(opening.end(), closing), closing)

    def _array(self, path: KeyPath) -> None:
        index = 0
        while self._next_item("]"):
            self._value((*path, index), self._at)
            index += 1

    def _inline_table(self, path: KeyPath) -> None:
        while self._next_item("}"):
            self._key_and_value(path)

    def _next_item(self, closing: str) -> bool:
        """Step over the opening bracket or a comma; False when `closing` was reached, which is stepped over too."""
        if self._text[self._at] in "[{,":
            self._at += 1
        self._skip_blank()
        if self._text[self._at] == ",":
            self._at += 1
            self._skip_blank()
        if self._text[self._at] != closing:
            return True
        self._at += 1
        return False

    def _skip_blank(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if not found:
            raise IndexError(self._at)
        self._at = found.end()
        return found[0]
