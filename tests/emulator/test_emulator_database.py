"""A database that cannot be used is said in words, with its path, before anything is served."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dac.emulator.server import Emulator, reset
from dac.emulator.switches import kept_settings
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _start(path: Path) -> None:
    with Emulator(path):
        pytest.fail("it is served")


USES = pytest.mark.parametrize("use", [_start, reset, kept_settings], ids=["serve", "reset", "settings"])


@USES
def test_a_file_that_is_no_database_is_named(tmp_path: Path, use: Callable[[Path], object]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes, and they are longer than a header.\n" * 9)
    with pytest.raises(DacError) as caught:
        use(path)
    assert caught.value.summary == f"the emulator's database {path} cannot be used: file is not a database"
    assert "move the file away" in caught.value.hint
    assert path.read_text().startswith("These are my notes")


@USES
def test_a_folder_in_the_place_of_a_database_is_named(tmp_path: Path, use: Callable[[Path], object]) -> None:
    with pytest.raises(DacError, match="cannot be used: unable to open database file"):
        use(tmp_path)


@USES
def test_a_database_that_may_not_be_written_is_refused_at_once(
    tmp_path: Path, use: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "console.db"
    path.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(DacError, match=r"console\.db cannot be written") as caught:
        use(path)
    assert "permissions" in caught.value.hint


def test_a_database_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    with Emulator(path):
        pass
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996  # the page that says which tables there are
    path.write_bytes(data)
    with pytest.raises(DacError, match="cannot be used: "):
        _start(path)
