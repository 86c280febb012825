"""Diagnostics for people: one clickable line each, what it means below, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Diagnostics, Severity
from dac.views.human.palette import PLAIN
from dac.views.human.quote import paragraph, visible
from dac.views.human.words import tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dac.model.diagnostic import Diagnostic
    from dac.views.human.palette import Palette

_ROLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "faint"}


def diagnostics_text(diagnostics: Iterable[Diagnostic], *, palette: Palette = PLAIN) -> str:
    """All of them by file and line, equal ones once, then the count line; '' when there are none."""
    items = Diagnostics(list(diagnostics)).sorted()
    if not items:
        return ""
    lines: list[str] = []
    for item in items:
        lines += [*_diagnostic(item, palette), ""]
    return "\n".join([*lines, f"{count_line(items)}."]) + "\n"


def count_line(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, leaving out what there is none of."""
    found = [item.severity for item in diagnostics]
    return tally({str(severity): found.count(severity) for severity in Severity})


def valid_text(stacks: int, resources: Mapping[str, int], *, palette: Palette = PLAIN) -> str:
    """What `validate` says when there is no error; `resources` counts declared resources by kind."""
    success = palette.paint("success", "Success!") + " The configuration is valid."
    return f"{success}\n\n{tally({'stack': stacks, **resources}) or 'There is nothing in it yet'}.\n"


def _diagnostic(item: Diagnostic, palette: Palette) -> Iterator[str]:
    where = visible(str(item.position)) if item.position else ""
    if not where and item.address:
        where = visible(str(item.address))
    label = palette.paint(_ROLES[item.severity], f"{item.severity}[{visible(item.code)}]")
    yield f"{where}{': ' if where else ''}{label}: {visible(item.summary)}"
    if item.position and item.address:
        yield f"  in {visible(str(item.address))}"
    if item.detail:
        yield from paragraph(item.detail)
    if item.hint:
        yield from _hint(item.hint)


def _hint(hint: str) -> Iterator[str]:
    first, *more = paragraph(hint, indent="")
    yield f"  hint: {first}"
    yield from (f"        {line}".rstrip() for line in more)
