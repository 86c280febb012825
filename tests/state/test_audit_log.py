from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from dac.errors import StateError
from dac.state.audit_log import AuditLog

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_are_added_and_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "audit.jsonl"
    AuditLog(path).require()
    for number in range(3):
        AuditLog(path).append({"number": number, "text": "ü\n"})
    assert [json.loads(line)["number"] for line in path.read_bytes().splitlines()] == [0, 1, 2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_is_one_write_to_a_file_that_is_only_appended_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    written: list[bytes] = []
    opening, writing = os.open, os.write

    def watched_open(path: Path, flags: int, mode: int) -> int:
        opened.append(flags)
        return opening(path, flags, mode)

    def watched_write(descriptor: int, data: bytes) -> int:
        written.append(data)
        return writing(descriptor, data)

    monkeypatch.setattr(os, "open", watched_open)
    monkeypatch.setattr(os, "write", watched_write)
    AuditLog(tmp_path / "audit.jsonl").append({"a": 1})
    assert [flags & os.O_APPEND for flags in opened] == [os.O_APPEND]
    assert written == [b'{"a": 1}\n']


def test_a_log_may_be_rotated_between_two_lines(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.append({"number": 1})
    (tmp_path / "audit.jsonl").rename(tmp_path / "audit.jsonl.1")
    log.append({"number": 2})
    assert (tmp_path / "audit.jsonl").read_text() == '{"number": 2}\n'


def test_a_log_that_cannot_be_written_says_where_it_is_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    log = AuditLog(tmp_path / "audit.jsonl")
    with pytest.raises(StateError) as refused:
        log.require()
    assert str(tmp_path / "audit.jsonl") in refused.value.summary
    assert "nothing was written to the console" in refused.value.detail
    assert "[audit] path" in refused.value.hint


def test_half_a_line_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda _, data: len(data) - 1)
    with pytest.raises(StateError, match="only a part of the line"):
        AuditLog(tmp_path / "audit.jsonl").append({"a": 1})
