"""What an import took over, and what it left."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from dac.views.human.quote import quoted, visible
from dac.views.human.words import counted, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.inventory import Imported, Skipped

MOST = 20
"""Lines of a list before the rest is counted. What the reader has to act on is never cut: it is said only once."""


def imported_text(done: Imported, *, dry_run: bool) -> str:
    """Say what was taken in, what needs a look, and what was left, in this order."""
    return "\n".join([*_taken(done, dry_run=dry_run), *_remarks(done), *_left(done), *_last(done)]) + "\n"


def _taken(done: Imported, *, dry_run: bool) -> Iterator[str]:
    counts = tally(Counter(address.kind for address in done.taken))
    if counts:
        verb = "Would take over" if dry_run else "Took over"
        yield f"{verb} {counts} into stack {visible(done.stack)}:"
        yield from _limited([f"  {visible(name)}" for name in done.files], "file")
    elif not done.recorded:
        yield "Nothing new to take over."
    comes = "would go" if dry_run else "went"
    for address in done.recorded:
        yield f"  {visible(str(address))} was declared already: it {comes} into the state"
        if address in done.identified:
            yield f"    and its uuid on this console {comes} into {visible(done.identified[address])}"
    if done.managed:
        yield f"{counted(done.managed, 'resource')} {'was' if done.managed == 1 else 'were'} managed already."


def _remarks(done: Imported) -> Iterator[str]:
    lines = [f"  {visible(str(a.local))}: {visible(note)}" for a, notes in done.taken.items() for note in notes]
    if lines:
        yield "\nWorth a look:"
        yield from lines
    if done.moving:
        yield "\nChanged on the console while it was read, and read again:"
        yield from _limited([f"  {quoted(name)}" for name in done.moving], "resource")


def _left(done: Imported) -> Iterator[str]:
    if done.left:
        yield "\nLeft alone (`dac list` names all):"
        yield from _reasons(done.left, most=MOST)
    if done.failed:
        yield f"\nWarning: {counted(len(done.failed), 'resource')} could not be taken over:"
        yield from _reasons(done.failed, most=len(done.failed))


def _reasons(skipped: Iterable[Skipped], most: int) -> Iterator[str]:
    """Those with the same reason together."""
    ordered = sorted(skipped, key=lambda one: (one.reason, one.kind, one.name))
    for reason, several in groupby(ordered, key=lambda one: one.reason):
        yield from _limited(
            [f"  {visible(one.kind).replace('_', ' ')} {quoted(one.name)}" for one in several], "resource", most
        )
        yield f"    {visible(reason)}"


def _last(done: Imported) -> Iterator[str]:
    if done.recorded:
        yield f"\n`dac plan {visible(done.stack)}` shows where the stack differs from what was found."
    elif done.taken:
        yield f"\n`dac plan {visible(done.stack)}` shows that nothing would change; then commit the files."


def _limited(lines: list[str], noun: str, most: int = MOST) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield f"  … and {counted(len(lines) - most, 'other ' + noun)}"
