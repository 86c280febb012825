"""`dac fmt`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dac.cli.border import bordered, palette, say, stop

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Files or folders, or - for stdin; none means dac.toml and stacks/."),
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 3 when a file is not laid out so.")]
Diff = Annotated[bool, typer.Option("--diff", help="Print what changes.")]

BAD_SYNTAX = 2
UNFORMATTED = 3


@bordered
def fmt(paths: Paths = None, check: Check = False, diff: Diff = False) -> None:
    """Lay TOML files out evenly. Only white space changes: no value, no comment, no order."""
    from dac.errors import ConfigError

    try:
        changed = _stdin(check=check, diff=diff) if paths == ["-"] else _files(paths or [], check=check, diff=diff)
    except ConfigError as error:
        from dac.views.human.diagnostics import diagnostics_text

        say(diagnostics_text(error.diagnostics, palette=palette(sys.stderr)), stream=sys.stderr)
        stop(BAD_SYNTAX)
    stop(UNFORMATTED if check and changed else 0)


def _files(paths: list[str], *, check: bool, diff: bool) -> bool:
    from dac.run.formatting import layouts

    differing = [layout for layout in layouts(map(Path, paths), Path.cwd()) if layout.differs]
    for layout in differing:
        say(f"{layout.display}\n")
        if diff:
            say(_diff(layout.before, layout.after, layout.display))
        if not check:
            layout.write()
    return bool(differing)


def _stdin(*, check: bool, diff: bool) -> bool:
    from dac.run.formatting import layout_text

    text = sys.stdin.read()
    after = layout_text(text, "<stdin>")
    if diff:
        say(_diff(text, after, "<stdin>"))
    elif not check:
        say(after)
    return text != after


def _diff(before: str, after: str, name: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"old/{name}", f"new/{name}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
