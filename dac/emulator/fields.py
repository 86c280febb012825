"""Field selection: `fields=id,name,sub(field_a,field_b)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dac.emulator.errors import BAD_FIELDS, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dac.emulator.schema import Field

_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|[(),])\s*")

Selection = dict[str, "Selection | None"]
"""Field name to the selection inside it; None takes the field whole."""


def parse_fields(text: str, fields: Iterable[Field]) -> Selection:
    """The selection; 422 for what cannot be read and for fields that do not exist."""
    tokens = _tokens(text)
    selection = _selection(tokens, {field.name: field for field in fields})
    if tokens:
        raise _refused(f"unexpected {tokens[-1]!r}")
    return selection


def selector(selection: Selection) -> Callable[[Any], Any]:
    """A function that copies only what was asked for; nulls and lists are passed through as such."""

    def pick(value: Any) -> Any:
        if isinstance(value, list):
            return [pick(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: value[name] if inner is None else inner(value[name]) for name, inner in parts if name in value}

    parts = [(name, None if inner is None else selector(inner)) for name, inner in selection.items()]
    return pick


def _tokens(text: str) -> list[str]:
    """The words in reverse, to be popped."""
    found: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _refused(f"unexpected {text[at]!r}")
        found.append(match[1])
        at = match.end()
    return found[::-1]


def _selection(tokens: list[str], scope: Mapping[str, Field]) -> Selection:
    selection: Selection = {}
    while True:
        name = tokens.pop() if tokens else ""
        field = scope.get(name)
        if field is None:
            raise _refused(f"there is no field {name!r}")
        inner = None
        if tokens and tokens[-1] == "(":
            tokens.pop()
            if not field.fields:
                raise _refused(f"{name} has no fields of its own")
            inner = _selection(tokens, {part.name: part for part in field.fields})
            if not tokens or tokens.pop() != ")":
                raise _refused(f"the bracket after {name} is not closed")
        selection[name] = inner
        if not tokens or tokens[-1] != ",":
            return selection
        tokens.pop()


def _refused(why: str) -> ApiError:
    return ApiError(422, BAD_FIELDS, f"Failed to parse the fields parameter: {why}")
