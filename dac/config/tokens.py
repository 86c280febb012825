"""A console's token, or a state server's password, read at the last moment. It is in no message, no log and no repr."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.config.origins import check_command, check_origin
from dac.errors import DacError
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.config.settings import ConsoleSettings, TokenSource

COMMAND_TIMEOUT = 30.0
"""Seconds a command that prints a secret may take."""

_AUTHORIZED_SERVICES = "copy the token from Admin > Authorized Services on the console"
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token and what is to be said about where it was kept."""

    value: str = field(repr=False)
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a secret is for: the `noun` of `owner`, written under `table` in dac.toml.

    origin: where a user gets one. url: where it will be sent; '' when the secret says so itself.
    """

    noun: str
    owner: str
    table: str
    origin: str
    url: str
    allowed: re.Pattern[str] = _ONE_LINE


def read_token(
    console: ConsoleSettings, env: Mapping[str, str], *, folder: Path, timeout: float = COMMAND_TIMEOUT
) -> Token | None:
    """Return the token of `console`; None for an `emulator:` console, which makes its own.

    `folder` is where a command runs: the project's. DacError names the console and what to do, never the token.
    """
    if console.token is None:
        return None
    owner, table = f"console {console.name}", f"console.{console.name}"
    purpose = Purpose("token", owner, table, _AUTHORIZED_SERVICES, console.url, _VISIBLE_ASCII)
    return read_secret(console.token, purpose, env, folder=folder, timeout=timeout)


def read_secret(
    source: TokenSource, purpose: Purpose, env: Mapping[str, str], *, folder: Path, timeout: float = COMMAND_TIMEOUT
) -> Token:
    """Return a secret from where `source` says; DacError names what it is for and what to do, never the secret.

    Where it may be sent, and whether a command may be run for it, is for the environment to say: see `origins`.
    """
    if purpose.url:
        check_origin(purpose.url, f"the {purpose.noun} of {purpose.owner}", env)
    if source.command:
        check_command(f"the {purpose.noun} of {purpose.owner}", env)
        return Token(_checked(_from_command(purpose, source.command, folder, timeout), purpose, "its command printed"))
    if source.file:
        text, warnings = _from_file(purpose, source.file)
        return Token(_checked(text, purpose, f"{source.file} holds"), warnings)
    value = env.get(source.env)
    if value is None:
        raise DacError(
            f"the environment variable {source.env} is not set; it holds the {purpose.noun} of {purpose.owner}",
            hint=f"set {source.env}, or change {purpose.noun} under [{purpose.table}] in dac.toml",
        )
    return Token(_checked(value, purpose, f"{source.env} holds"))


def _checked(text: str, purpose: Purpose, where: str) -> str:
    secret = text.strip()
    if not secret:
        raise DacError(f"{purpose.owner}: {where} no {purpose.noun}, only white space", hint=purpose.origin)
    if not purpose.allowed.fullmatch(secret):
        raise DacError(
            f"{purpose.owner}: {where} something that cannot be a {purpose.noun} (it has spaces or line ends)",
            hint=purpose.origin,
        )
    return secret


def _from_file(purpose: Purpose, file: Path) -> tuple[str, tuple[Diagnostic, ...]]:
    what = f"the {purpose.noun} of {purpose.owner}"
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DacError(
            f"{what} cannot be read from {file}: {error.strerror or error}",
            hint=f"write the {purpose.noun} there, or change {purpose.noun} under [{purpose.table}] in dac.toml",
        ) from None
    except UnicodeDecodeError:
        raise DacError(f"the {purpose.noun} file {file} of {purpose.owner} is not text") from None
    if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IRGRP):
        readers = "everybody" if mode & stat.S_IROTH else "its group"
        summary = f"{what} can be read by {readers} on this machine"
        hint = f"chmod 600 {shlex.quote(str(file))}"
        warning = Diagnostic(Severity.WARNING, "token-readable", summary, "", hint, SourcePosition(str(file)))
        return text, (warning,)
    return text, ()


def _from_command(purpose: Purpose, command: tuple[str, ...], folder: Path, timeout: float) -> str:
    """Run the command without a shell. Its error output goes to the terminal: it may ask for a touch or say why not."""
    program, what = command[0], f"the {purpose.noun} command of {purpose.owner}"
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=timeout, check=False
        )
    except OSError as error:
        raise DacError(
            f"{what} cannot be run: {program}: {error.strerror or error}",
            hint="it is run without a shell, in the project's folder: give a program in PATH, or its full path",
        ) from None
    except subprocess.TimeoutExpired:
        raise DacError(
            f"{what} ({program}) was stopped after {timeout:g} s without an end",
            hint="run it by hand: it may be waiting for a log-in",
        ) from None
    if done.returncode != 0:
        raise DacError(
            f"{what} ({program}) ended with exit code {done.returncode}",
            hint="its own message is above; run it by hand in the project's folder",
        )
    return done.stdout.decode(errors="replace")
