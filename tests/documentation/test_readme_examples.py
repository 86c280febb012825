from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_pages import README, ROOT, blocks, chapter
from typer.testing import CliRunner

from dac.cli.app import COMMANDS, application

if TYPE_CHECKING:
    from pathlib import Path

CONSOLES = """\
[project]
name = "acme-soc"
id = "0b8f6f0e-5a0c-4e1f-9f43-2f7f3b0f5f11"

[console.dev]
url = "emulator:state/emulator/dev.db"

"""


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose only stack is what the README shows piece by piece, with the console it shows."""
    text = README.read_text(encoding="utf-8")
    (tmp_path / "dac.toml").write_text(CONSOLES + blocks(chapter(text, "Using a real console"), "toml")[0])
    stack = tmp_path / "stacks" / "sign-ins" / "stack.toml"
    stack.parent.mkdir(parents=True)
    stack.write_text("\n".join(blocks(chapter(text, "Writing a stack"), "toml")))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_pieces_of_the_readme_are_a_valid_stack_on_every_console(example: Path) -> None:
    done = CliRunner().invoke(application(), ["validate"], catch_exceptions=False)
    assert done.output == (
        "Success! The configuration is valid.\n\n"
        "1 stack, 1 reference set, 4 custom properties, 1 building block, 3 detections, 1 vendor rule.\n"
    )


def test_they_can_be_applied_and_are_then_as_they_should_be(example: Path) -> None:
    applied = CliRunner().invoke(application(), ["apply", "--console", "dev", "--auto-approve"], catch_exceptions=False)
    assert "Apply complete! Resources: 1 adopted, 9 added, 1 changed, 0 destroyed." in applied.output
    assert (
        CliRunner()
        .invoke(application(), ["plan", "--console", "dev", "--detailed-exitcode"], catch_exceptions=False)
        .exit_code
        == 0
    )


def test_a_console_keeps_its_own_values(example: Path) -> None:
    planned = CliRunner().invoke(application(), ["plan", "--console", "dev"], catch_exceptions=False).output
    assert """"SignInCountry" IN ('CH')""" in planned
    assert "+ severity         = 3" in planned


def test_no_changelog_entry_names_a_command_that_is_not_there() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    named = {words.split()[0] for words in _dac_commands(changes)}
    assert named <= COMMANDS.keys()


def _dac_commands(text: str) -> list[str]:
    return [span.removeprefix("dac ") for span in text.split("`")[1::2] if span.startswith("dac ")]
