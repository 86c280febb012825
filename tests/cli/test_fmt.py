"""`dac fmt` as Terraform's: names what it changed, exits 3 for --check and 2 for what is no TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Terminal

BAD = "[detection.x]\nname=1\n"
GOOD = "[detection.x]\nname = 1\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "stacks/first").mkdir(parents=True)
    (tmp_path / "dac.toml").write_text("[project]\n")
    (tmp_path / "stacks/first/bad.toml").write_text(BAD)
    (tmp_path / "stacks/first/good.toml").write_text(GOOD)
    return tmp_path


def test_files_of_the_project_are_laid_out_and_the_changed_ones_named(terminal: Terminal, project: Path) -> None:
    ran = terminal.dac("fmt")
    assert (ran.code, ran.stdout, ran.stderr) == (0, "stacks/first/bad.toml\n", "")
    assert (project / "stacks/first/bad.toml").read_text() == GOOD
    assert terminal.dac("fmt").stdout == ""


def test_check_writes_nothing_and_exits_3(terminal: Terminal, project: Path) -> None:
    assert terminal.dac("fmt", "--check").code == 3
    assert (project / "stacks/first/bad.toml").read_text() == BAD
    assert terminal.dac("fmt", "--check", "stacks/first/good.toml").code == 0


def test_diff_shows_what_changes(terminal: Terminal, project: Path) -> None:
    ran = terminal.dac("fmt", "--check", "--diff", "stacks")
    name = "stacks/first/bad.toml"
    assert ran.stdout == (
        f"{name}\n--- old/{name}\n+++ new/{name}\n@@ -1,2 +1,2 @@\n [detection.x]\n-name=1\n+name = 1\n"
    )


def test_one_file_that_is_no_toml_leaves_all_as_they_are(terminal: Terminal, project: Path) -> None:
    (project / "stacks/first/broken.toml").write_text("a = 1\nb =\n")
    ran = terminal.dac("fmt")
    assert ran.code == 2
    assert "stacks/first/broken.toml:2:" in ran.stderr
    assert (project / "stacks/first/bad.toml").read_text() == BAD


def test_stdin_goes_to_stdout(terminal: Terminal) -> None:
    ran = terminal.dac("fmt", "-", given=BAD)
    assert (ran.code, ran.stdout) == (0, GOOD)
    assert terminal.dac("fmt", "--check", "-", given=BAD).code == 3
    assert terminal.dac("fmt", "-", given="a = ").code == 2


def test_line_ends_are_layout_and_a_link_stays_one(terminal: Terminal, project: Path) -> None:
    (project / "stacks/first/good.toml").write_bytes(GOOD.replace("\n", "\r\n").encode())
    (project / "stacks/first/link.toml").symlink_to("bad.toml")
    ran = terminal.dac("fmt", "stacks/first/good.toml", "stacks/first/link.toml")
    assert ran.stdout.splitlines() == ["stacks/first/good.toml", "stacks/first/link.toml"]
    assert (project / "stacks/first/good.toml").read_bytes() == GOOD.encode()
    assert (project / "stacks/first/link.toml").is_symlink()
    assert (project / "stacks/first/bad.toml").read_text() == GOOD


def test_a_path_that_is_not_there_is_said(terminal: Terminal, project: Path) -> None:
    ran = terminal.dac("fmt", "stacks/none.toml")
    assert ran.code == 1
    assert "stacks/none.toml is not there" in ran.stderr
