"""What accepting drift writes: the lines of the files that change, and what follows from them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Protocol

from dac.views.human.palette import PLAIN
from dac.views.human.prompts import ANSWER
from dac.views.human.quote import visible
from dac.views.human.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.address import Address
    from dac.views.human.palette import Palette

CANCELLED = "Accept cancelled. Nothing was written.\n"
NOT_WRITTEN = "Dry run: nothing was written.\n"


class EditedFile(Protocol):
    """A file, with its text before and after."""

    @property
    def display(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


def acceptance_text(
    unchanged: Sequence[Address], files: Sequence[EditedFile], followers: Sequence[Address], *, palette: Palette = PLAIN
) -> str:
    """Say which addresses have nothing to accept, each file's changed lines, and what the next plan will change."""
    lines = [f"{visible(str(address))}: nothing was changed on the console that a plan would revert or holds.\n"
             for address in unchanged]  # fmt: skip
    parts = ["".join(lines)] if lines else []
    parts += ["".join(_difference(file, palette)) for file in files]
    if followers:
        named = ", ".join(visible(str(address)) for address in followers)
        parts.append(f"The next plan changes with it: {named}\n")
    return "\n".join(parts)


def accepted_text(addresses: Sequence[Address], files: Sequence[EditedFile]) -> str:
    """Say what was done."""
    return (
        f"Accepted what is on the console of {counted(len(addresses), 'resource')}; "
        f"{counted(len(files), 'file')} changed. The next plan has nothing to revert there.\n"
    )


def accept_prompt(*, palette: Palette = PLAIN) -> str:
    """The question before the files are written."""
    question = "Do you want to write this into the files?"
    return f"\n{palette.paint('heading', question)}\n  Only 'yes' will be accepted to approve.\n\n{ANSWER}"


def _difference(file: EditedFile, palette: Palette) -> Iterator[str]:
    before, after = (text.replace("\r\n", "\n").splitlines() for text in (file.before, file.after))
    for line in difflib.unified_diff(before, after, file.display, file.display, lineterm="", n=2):
        style = {"+": "create", "-": "delete"}.get(line[:1])
        shown = visible(line)
        yield (palette.paint(style, shown) if style else shown) + "\n"
