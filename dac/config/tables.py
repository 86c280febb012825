"""What tables of dac.toml are made of."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class TokenTable(Strict):
    """Where a secret comes from."""

    env: str | None = None
    file: str | None = None
    command: str | list[str] | None = None


def bad_source(source: TokenTable, path: tuple[str, ...], noun: str) -> Iterator[Finding]:
    """What is wrong with the place a secret comes from; `noun` is what it is: "a token"."""
    given = [value for value in (source.env, source.file, source.command) if value is not None]
    if len(given) != 1 or not all(given):
        summary = f"{noun} comes from exactly one of env, file and command, and none of them may be empty"
        yield Finding("invalid-value", summary, path)
    if isinstance(source.command, str):
        try:
            shlex.split(source.command)
        except ValueError as error:
            hint = 'write it as a list: command = ["program", "argument"]'
            yield Finding(
                "invalid-value", f"command cannot be split into words: {error}", (*path, "command"), hint=hint
            )
