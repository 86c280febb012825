"""Transcripts in a page: what was typed is taken from it, typed again, and what comes of it is written below."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dac_on_path import dac_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT = "8443"
SERVING = "Press Ctrl+C"
SECONDS = 120


class Terminal:
    """A shell in a project's folder. `port` is where a served emulator really listens; pages say 8443."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = str(_free_port())
        self._served: subprocess.Popen[str] | None = None

    def typed(self, commands: list[str]) -> str:
        """Type commands one after another and return the transcript of them, as a block of a page."""
        return "".join(["```console\n", *(f"$ {command}\n{self._answer(command)}" for command in commands), "```\n"])

    def close(self) -> None:
        """Stop what is being served."""
        if self._served is not None:
            self._served.terminate()
            self._served.communicate(timeout=SECONDS)

    def _answer(self, command: str) -> str:
        said = self._serve() if command == "dac emulator serve" else self._run(command.replace(PORT, self._port))
        said = said.replace(self._port, PORT).replace(str(self._folder), "/home/you/dac")
        return re.sub(r"after \d+s", "after 1s", said)

    def _run(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return done.stdout

    def _serve(self) -> str:
        command = ["dac", "emulator", "serve", "--port", self._port]
        self._served = subprocess.Popen(
            command, cwd=self._folder, env=_environment(), stdout=subprocess.PIPE, text=True
        )
        lines = []
        for line in self._served.stdout or ():
            lines.append(line)
            if SERVING in line:
                break
        return "".join(lines)


def commands_of(transcript: str) -> list[str]:
    """Return what was typed in a transcript."""
    return re.findall(r"^\$ (.*)$", transcript, re.MULTILINE)


@contextmanager
def terminal(folder: Path) -> Iterator[Terminal]:
    """Open a terminal; whatever it still serves ends with it."""
    opened = Terminal(folder)
    try:
        yield opened
    finally:
        opened.close()


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(dac_folder()), str(Path(sys.executable).parent), os.environ["PATH"]])
    return dict(os.environ) | {"PATH": path, "NO_PROXY": "*"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
