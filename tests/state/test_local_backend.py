"""States as files: found again, guarded against other writers, and never taken for another's."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from state_samples import HOLDER, small_document

from dac.errors import StateError
from dac.model.plan import ConsoleRef
from dac.state import durable, journal
from dac.state.document import StateDocument
from dac.state.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

    from dac.state.backend import StateBackend


def first() -> StateDocument:
    return replace(small_document(), serial=1)


def changed(document: StateDocument, context: str = "c2") -> StateDocument:
    return journal.next_serial(replace(document, context_digest=context))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def backend(root: Path) -> StateBackend:
    return LocalBackend(root)


def test_every_stack_and_console_has_its_own_file(backend: StateBackend, root: Path) -> None:
    for stack, console in (("cloud", "prod"), ("cloud", "dev"), ("network", "dev")):
        backend.write(StateDocument(stack, ConsoleRef(console, "https://q"), "l-1", serial=1))
    (root / "emulator").mkdir()
    (root / "emulator" / "local.db").touch()
    (root / "notes.json").touch()
    with backend.lock("cloud", "dev", HOLDER, 0):
        found = [backend.stacks(console) for console in ("dev", "prod", "emulator")]
        assert found == [("cloud", "network"), ("cloud",), ()]
    assert backend.where("cloud", "dev") == str(root / "dev" / "cloud.json")


def test_the_document_before_is_kept_as_a_backup(backend: StateBackend, root: Path) -> None:
    backend.write(first())
    before = (root / "prod" / "cloud.json").read_bytes()
    backend.write(changed(first()))
    assert (root / "prod" / "cloud.json.backup").read_bytes() == before
    assert (root / "prod" / "cloud.json").read_bytes() != before


def test_a_backup_is_made_where_files_cannot_be_linked(
    backend: StateBackend,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(durable.os, "link", refuse)
    backend.write(first())
    before = (root / "prod" / "cloud.json").read_bytes()
    backend.write(changed(first()))
    assert (root / "prod" / "cloud.json.backup").read_bytes() == before


def test_nobody_else_may_read_a_state(backend: StateBackend, root: Path) -> None:
    with backend.lock("cloud", "prod", HOLDER, 0):
        backend.write(first())
        backend.write(changed(first()))
        backend.step("cloud", "prod", {"run_id": "run-1"})
        files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (root / "prod").iterdir()}
    assert files == dict.fromkeys(
        ("cloud.json", "cloud.json.backup", "cloud.lock", "cloud.lock.json", "cloud.steps.jsonl"),
        0o600,
    )


def written_at(path: Path) -> tuple[int, int, int]:
    """The file itself and its last write; not its last read, which looking at it changes."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def test_writing_the_same_content_writes_nothing(backend: StateBackend, root: Path) -> None:
    backend.write(first())
    before = written_at(root / "prod" / "cloud.json")
    assert backend.write(journal.next_serial(first())) == first()
    assert backend.write(first()) == first()
    assert written_at(root / "prod" / "cloud.json") == before
    assert not (root / "prod" / "cloud.json.backup").exists()


def test_a_write_is_refused_when_the_file_went_away_meanwhile(backend: StateBackend, root: Path) -> None:
    backend.write(first())
    (root / "prod" / "cloud.json").unlink()
    with pytest.raises(StateError) as caught:
        backend.write(changed(first()))
    assert "the state is gone" in caught.value.detail
    assert backend.read("cloud", "prod") is None


def test_a_broken_file_names_its_backup(backend: StateBackend, root: Path) -> None:
    backend.write(first())
    backend.write(changed(first()))
    path = root / "prod" / "cloud.json"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(StateError, match="is truncated: it ends after 200 bytes") as caught:
        backend.read("cloud", "prod")
    assert f"cp {path}.backup {path}" in caught.value.hint
    with pytest.raises(StateError, match="is truncated"):
        backend.write(changed(changed(first())))
    shutil.copy(f"{path}.backup", path)
    assert backend.read("cloud", "prod") == first()


def test_a_broken_file_without_a_backup_says_how_to_go_on(backend: StateBackend, root: Path) -> None:
    (root / "prod").mkdir(parents=True)
    (root / "prod" / "cloud.json").touch()
    with pytest.raises(StateError, match="is empty") as caught:
        backend.read("cloud", "prod")
    assert "There is no backup" in caught.value.hint


def test_a_full_disk_is_said_and_leaves_the_old_document(
    backend: StateBackend,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend.write(first())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(StateError, match=r"cannot write .*cloud\.json: No space left on device") as caught:
        backend.write(changed(first()))
    assert "dac plan" in caught.value.hint
    assert backend.read("cloud", "prod") == first()
    assert sorted(path.name for path in (root / "prod").iterdir()) == ["cloud.json", "cloud.json.backup"]


def test_a_folder_in_the_place_of_a_state_is_said(backend: StateBackend, root: Path) -> None:
    (root / "prod" / "cloud.json").mkdir(parents=True)
    with pytest.raises(StateError, match=r"cannot read .*cloud\.json: Is a directory"):
        backend.read("cloud", "prod")


def steps(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_steps_are_lines_of_one_run_and_the_run_before_is_put_aside(root: Path) -> None:
    journal_file = root / "prod" / "cloud.steps.jsonl"
    old = LocalBackend(root)
    with old.lock("cloud", "prod", HOLDER, 0):
        old.step("cloud", "prod", {"run_id": "run-1", "do": "POST /one"})
    with journal_file.open("a") as file:
        file.write('{"run_id": "run-1", "do": "cut by a k')
    new = LocalBackend(root)
    new.step("cloud", "prod", {"run_id": "run-2", "do": "POST /two"})
    new.step("cloud", "prod", {"run_id": "run-2", "do": "POST /three"})
    assert steps(journal_file) == [{"run_id": "run-2", "do": f"POST /{what}"} for what in ("two", "three")]
    assert "POST /one" in journal_file.with_suffix(".jsonl.1").read_text()


def test_a_resumed_run_goes_on_with_its_steps(root: Path) -> None:
    (root / "prod").mkdir(parents=True)
    for number in (1, 2):
        LocalBackend(root).step("cloud", "prod", {"run_id": "run-1", "number": number})
    assert steps(root / "prod" / "cloud.steps.jsonl") == [{"run_id": "run-1", "number": n} for n in (1, 2)]
