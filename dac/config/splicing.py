"""The text of a TOML file, cut and pasted at the places of its values."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from dac.config.array_text import changed_array
from dac.config.positions import Scan
from dac.config.writing import render_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.config.positions import Statement
    from dac.model.diagnostic import KeyPath

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_RESOURCE = 2  # the parts of a resource's path: its kind and its name


class Splices:
    """Collects what is to be replaced where, and makes the text of it. `tables` is what `text` says."""

    def __init__(self, text: str, tables: Mapping[str, Any]) -> None:
        self._text = text
        self._tables = tables
        scan = Scan(text)
        self._values = scan.values
        self._statements = scan.statements
        self._cuts: list[tuple[int, int, str]] = []
        self._rows: list[tuple[int, int, str]] = []  # of these, what has to follow any key that is put there

    def text(self) -> str:
        """Return the text after all of it; ValueError when two edits meet, unless both only take something out."""
        parts: list[str] = []
        at = 0
        only_cuts = True
        newline = "\r\n" if "\r\n" in self._text else "\n"
        for start, end, new in sorted([*self._cuts, *self._rows], key=lambda cut: cut[:2]):
            if start < at and (new or not only_cuts):
                raise ValueError("two of the differences stand in one place of the file")
            only_cuts = not new
            parts += [self._text[at:start], new.replace("\r\n", "\n").replace("\n", newline)]
            at = max(at, end)
        text = "".join([*parts, self._text[at:]])
        while text.endswith(newline * 2) and not self._text.endswith(newline * 2):
            text = text.removesuffix(newline)
        return text

    def put(self, path: KeyPath, value: Any) -> None:
        """Write a value: over the one that is there, or as a new key of its table."""
        if path in self._values:
            start, end = self._values[path]
            self._cuts.append((start, end, restyled(value, self._text[start:end])))
        elif any(self._within(path)):
            raise ValueError("it is a table of its own, which dac does not replace as a whole")
        else:
            self._add(path, value)

    def drop(self, path: KeyPath) -> None:
        """Take a key out with all that is below it."""
        found = list(self._within(path))
        if not found:
            self._rewrite_inline(path, None)
        headers = [at for at in found if self._statements[at].is_header]
        in_blocks = {inner for at in headers for inner in self._block(at)}
        for at in headers:
            self._cut_block(at)
        for at in found:
            if at not in in_blocks:
                one = self._statements[at]
                self._cuts.append((self._line_start(one.start), self._line_end(one.end), ""))

    def relist(self, path: KeyPath, dropped: Sequence[int], added: Sequence[Any]) -> None:
        """Take items of a list out, and append others."""
        if path in self._values:
            start, end = self._values[path]
            items = [self._values[*path, at] for at in range(len(self._at(path)))]
            if dropped and not added and len(dropped) == len(items):
                self.drop(path)
                return
            spans = [(begin - start, stop - start) for begin, stop in items]
            new = changed_array(self._text[start:end], spans, dropped, [render_value(item) for item in added])
            self._cuts.append((start, end, new))
            return
        for at in dropped:
            self.drop((*path, at))
        if added and not all(isinstance(item, dict) for item in added):
            self._add(path, list(added))
        elif added:
            self._append_rows(path, added, {inner for at in dropped for inner in self._within((*path, at))})

    def _append_rows(self, path: KeyPath, rows: Sequence[Mapping[str, Any]], going: set[int]) -> None:
        """Write rows below the last that stays, or else below all that is said of their table."""
        stays = [at for at in self._within(path) if at not in going]
        last = max(stays or [at for at in self._within(path[:-1]) if at not in going], default=None)
        if last is None:
            raise ValueError("its table is not in the file")
        headers = [one for one in self._statements if one.is_header and one.path[:-1] == path]
        title = self._text[headers[-1].start : headers[-1].end] if headers else f"[[{_dotted(path)}]]"
        is_tight = len(headers) > 1 and not self._is_blank_above(self._first_line(headers[-1].start))
        gap = "" if is_tight else "\n"
        text = "".join(f"{gap}{title}\n{_lines(row)}" for row in rows)
        self._rows.append(self._below(self._statements[last], text))

    def _add(self, path: KeyPath, value: Any) -> None:
        """Add a key below the last one of its table, however that is written; a table that is not there is dotted."""
        for length in range(len(path) - 1, _RESOURCE - 1, -1):
            home = self._home(path[:length])
            if home is not None:
                owner, last = home
                indent = self._text[self._line_start(last.start) : last.start]
                line = f"{indent}{_dotted(path[len(owner) :])} = {render_value(value)}\n"
                self._cuts.append(self._below(last, line))
                return
            if self.inline_around(path[:length]) is not None:
                self._rewrite_inline(path, value)
                return
        raise ValueError("its table is not in the file")

    def _home(self, table: KeyPath) -> tuple[KeyPath, Statement] | None:
        """Return the header under which keys of a table stand, and the last statement there."""
        owner: KeyPath = ()
        exact: Statement | None = None
        dotted: tuple[KeyPath, Statement] | None = None
        for one in self._statements:
            if one.is_header:
                owner = one.path
            if owner == table:
                exact = one
            elif not one.is_header and len(one.path) > len(table) > len(owner) and one.path[: len(table)] == table:
                dotted = (owner, one)
        return (table, exact) if exact else dotted

    def inline_around(self, path: KeyPath) -> KeyPath | None:
        """Return the key whose value, written in brackets, holds `path`."""
        ways = (path[:length] for length in range(1, len(path) + 1))
        return next((way for way in ways if way in self._values), None)

    def _rewrite_inline(self, path: KeyPath, value: Any) -> None:
        """Write a value in brackets anew, with one key in it set, or without it."""
        around = self.inline_around(path[:-1])
        if around is None:
            raise ValueError("it is not written in the file")
        whole = copy.deepcopy(self._at(around))
        node: Any = whole
        for part in path[len(around) : -1]:
            node = node.setdefault(part, {}) if isinstance(node, dict) else node[part]
        key: Any = path[-1]
        if not isinstance(node, dict | list):
            raise ValueError("it is no table there")  # noqa: TRY004 - one exception type for all that cannot be edited
        if value is None:
            del node[key]
        else:
            node[key] = value
        start, end = self._values[around]
        self._cuts.append((start, end, render_value(whole)))

    def _at(self, path: KeyPath) -> Any:
        node: Any = self._tables
        for part in path:
            node = node[part]
        return node

    def _within(self, path: KeyPath) -> Iterator[int]:
        """Yield the places of the statements that say something of `path`."""
        return (at for at, one in enumerate(self._statements) if one.path[: len(path)] == path)

    def _block(self, header: int) -> range:
        """Return the places of a header and of the keys below it."""
        following = range(header + 1, len(self._statements))
        return range(header, next((at for at in following if self._statements[at].is_header), len(self._statements)))

    def _cut_block(self, header: int) -> None:
        """Cut a header, the comments right above it, its keys, and the blank lines that set it off."""
        start = self._first_line(self._statements[header].start)
        end = self._line_end(self._statements[self._block(header)[-1]].end)
        if start == 0 or self._is_blank_above(start):
            while end < len(self._text) and not self._text[end : self._line_end(end)].strip():
                end = self._line_end(end)
        if end == len(self._text):
            while start and self._is_blank_above(start):
                start = self._line_start(start - 1)
        self._cuts.append((start, end, ""))

    def _first_line(self, header: int) -> int:
        """Return where the comments right above a header begin, or the header where there are none."""
        start = self._line_start(header)
        while start and self._text[self._line_start(start - 1) : start].lstrip().startswith("#"):
            start = self._line_start(start - 1)
        return start

    def _below(self, statement: Statement, text: str) -> tuple[int, int, str]:
        """Return what inserts lines below the line of a statement."""
        at = self._line_end(statement.end)
        return (at, at, text if self._text[:at].endswith("\n") else f"\n{text}")

    def _is_blank_above(self, start: int) -> bool:
        return start > 0 and not self._text[self._line_start(start - 1) : start].strip()

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Return the offset behind the newline that ends the line of `at`."""
        newline = self._text.find("\n", at)
        return len(self._text) if newline < 0 else newline + 1


def restyled(value: Any, old: str) -> str:
    """Return the TOML of a value in the quotes of the text that it replaces, where these can hold it."""
    if isinstance(value, str) and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value):
        for quotes in ("'''", '"""'):
            inside = "\\" in value and quotes == '"""'
            if old.startswith(quotes) and quotes not in value and not value.endswith(quotes[0]) and not inside:
                return quotes + ("\n" if re.match(r"...\r?\n", old) else "") + value + quotes
        if old.startswith("'") and not old.startswith("'''") and "'" not in value and "\n" not in value:
            return f"'{value}'"
    return render_value(value)


def _lines(row: Mapping[str, Any]) -> str:
    return "".join(f"{_dotted((key,))} = {render_value(value)}\n" for key, value in row.items())


def _dotted(path: KeyPath) -> str:
    """Return the keys of a path as TOML writes them; places in lists are not written."""
    keys = [part for part in path if isinstance(part, str)]
    return ".".join(key if _BARE.fullmatch(key) else render_value(key) for key in keys)
