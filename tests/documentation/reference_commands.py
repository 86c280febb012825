"""The commands and their options, as the typer application declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markdown_pages import code, table
from typer.main import get_command

from dac.cli.app import application

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands() -> str:
    """Write a table of the commands, and one of the options that any of them takes."""
    every = list(_leaves("dac", get_command(application())))
    meanings: dict[str, dict[str, None]] = {}
    for _, command in every:
        for option in _options(command):
            meanings.setdefault(_written(option), {})[_meaning(option)] = None
    first = table(("command", "what it does", "options"), (_row(name, command) for name, command in every))
    rows = [(code(option), " / ".join(texts)) for option, texts in sorted(meanings.items())]
    return f"{first}\n{table(('option', 'meaning'), rows)}"


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        inner = getattr(command, "further", {})
    for word, below in inner.items():
        yield from _leaves(f"{name} {word}", below)


def _row(name: str, command: Any) -> tuple[str, str, str]:
    words = [one.metavar for one in command.params if one.param_type_name == "argument"]
    options = ", ".join(code(one.opts[0]) for one in _options(command))
    return code(" ".join([name, *words])), " ".join(command.help.split()), options


def _options(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "option"]


def _written(option: Any) -> str:
    flags = "/".join([option.opts[0], *option.secondary_opts])
    return flags if option.is_flag else f"{option.opts[0]} {option.metavar or option.name.upper()}"


def _meaning(option: Any) -> str:
    given = "" if option.is_flag or option.default in (None, "") else f" Default: `{option.default}`."
    return f"{option.help}{given}"
