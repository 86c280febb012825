"""Edits of a TOML file that leave every other byte of it alone: what `dac drift accept` does to stack files.

tomlkit writes the values, but not the file: it moves comments and blank lines when tables of different kinds take
turns. Here the text is spliced where a value stands, and read again: it has to say what was meant, or nothing is done.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomli

from dac.config.splicing import Splices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dac.model.diagnostic import KeyPath

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Put:
    """A key gets a value, whether it is there or not."""

    path: KeyPath
    value: Any


@dataclass(frozen=True, slots=True)
class Drop:
    """A key goes, and all that is below it."""

    path: KeyPath


@dataclass(frozen=True, slots=True)
class Relist:
    """A list, or rows of tables, lose the items at some places and get others at their end."""

    path: KeyPath
    dropped: tuple[int, ...] = ()
    added: tuple[Any, ...] = ()


TomlEdit = Put | Drop | Relist


def edit_toml(text: str, edits: Sequence[TomlEdit]) -> str:
    """Return the text of a file after some edits; all paths are those it has before.

    Comments stay where they are, but for those of rows and items that go. Line ends and a byte order mark are kept.
    ValueError when an edit cannot be made without touching something else.
    """
    plain = text.removeprefix(_BYTE_ORDER_MARK)
    before = tomli.loads(plain)
    try:
        after = _spliced(plain, before, edits)
    except ValueError:  # perhaps they meet within one value in brackets, which can be written anew
        after = _spliced(plain, before, list(_of_whole_values(plain, before, edits)))
    try:
        same = tomli.loads(after) == edited_tables(before, edits)
    except tomli.TOMLDecodeError:
        same = False
    if not same:
        raise ValueError("its layout is one that dac cannot edit without touching something else")
    return text[: len(text) - len(plain)] + after


def _spliced(text: str, tables: dict[str, Any], edits: Sequence[TomlEdit]) -> str:
    splices = Splices(text, tables)
    for edit in edits:
        match edit:
            case Put(path, value):
                splices.put(path, value)
            case Drop(path):
                splices.drop(path)
            case Relist(path, dropped, added):
                splices.relist(path, dropped, added)
    return splices.text()


def _of_whole_values(text: str, tables: dict[str, Any], edits: Sequence[TomlEdit]) -> Iterator[TomlEdit]:
    """Yield the edits, with those within a value in brackets as one of that value."""
    splices, after = Splices(text, tables), edited_tables(tables, edits)
    done: set[KeyPath] = set()
    for edit in edits:
        whole = splices.inline_around(edit.path[:-1])
        if whole is None:
            yield edit
        elif whole not in done:
            done.add(whole)
            value: Any = after
            for part in whole:
                value = value[part]
            yield Put(whole, value)


def edited_tables(before: dict[str, Any], edits: Sequence[TomlEdit]) -> dict[str, Any]:
    """Return what a file says after some edits, given what it says before."""
    tables = copy.deepcopy(before)
    for edit in sorted(edits, key=lambda one: isinstance(one, Relist)):  # places in lists are those of before
        _apply(tables, edit)
    return tables


def _apply(tables: dict[str, Any], edit: TomlEdit) -> None:
    node: Any = tables
    for part in edit.path[:-1]:
        node = node.setdefault(part, {}) if isinstance(node, dict) else node[part]
    key: Any = edit.path[-1]
    match edit:
        case Put(value=value):
            node[key] = value
        case Drop():
            del node[key]
        case Relist(dropped=dropped, added=added):
            kept = [item for at, item in enumerate(node.get(key, ())) if at not in dropped]
            node[key] = [*kept, *added]
            if not node[key]:
                _without_rows(node, key, dropped)


def _without_rows(node: dict[str, Any], key: Any, dropped: tuple[int, ...]) -> None:
    """Rows have no way to be there and empty; an array literal has."""
    node[key] = []
    if dropped:
        node.pop(key)
