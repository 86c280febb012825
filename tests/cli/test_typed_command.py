"""A run loads and builds the command that was typed, and no other."""

from __future__ import annotations

import subprocess
import sys

from typer.main import get_command

from dac.cli.app import COMMANDS, application

LISTING = """\
import sys
from dac.__main__ import main
sys.argv = ["dac", *sys.argv[1:]]
try:
    main()
finally:
    print("LOADED", *sorted(name for name in sys.modules if name.startswith("dac.")))
"""


def _loaded(word: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LISTING, word], capture_output=True, text=True, check=False, timeout=60
    )
    *_, last = done.stdout.splitlines()
    assert last.startswith("LOADED"), done.stderr
    return last.split()[1:]


def test_a_command_is_loaded_without_the_others() -> None:
    commands = [name for name in _loaded("version") if name.startswith("dac.cli.")]
    assert commands == ["dac.cli.app", "dac.cli.border", "dac.cli.options", "dac.cli.version"]


def test_help_is_the_command_line_alone() -> None:
    assert [name for name in _loaded("--help") if not name.startswith("dac.cli")] == ["dac.__main__", "dac.errors"]


def test_a_command_alone_is_called_as_among_all() -> None:
    alone: dict[str, object] = {}
    for word in COMMANDS:
        alone |= vars(get_command(application(word)))["commands"]
    assert list(alone) == list(vars(get_command(application()))["commands"])
