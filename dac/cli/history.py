"""`dac history`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dac.cli import options
from dac.cli.border import bordered, is_terminal, palette, say
from dac.errors import DacError

if TYPE_CHECKING:
    from dac.model.history import PastApply
    from dac.state.history import History

ApplyId = Annotated[
    str | None, typer.Argument(metavar="[APPLY_ID]", help="One apply, or the beginning of its id; none: all.")
]
Xml = Annotated[
    str | None, typer.Option("--xml", metavar="ADDRESS", help="Print a rule's XML as it was before that apply.")
]


@bordered
def history(
    apply_id: ApplyId = None, console: options.ConsoleName = None, json: options.Json = False, xml: Xml = None
) -> None:
    """List the applies to a console, or show what one of them changed. Asks no console."""
    from dac.run.history import history_of
    from dac.run.scope import choose_console

    project, settings = choose_console(options.request(None, console, None), writes=False)
    kept = history_of(project, settings)
    if apply_id is None:
        if xml is not None:
            raise DacError("--xml needs the id of an apply", hint="`dac history` lists them")
        _list(kept, settings.name, settings.url, json=json)
        return
    past = kept.read(apply_id)
    if xml is not None:
        _print_xml(_xml_of(past, xml))
    elif json:
        from dac.views.machine.history import past_apply_json

        say(past_apply_json(past))
    else:
        from dac.views.human.history import past_apply_text

        say(past_apply_text(past, palette=palette(sys.stdout), limit=None))


def _list(kept: History, name: str, url: str, *, json: bool) -> None:
    from dac.model.plan import ConsoleRef

    applies, problems = kept.every()
    for problem in problems:
        say(f"Warning: {problem}\n", stream=sys.stderr)
    if json:
        from dac.views.machine.history import history_json

        say(history_json(ConsoleRef(name, url), applies))
    else:
        from dac.views.human.history import history_text

        say(history_text(ConsoleRef(name, url), applies))


def _print_xml(xml: str) -> None:
    """Byte for byte into a file or a pipe; on a terminal harmless to it."""
    if is_terminal(sys.stdout):
        from dac.views.human.quote import visible

        say(visible(xml, keep="\n\t") + "\n")
        return
    sys.stdout.buffer.write(xml.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _xml_of(past: PastApply, text: str) -> str:
    found = [change for change in past.changes if text in (str(change.address), change.address.local)]
    if len(found) == 1 and found[0].xml:
        return found[0].xml
    if len(found) != 1:
        what = "that apply changed nothing of that address" if not found else "several stacks have that address"
        hint = f"`dac history {past.run_id} --console {past.console.name}` shows what it changed"
        raise DacError(f"{text}: {what}", hint=hint)
    why = found[0].no_xml or "it was not there before, or is no rule"
    raise DacError(f"{text}: no XML of it is kept: {why}")
