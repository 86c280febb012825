"""What is said when a state is written by hand: moved, forgotten, pushed, rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dac.views.human.palette import PLAIN
from dac.views.human.prompts import ANSWER
from dac.views.human.quote import visible
from dac.views.human.words import console_line, console_name, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from dac.model.address import Address
    from dac.model.plan import ConsoleRef
    from dac.model.resource import Recorded
    from dac.views.human.palette import Palette

REBUILD_CANCELLED = "Rebuild cancelled.\n"


class Written(Protocol):
    """A state that was written: its stack and new serial, and where what was there before lies."""

    @property
    def stack(self) -> str: ...
    @property
    def serial(self) -> int: ...
    @property
    def copy(self) -> Path | None: ...


class StateFile(Protocol):
    """A state in a file."""

    @property
    def stack(self) -> str: ...
    @property
    def serial(self) -> int: ...
    @property
    def resources(self) -> object: ...


def edited_text(
    pairs: Sequence[tuple[Address, Address | None]],
    written: Sequence[Written],
    console: ConsoleRef,
    display: Callable[[Path], str],
) -> str:
    """Each address with the one it has now, and what was written; nothing written was a dry run."""
    verbs = ("Moved", "Forgot") if written else ("Would move", "Would forget")
    lines = [
        f"{verbs[0]} {visible(str(old))} to {visible(str(new))}" if new else f"{verbs[1]} {visible(str(old))}"
        for old, new in pairs
    ]
    said = written_text(written, display) or "Nothing was written.\n"
    line = console_line(console)
    return "\n".join([line, "", *lines, "", said, line, ""])


def pushed_text(
    document: StateFile,
    written: Written | None,
    console: ConsoleRef,
    display: Callable[[Path], str],
    *,
    dry_run: bool,
) -> str:
    """What was stored, or why nothing was."""
    name = f"the state of stack {visible(document.stack)}"
    if written is not None:
        said = written_text([written], display)
    elif dry_run:
        said = f"Would store {name}. Nothing was written.\n"
    else:
        said = f"Nothing to do: {name} there is this one, serial {document.serial}.\n"
    return f"{console_line(console)}\n\n{said}\n{console_line(console)}\n"


def written_text(written: Iterable[Written], display: Callable[[Path], str]) -> str:
    """A line a state, with where the one before it lies."""
    return "".join(
        f"The state of stack {visible(one.stack)} has serial {one.serial} now"
        + (f"; the one before is kept in {visible(display(one.copy))}.\n" if one.copy else ".\n")
        for one in written
    )


def rebuild_text(
    found: Sequence[tuple[Recorded, bool]],
    others: Sequence[Address],
    absent: Sequence[Address],
    kept: int,
    broken: Sequence[str],
) -> str:
    """What a rebuild will record, and what it will not."""
    return "".join(f"{line}\n" for line in _rebuild_lines(found, others, absent, kept, broken)) + "\n"


def _rebuild_lines(
    found: Sequence[tuple[Recorded, bool]],
    others: Sequence[Address],
    absent: Sequence[Address],
    kept: int,
    broken: Sequence[str],
) -> Iterator[str]:
    for stack in broken:
        yield f"The state of stack {visible(stack)} cannot be read. It will be kept in a file and replaced."
    if found:
        yield f"{counted(len(found), 'resource')} on the console will be recorded; nothing there is changed:"
    for record, same in sorted(found, key=lambda pair: pair[0].address):
        note = "" if same else "  (differs from the stack: the next plan shows how)"
        yield f"  + {visible(str(record.address))}{note}"
    if others:
        yield "Left out, because no uuid and no marker says that they are this project's (see `dac plan`):"
        yield from (f"    {visible(str(address))}" for address in others)
    if absent:
        yield f"Declared and not on the console: {counted(len(absent), 'resource')}."
    if kept:
        yield f"Recorded already: {counted(kept, 'resource')}."
    if not found and not broken:
        yield "There is nothing to record."


def rebuild_prompt(console: ConsoleRef, *, palette: Palette = PLAIN) -> str:
    """The question before a state is rebuilt."""
    question = f"Do you want to write this state for console {console_name(console)}?"
    return f"{palette.paint('heading', question)}\n  Only 'yes' will be accepted to approve.\n\n{ANSWER}"
