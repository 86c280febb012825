"""`dac init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dac.cli.border import bordered, say

Folder = Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where; this folder when left out.")]


@bordered
def init(folder: Folder = Path()) -> None:
    """Start a project: dac.toml with a random id, a first stack, and the embedded emulator as its console."""
    from dac.run.starting import init as start

    for path in start(folder):
        say(f"wrote {path}\n")
    say("\nThe project is ready. Try:\n    dac plan\n")
