"""Files of entries beside a stack: `entries_file = "vpn.csv"`, also .txt and .jsonl.

csv: a header with `value` and any of reason, owner, ticket, expires. txt: one value a line; `#` at the start of a
line or after white space begins a comment. jsonl: one object a line, with the keys of the csv header.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dac.config.documents import file_beside, read_text
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.position import SourcePosition
from dac.resources.validation import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import NoReturn

    from dac.model.diagnostic import Diagnostics

ENTRIES_FILE = "entries_file"
COLUMNS = ("value", "reason", "owner", "ticket", "expires")

Row = dict[str, Any]


@dataclass(slots=True)
class EntryRows:
    """The rows of one file, and the line each of them starts on. `path` is what people see."""

    path: str
    rows: list[Row] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


class _BadRowError(Exception):
    """One row, or the whole file, is not what it should be."""

    def __init__(self, line: int, summary: str, hint: str = "") -> None:
        super().__init__(summary)
        self.line, self.summary, self.hint = line, summary, hint


def entry_file(name: object, beside: str, root: Path) -> Path:
    """Return where `entries_file = name` in the file `beside` leads; ValueError when that is not in the project."""
    return file_beside(ENTRIES_FILE, name, beside, root)


def read_entries(path: Path, display: str, found: Diagnostics) -> EntryRows:
    """Read one file of entries. Bad rows are left out, each with a diagnostic of its own."""
    out = EntryRows(display)
    text = read_text(path, display, found)

    def report(error: _BadRowError) -> None:
        position = SourcePosition(display, error.line)
        found.add(Diagnostic(Severity.ERROR, "entries-file", error.summary, "", error.hint, position))

    if text is None:
        return out
    try:
        for line, raw in _READERS[path.suffix](text, report):
            try:
                out.rows.append(_row(line, raw))
                out.lines.append(line)
            except _BadRowError as error:
                report(error)
    except _BadRowError as error:
        report(error)
    return out


def _row(line: int, raw: Row) -> Row:
    row = {key: value for key, value in raw.items() if value != "" and value is not None}
    if "value" not in row:
        raise _BadRowError(line, "this row has no value")
    if "expires" in row:
        row["expires"] = _date(line, row["expires"])
    return row


def _date(line: int, text: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        raise _BadRowError(line, f"expires is {text!r}, a date such as 2027-03-31 is wanted") from None


def _check_columns(line: int, names: list[str], title: str) -> None:
    for name in names:
        if name not in COLUMNS:
            raise _BadRowError(line, f'unknown {title} "{name}"', did_you_mean(name, COLUMNS))


def _from_csv(text: str, report: Callable[[_BadRowError], None]) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in _next_row(reader) or ()]
    _check_columns(1, header, "column")
    if "value" not in header or len(set(header)) != len(header):
        hint = f"the first line is a header: {','.join(COLUMNS)} (all but value may be left out)"
        raise _BadRowError(1, "the header has no column `value`, or a column twice", hint)
    width = len(header)
    while True:
        line = reader.line_num + 1
        cells = _next_row(reader)
        if cells is None:
            return
        if len(cells) == width:
            yield line, dict(zip(header, map(str.strip, cells), strict=True))
        elif cells:
            hint = "put quotes around a text that has a comma in it"
            report(_BadRowError(line, f"this row has {len(cells)} cells, the header has {width}", hint))


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        line = getattr(reader, "line_num", 1)
        raise _BadRowError(line, f"this is not valid CSV: {error}") from None


def _from_text(text: str, _report: Callable[[_BadRowError], None]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(text.split("\n"), start=1):
        value = line.strip()
        if "#" in value:
            value = _without_comment(value)
        if value:
            yield number, {"value": value}


def _without_comment(line: str) -> str:
    if line.startswith("#"):
        return ""
    at = min((place for mark in (" #", "\t#") if (place := line.find(mark)) >= 0), default=len(line))
    return line[:at].rstrip()


def _from_json_lines(text: str, report: Callable[[_BadRowError], None]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, _json_object(number, line)
            except _BadRowError as error:
                report(error)


def _json_object(number: int, line: str) -> Row:
    hint = 'write one object a line: {"value": "203.0.113.7", "reason": "..."}'
    try:
        row = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _BadRowError(number, f"this is not a JSON object: {error}", hint) from None
    if not isinstance(row, dict):
        raise _BadRowError(number, "this is not a JSON object", hint)
    _check_columns(number, list(row), "key")
    return row


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_READERS = {".csv": _from_csv, ".txt": _from_text, ".jsonl": _from_json_lines}
