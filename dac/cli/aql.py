"""`dac aql check`, `dac aql filter` and `dac aql format`: for queries that stand in no stack."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli.border import ERROR, bordered, palette, say, stop
from dac.errors import AqlError, DacError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.context import Context

app = typer.Typer(name="aql", help="Read AQL without a console.", no_args_is_help=True, rich_markup_mode=None)


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


Files = Annotated[list[str] | None, typer.Argument(metavar="[FILE | -]...", help="Files of one query each.")]
File = Annotated[str, typer.Argument(metavar="[FILE | -]", help="A file of one query; standard input when left out.")]
ForConsole = Annotated[
    str | None, typer.Option("--console", metavar="NAME", help="Check against the catalogue of a console of dac.toml.")
]
Catalogue = Annotated[
    str | None, typer.Option("--catalogue", metavar="FILE", help="Check against a file of `dac console refresh`.")
]


@app.command("check")
@bordered
def check(
    files: Files = None,
    form: Annotated[Format, typer.Option("--format", help="How to say it.")] = Format.TEXT,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"aql": ...} a line, write one result a line.')] = False,
    rule: Annotated[bool, typer.Option("--rule", help="The text is a rule's filter.")] = False,
    console: ForConsole = None,
    catalogue: Catalogue = None,
) -> None:
    """Parse and lint queries. Exit 0: no error, 1: errors; with --jsonl the lines say it, and it is 0."""
    from dac.aql.lint.context import Context, Target
    from dac.aql.lint.engine import lint

    target = Target.RULE if rule else Target.QUERY
    context = _surroundings(console, catalogue, Context(target=target))
    names = files or ["-"]
    if jsonl:
        from dac.aql.lint.jsonl import results

        for line in results((line for name in names for line in read(name).split("\n")), context):
            say(line + "\n")
        return
    reports = {_shown(name): lint(read(name), context) for name in names}
    if form is Format.TEXT:
        from dac.views.human.lint import reports_text

        say(reports_text(reports, palette=palette(sys.stdout)))
    else:
        from dac.views.machine.lint import reports_github, reports_json, reports_sarif

        say({"json": reports_json, "sarif": reports_sarif, "github": reports_github}[form](reports))
    stop(ERROR if any(report.has_errors for report in reports.values()) else 0)


@app.command("filter")
@bordered
def show_filter(file: File = "-", console: ForConsole = None, catalogue: Catalogue = None) -> None:
    """Show the rule filter that a query or a condition compiles to, and what it leaves out."""
    from dac.aql.lint.context import Context
    from dac.aql.parsing import parse, parse_condition
    from dac.aql.rule_filter import rule_filter
    from dac.resources.shipped_names import catalogued_names

    names = catalogued_names(_surroundings(console, catalogue, Context()).vocabulary)
    text = read(file)
    words = text.split(maxsplit=1)
    with naming(file):
        source = parse(text) if words and words[0].upper() == "SELECT" else parse_condition(text)
        compiled = rule_filter(source, log_source_type_id=names.log_source_type_id)
    say("\n".join(compiled.lines) + "\n")
    for dropped in compiled.dropped:
        say(f"left out: {dropped}\n", stream=sys.stderr)


@app.command("format")
@bordered
def pretty(
    files: Files = None,
    checking: Annotated[bool, typer.Option("--check", help="Write nothing; exit 3 when a file would change.")] = False,
) -> None:
    """Lay queries out, comments kept. Files are rewritten and named, standard input is answered."""
    from dac.aql.printing import format_query

    changed = []
    for name in files or ["-"]:
        text = read(name)
        with naming(name):
            laid_out = format_query(text)
        if name == "-" and not checking:
            say(laid_out)
        elif laid_out != text:
            changed.append(name)
            if not checking:
                Path(name).write_text(laid_out, encoding="utf-8")
    say("".join(f"{name}\n" for name in changed))
    stop(UNFORMATTED if checking and changed else 0)


def _surroundings(console: str | None, catalogue: str | None, context: Context) -> Context:
    """Return the context with what is known of a console; as it is when none is named."""
    if console is not None and catalogue is not None:
        raise DacError("--console and --catalogue are two ways to say the same", hint="leave one of them out")
    if console is None and catalogue is None:
        return context
    from dac.run.bare_queries import for_catalogue, for_console

    if catalogue is not None:
        return for_catalogue(Path(catalogue), context)
    from dac.cli import options

    return for_console(options.request(None, console, None), context)


UNFORMATTED = 3
"""Terraform's exit code for `fmt -check`."""


def _shown(name: str) -> str:
    """Return a file's name as a report should have it: from here on, where it lies below; GitHub shows no other."""
    path = Path(name)
    below = path.is_absolute() and path.is_relative_to(Path.cwd())
    return path.relative_to(Path.cwd()).as_posix() if below else name


def read(name: str) -> str:
    """Return the text of a file, or of standard input for `-`."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DacError(f"{name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DacError(f"{name} is not UTF-8 text", hint="save it as UTF-8") from error


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Say in an AqlError which file it is about."""
    try:
        yield
    except AqlError as error:
        where = f"{name}:{error.line}:{error.column}"
        raise DacError(f"{where}: [{error.code}] {error.summary}", detail=error.detail, hint=error.hint) from error
