"""Where the terminal begins: colours, prompts, errors and exit codes."""

from __future__ import annotations

import functools
import os
import shlex
import signal
import sys
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

import typer

from dac.errors import ConfigError, DacError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from dac.views.human.palette import Palette

P = ParamSpec("P")
R = TypeVar("R")

ERROR = 1
CHANGES = 2


def bordered(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a command refuses to do into text on stderr and exit code 1; no traceback ever gets out this way."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            from dac.views.human.diagnostics import diagnostics_text

            say(diagnostics_text(error.diagnostics, palette=palette(sys.stderr)), stream=sys.stderr)
        except DacError as error:
            from dac.views.human.failure import error_text

            say(error_text(error, palette=palette(sys.stderr)), stream=sys.stderr)
        except KeyboardInterrupt:
            say("Interrupted.\n", stream=sys.stderr)
        except BrokenPipeError:  # somebody piped the output into `head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            where = f" {error.filename}" if error.filename else ""
            say(f"Error: the system refused{where}: {error.strerror or error}\n", stream=sys.stderr)
        stop(ERROR)

    return run


def say(text: str, *, stream: TextIO | None = None) -> None:
    """Write text as it is."""
    out = stream or sys.stdout
    if out is not None:  # a descriptor that the caller closed
        out.write(text)
        out.flush()


def stop(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at the other end; a closed descriptor has no other end."""
    return stream is not None and stream.isatty()


def palette(stream: TextIO | None) -> Palette:
    """Return the colours for a stream: FORCE_COLOR and NO_COLOR count, else whether it is a terminal."""
    from dac.views.human.palette import COLOURED, PLAIN

    if os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return COLOURED
    return COLOURED if is_terminal(stream) and os.environ.get("TERM") != "dumb" else PLAIN


def can_ask() -> bool:
    """Whether somebody can answer."""
    return is_terminal(sys.stdin) or bool(os.environ.get("DAC_ANSWERS_FROM_STDIN"))


def ask(prompt: str, *, otherwise: str = "add --auto-approve") -> bool:
    """Ask on the terminal; only `yes` is yes, and Ctrl+C is no. DacError where there is nobody to answer.

    `otherwise` is what the command takes instead of an answer, for the hint of that error.
    """
    if not can_ask():
        raise DacError(
            "nobody can be asked here: standard input is not a terminal",
            hint=otherwise,
        )
    say(prompt)
    patient = signal.signal(signal.SIGINT, signal.default_int_handler)  # nothing is in hand that could be finished
    try:
        answer = input()
    except EOFError:
        raise DacError("error asking for approval: EOF") from None
    except KeyboardInterrupt:
        say("\n")
        return False
    finally:
        signal.signal(signal.SIGINT, patient)
    return answer.strip() == "yes"


def command_line() -> str:
    """Return what was typed, for whoever meets the lock of this run."""
    return shlex.join(["dac", *sys.argv[1:]])
