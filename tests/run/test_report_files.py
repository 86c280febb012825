"""A report is written whole, for its owner alone, and to whatever stands at its place."""

from __future__ import annotations

import os
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from dac.errors import DacError
from dac.run.reports import write_report

if TYPE_CHECKING:
    from pathlib import Path

OURS = '{"dac_version": "0.1.0"}\n'


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    write_report(tmp_path / "report.json", "{}\n")
    assert (tmp_path / "report.json").read_text() == "{}\n"
    assert (tmp_path / "report.json").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_no_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(DacError, match="No such file or directory"):
        write_report(tmp_path / "new/report.json", "{}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "report.json")
    write_report(tmp_path / "link", OURS)
    write_report(tmp_path / "link", "second")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "report.json").read_text() == "second"
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = Thread(target=lambda: read.append((tmp_path / "pipe").read_text()), daemon=True)
    reader.start()
    write_report(tmp_path / "pipe", "third")
    reader.join(10)
    assert (read, (tmp_path / "pipe").is_fifo()) == (["third"], True)


@pytest.mark.parametrize("text", ["[project]\n", "[1]", '{"name": "x"}', '{"dac_version"', "\ufeff{}"])
def test_what_dac_did_not_write_is_not_written_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "theirs").write_text(text)
    with pytest.raises(DacError, match="theirs is there, and dac did not write it"):
        write_report(tmp_path / "theirs", OURS)
    assert (tmp_path / "theirs").read_text() == text


def test_an_earlier_report_and_an_empty_file_are(tmp_path: Path) -> None:
    for text in (OURS, "", "\n"):
        (tmp_path / "report.json").write_text(text)
        write_report(tmp_path / "report.json", "{}\n")
        assert (tmp_path / "report.json").read_text() == "{}\n"


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DacError, match=r"the report cannot be written to .*report.json: "):
        write_report(tmp_path / "file/report.json", "{}")
