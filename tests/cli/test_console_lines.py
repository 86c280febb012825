"""What works on a console names it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_runs import Terminal

URL = "emulator:state/emulator/local.db"


@pytest.mark.parametrize(
    "words",
    [
        ("plan",),
        ("drift",),
        ("apply", "--auto-approve"),
        ("destroy", "--auto-approve"),
        ("emulator", "reset"),
        ("unlock", "some-run", "--force"),
    ],
    ids=" ".join,
)
def test_the_first_line_names_the_console(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal.dac("init").code == 0
    assert terminal.dac(*words).stdout.splitlines()[:2] == [f'Console "local" ({URL})', ""]
