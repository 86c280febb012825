"""`dac schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dac.cli.border import bordered, say


class Of(StrEnum):
    """The files there are a schema of."""

    STACK = "stack"
    PROJECT = "dac.toml"


What = Annotated[Of, typer.Argument(metavar="[stack|dac.toml]", help="Which file's; a stack's when left out.")]


@bordered
def schema(what: What = Of.STACK) -> None:
    """Print the JSON Schema of stack files or of dac.toml.

    Saved to a file, it makes editors that know Taplo complete and check: first line of a stack file `#:schema PATH`.
    """
    from json import dumps

    from dac.config.schema import project_schema, stack_schema

    made = stack_schema() if what is Of.STACK else project_schema()
    say(dumps(made, indent=2, ensure_ascii=False) + "\n")
