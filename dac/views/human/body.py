"""The tree of a value as text: signs in a column of their own, `=` aligned, as Terraform prints them."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from dac.views.human.difference import Shape
from dac.views.human.palette import PLAIN
from dac.views.human.quote import key, quoted, scalar, visible
from dac.views.human.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.views.human.difference import Node
    from dac.views.human.palette import Palette

CONTEXT = 2  # lines around a changed line of a text
LIMIT = 20  # elements of one list or table; the rest is counted
_ENTRIES = "entries"  # the one table whose keys are values: reference set entries, with their notes
_SPOKEN = {"+": "to add", "-": "to remove", "~": "to change", " ": "unchanged"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How bodies are printed. limit: None prints every element. labels: what to say beside a uuid."""

    palette: Palette = PLAIN
    limit: int | None = LIMIT
    labels: Mapping[str, str] = field(default_factory=dict)


def fields(node: Node, layout: Layout, *, column: int, gone: bool = False) -> Iterator[str]:
    """The rows of a resource's own table, their signs in `column`; a resource's fields are never cut short.

    `gone` ends what is removed with `-> null`, as Terraform does one level below the resource.
    """
    width = max((len(key(name)) for name, _ in node.children), default=0)
    for name, child in node.children:
        tail = " -> null" if gone and child.sign == "-" else ""
        label = f"{key(name):<{width}} = "
        yield from (_aside(layout, column - 2, remark) for remark in child.remarks)
        yield from _value(label, child, layout, column, tail=tail, noun=_noun(name))
    if node.hidden:
        noun = "more field" if node.sign == "-" else "unchanged field"
        yield _aside(layout, column, f"({counted(node.hidden, noun)} hidden)")


def _noun(name: str) -> str:
    return "entry" if name == _ENTRIES else "field"


def _value(
    label: str, node: Node, layout: Layout, column: int, *, tail: str = "", noun: str = "field"
) -> Iterator[str]:
    """One labelled value; `tail` follows its last character, `noun` is what its own rows are called."""
    start = " " * column + layout.palette.paint(node.sign, node.sign) + " " + label
    close = " " * (column + 2)
    note = f" {visible(node.note)}" if node.note else ""
    if node.shape in {Shape.VALUE, Shape.SIZE}:
        yield f"{start}{_inline(node, layout)}{tail}{note}{'' if label else _label(node, layout)}"
    elif node.shape is Shape.TEXT:
        yield f"{start}'''{note}"
        yield from _text(node, layout, column + 4)
        yield f"{close}'''{tail}"
    else:
        opening, closing = ("{", "}") if node.shape is Shape.TABLE else ("[", "]")
        yield f"{start}{opening}{note}"
        yield from _children(node, layout, column + 4, noun="element" if opening == "[" else noun)
        yield f"{close}{closing}{tail}"


def _inline(node: Node, layout: Layout) -> str:
    if node.shape is Shape.SIZE:
        return f"({node.value})"
    if node.sign == "~":
        return f"{scalar(node.before)} {layout.palette.paint('~', '->')} {scalar(node.after)}"
    return scalar(node.value)


def _label(node: Node, layout: Layout) -> str:
    """Whose uuid an element of a list is."""
    known = layout.labels.get(node.value) if isinstance(node.value, str) else None
    return " " + layout.palette.paint("faint", f"# {known}") if known else ""


def _children(node: Node, layout: Layout, column: int, *, noun: str) -> Iterator[str]:
    """Rows or elements, up to the limit, and what is left out."""
    shown = list(islice(node.children, layout.limit))
    if node.shape is Shape.LIST:
        for _, child in shown:
            yield from _value("", child, layout, column, tail=",")
    elif noun == "entry":
        yield from _entries(shown, layout, column)
    else:
        width = max((len(key(name)) for name, _ in shown), default=0)
        for name, child in shown:
            yield from _value(f"{key(name):<{width}} = ", child, layout, column, noun=_noun(name))
    rest = node.children[len(shown) :]
    if rest:
        signs = Counter(child.sign for _, child in rest)
        parts = ", ".join(f"{signs[sign]:,} {spoken}" for sign, spoken in _SPOKEN.items() if signs[sign])
        yield _aside(layout, column, f"… and {len(rest):,} more ({parts})")
    if node.hidden:
        yield _aside(layout, column, f"({counted(node.hidden, f'unchanged {noun}')} hidden)")


def _entries(rows: list[tuple[str, Node]], layout: Layout, column: int) -> Iterator[str]:
    """Reference set entries: the value, and its note where there is one."""
    width = max((len(quoted(name)) for name, _ in rows), default=0)
    for name, child in rows:
        if child.shape is Shape.VALUE and child.sign != "~" and child.value == "":
            yield " " * column + layout.palette.paint(child.sign, child.sign) + " " + quoted(name)
        else:
            yield from _value(f"{quoted(name):<{width}} = ", child, layout, column)


def _text(node: Node, layout: Layout, column: int) -> Iterator[str]:
    """A text of several lines: all of it under one sign, or the changed lines with some context."""
    if node.sign != "~":
        yield from (" " * (column + 2) + line if line else "" for line in _lines(node.value))
        return
    before, after = _lines(node.before), _lines(node.after)
    changes = list(difflib.unified_diff(before, after, n=CONTEXT, lineterm=""))[2:]
    covered = sum(not line.startswith(("@", "+")) for line in changes)
    for line in changes:
        if line.startswith("@@"):
            if covered < len(before):
                yield " " * column + layout.palette.paint("faint", line)
        elif line == " ":
            yield ""
        else:
            yield " " * column + layout.palette.paint(line[0], line[0]) + " " + line[1:]


def _lines(text: Any) -> list[str]:
    """Split at newlines only: what else a terminal takes for one is shown as an escape."""
    return [visible(line, keep="\t") for line in str(text).split("\n")]


def _aside(layout: Layout, column: int, text: str) -> str:
    return " " * (column + 2) + layout.palette.paint("faint", f"# {text}")
