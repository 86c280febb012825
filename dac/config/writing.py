"""Declared resources written as TOML: what `dac import` puts into stack files and `dac drift accept` into one of them.

tomlkit writes the values; the layout is the one people use: plain keys first, then `[kind.name.table]` and
`[[kind.name.rows]]`, texts of several lines between ''' as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import tomlkit

from dac.config.formatting import format_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tomlkit.items import Item, Table

WIDTH = 100
"""The longest line an array or a small table is written on."""


def render_resource(kind: str, name: str, table: Mapping[str, Any]) -> str:
    """Return the TOML of one resource, whose values are literal: a `${` in a text is written so that it stays one.

    Read back with `tomli` and interpolated, it is `table` again. It ends with a newline and starts at its header.
    """
    owner = tomlkit.table(is_super_table=True)
    owner.append(name, _table(escaped(table)))
    document = tomlkit.document()
    document.append(kind, owner)
    return format_toml(tomlkit.dumps(document))


def render_value(value: Any) -> str:
    """Return the TOML of one value, as it stands behind `key = `. Texts are taken as they are."""
    return format_toml(f"x = {_value(value).as_string()}")[4:-1]


def escaped(value: Any) -> Any:
    """Return `value` with every `${` written as `$${`, which interpolation turns back."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {key: escaped(item) for key, item in value.items()}
    return [escaped(item) for item in value] if isinstance(value, list | tuple) else value


def _table(table: Mapping[str, Any]) -> Table:
    """Plain keys before tables, because TOML gives a key that follows a header to that header."""
    out = tomlkit.table()
    for key, value in sorted(table.items(), key=lambda pair: _is_block(pair[1])):
        if not _is_block(value):
            out.append(key, _value(value))
        elif isinstance(value, dict):
            out.append(key, _table(value))
        else:
            rows = tomlkit.aot()
            for row in value:
                rows.append(_table(row))
            out.append(key, rows)
    return out


def _is_block(value: object) -> bool:
    """Whether a value gets a header of its own: rows, and tables that would not fit on a line."""
    if isinstance(value, dict):
        return any(isinstance(item, dict) for item in value.values()) or _too_long(value)
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _too_long(value: dict[str, Any]) -> bool:
    texts = [item for item in _leaves(value) if isinstance(item, str)]
    return any("\n" in text for text in texts) or len(_inline(value).as_string()) > WIDTH


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


def _value(value: Any) -> Item:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return _inline(value)
    if isinstance(value, list):
        return _array(value)
    return cast("Item", tomlkit.item(value))


def _inline(value: dict[str, Any]) -> Item:
    out = tomlkit.inline_table()
    for key, item in value.items():
        out.append(key, _value(item))
    return out


def _array(value: list[Any]) -> Item:
    """On one line where it fits, else a line an item."""
    out = tomlkit.array()
    for item in value:
        out.append(_value(item))
    if value and len(out.as_string()) > WIDTH:
        out.multiline(True)
    return out


def _text(text: str) -> Item:
    """A text of several lines between ''' and as it is, where that can hold it; else escaped between quotes."""
    if "\n" in text and "'''" not in text and not text.endswith("'") and not _needs_escapes(text):
        return tomlkit.value(f"'''\n{text}'''")  # the first newline is not part of the text
    if ("\\" in text or '"' in text) and "\n" not in text and not _needs_escapes(text):
        if "'" not in text:
            return tomlkit.string(text, literal=True)
        if "'''" not in text and not text.endswith("'"):
            return tomlkit.value(f"'''{text}'''")
    return tomlkit.string(text)


def _needs_escapes(text: str) -> bool:
    """Whether a literal text cannot hold it: control characters, and the carriage return, which readers normalise."""
    return any((character < " " and character not in "\n\t") or character == "\x7f" for character in text)
