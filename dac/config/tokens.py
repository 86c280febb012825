"""A console's token, read at the last moment. It is in no message, no log and no repr."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.config.settings import ConsoleSettings

COMMAND_TIMEOUT = 30.0
"""Seconds a token command may take."""

_AUTHORIZED_SERVICES = "copy the token from Admin > Authorized Services on the console"
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token and what is to be said about where it was kept."""

    value: str = field(repr=False)
    warnings: tuple[Diagnostic, ...] = ()


def read_token(
    console: ConsoleSettings, env: Mapping[str, str], *, folder: Path, timeout: float = COMMAND_TIMEOUT
) -> Token | None:
    """Return the token of `console`; None for an `emulator:` console, which makes its own.

    `folder` is where a command runs: the project's. DacError names the console and what to do, never the token.
    """
    source = console.token
    if source is None:
        return None
    if source.command:
        return Token(_checked(_from_command(console, source.command, folder, timeout), console, "its command printed"))
    if source.file:
        text, warnings = _from_file(console, source.file)
        return Token(_checked(text, console, f"{source.file} holds"), warnings)
    value = env.get(source.env)
    if value is None:
        raise DacError(
            f"the environment variable {source.env} is not set; it holds the token of console {console.name}",
            hint=f"set {source.env}, or change token under [console.{console.name}] in dac.toml",
        )
    return Token(_checked(value, console, f"{source.env} holds"))


def _checked(text: str, console: ConsoleSettings, where: str) -> str:
    token = text.strip()
    if not token:
        raise DacError(f"console {console.name}: {where} no token, only white space", hint=_AUTHORIZED_SERVICES)
    if not _VISIBLE_ASCII.fullmatch(token):
        raise DacError(
            f"console {console.name}: {where} something that cannot be a token (it has spaces or line ends)",
            hint=_AUTHORIZED_SERVICES,
        )
    return token


def _from_file(console: ConsoleSettings, file: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DacError(
            f"the token of console {console.name} cannot be read from {file}: {error.strerror or error}",
            hint=f"write the token there, or change token under [console.{console.name}] in dac.toml",
        ) from None
    except UnicodeDecodeError:
        raise DacError(f"the token file {file} of console {console.name} is not text") from None
    if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IRGRP):
        readers = "everybody" if mode & stat.S_IROTH else "its group"
        summary = f"the token of console {console.name} can be read by {readers} on this machine"
        hint = f"chmod 600 {shlex.quote(str(file))}"
        warning = Diagnostic(Severity.WARNING, "token-readable", summary, "", hint, SourcePosition(str(file)))
        return text, (warning,)
    return text, ()


def _from_command(console: ConsoleSettings, command: tuple[str, ...], folder: Path, timeout: float) -> str:
    """Run the command without a shell. Its error output goes to the terminal: it may ask for a touch or say why not."""
    program = command[0]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=timeout, check=False
        )
    except OSError as error:
        raise DacError(
            f"the token command of console {console.name} cannot be run: {program}: {error.strerror or error}",
            hint="it is run without a shell, in the project's folder: give a program in PATH, or its full path",
        ) from None
    except subprocess.TimeoutExpired:
        raise DacError(
            f"the token command of console {console.name} ({program}) was stopped after {timeout:g} s without an end",
            hint="run it by hand: it may be waiting for a log-in",
        ) from None
    if done.returncode != 0:
        raise DacError(
            f"the token command of console {console.name} ({program}) ended with exit code {done.returncode}",
            hint="its own message is above; run it by hand in the project's folder",
        )
    return done.stdout.decode(errors="replace")
