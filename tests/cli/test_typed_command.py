"""A run loads and builds the command that was typed, and no other."""

from __future__ import annotations

import subprocess
import sys

from typer.main import get_command

from dac.cli.app import COMMANDS, application

LISTING = """\
import sys
from dac.__main__ import main
sys.argv = ["dac", "version"]
try:
    main()
finally:
    print("LOADED", *sorted(name for name in sys.modules if name.startswith("dac.cli.")))
"""


def test_a_command_is_loaded_without_the_others() -> None:
    done = subprocess.run([sys.executable, "-c", LISTING], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines()[-1].split()[1:] == [
        "dac.cli.app",
        "dac.cli.border",
        "dac.cli.options",
        "dac.cli.version",
    ], done.stderr


def test_a_command_alone_is_called_as_among_all() -> None:
    alone: dict[str, object] = {}
    for word in COMMANDS:
        alone |= vars(get_command(application(word)))["commands"]
    assert list(alone) == list(vars(get_command(application()))["commands"])
