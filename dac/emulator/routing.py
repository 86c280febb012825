"""Paths to endpoints, and query strings to typed parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from dac.emulator.call import FIELDS
from dac.emulator.errors import NO_SUCH_PATH, UNKNOWN_PARAMETER, WRONG_METHOD, ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.emulator.call import Endpoint, Parameter
    from dac.emulator.settings import Settings

_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_INTEGER = re.compile(r"[+-]?\d{1,18}")

TEXT_IDS = frozenset(
    ("database_name", "expression_id", "function_name", "name", "namespace", "regex_property_id", "search_id", "value")
)
_RAW = re.compile(r"[\s\"'<>=()]")


@dataclass(slots=True)
class _Node:
    """One segment of the paths: what may follow it by name, what follows whatever it is, and what answers here."""

    named: dict[str, _Node] = field(default_factory=dict)
    any: _Node | None = None
    parameter: str = ""
    methods: dict[str, Endpoint] = field(default_factory=dict)


class Router:
    """All endpoints, by path and method. A tree of segments: werkzeug's map takes 40 ms to build for as many paths."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._root = _Node()
        for endpoint in endpoints:
            _place(self._root, endpoint).methods[endpoint.method] = endpoint

    def match(self, method: str, path: str, api: int) -> tuple[Endpoint, Mapping[str, str]]:
        """The endpoint and its path parameters, still text; 404 or 405."""
        found = _descend(self._root, path.removeprefix("/").split("/"))
        node, ids = found if found is not None else (self._root, {})
        methods = {name: entry for name, entry in node.methods.items() if entry.since <= api}
        if not methods:
            raise ApiError(404, NO_SUCH_PATH, f"The resource {path} does not exist")
        endpoint = methods.get(method)
        if endpoint is None:
            allowed = ", ".join(sorted(methods))
            raise ApiError(405, WRONG_METHOD, f"{method} is not one of {allowed}", headers={"Allow": allowed})
        return endpoint, ids


def _place(root: _Node, endpoint: Endpoint) -> _Node:
    node = root
    for segment in endpoint.path.strip("/").split("/"):
        if not segment.startswith("<"):
            node = node.named.setdefault(segment, _Node())
            continue
        if node.any is None:
            node.any = _Node(parameter=segment.strip("<>"))
        node = node.any
    return node


def _descend(node: _Node, segments: list[str]) -> tuple[_Node, dict[str, str]] | None:
    """Names before parameters, but a parameter where the name leads nowhere."""
    if not segments:
        return (node, {}) if node.methods else None
    head, rest = segments[0], segments[1:]
    named = node.named.get(head)
    found = _descend(named, rest) if named is not None else None
    if found is not None or node.any is None or not head:
        return found
    below = _descend(node.any, rest)
    return None if below is None else (below[0], {node.any.parameter: head, **below[1]})


def typed_ids(endpoint: Endpoint, ids: Mapping[str, Any]) -> dict[str, Any]:
    """Path parameters by their type. Texts are decoded once more: IBM asks for double encoding, some clients obey."""
    typed: dict[str, Any] = {}
    for name, text in ids.items():
        if name in TEXT_IDS or name in endpoint.text_ids:
            typed[name] = _decode_again(text.replace("%2F", "/").replace("%2f", "/"))  # the server leaves these alone
        elif _INTEGER.fullmatch(text):
            typed[name] = int(text)
        else:
            raise ApiError(422, endpoint.id_code, f"{name} has to be an integer, not {text!r}")
    return typed


def typed_query(endpoint: Endpoint, query: str, settings: Settings) -> dict[str, Any]:
    """The declared query parameters; 422 for unknown, repeated, missing and ill-typed ones.

    A path parameter that comes as a query parameter too is ignored, and so is `Range`: clients of real consoles do it.
    """
    declared = {parameter.name: parameter for parameter in endpoint.query}
    if endpoint.body is not None:
        declared.setdefault("fields", FIELDS)  # documented as a header there; clients send both
    found: dict[str, Any] = {}
    for name, text in _pairs(query):
        parameter = declared.get(name)
        if parameter is None:
            if settings.unknown_parameters == "ignore" or name == "Range" or f"<{name}>" in endpoint.path:
                continue
            raise ApiError(422, UNKNOWN_PARAMETER, f"The parameter {name!r} is not known to this endpoint")
        if name in found:
            raise ApiError(422, UNKNOWN_PARAMETER, f"The parameter {name!r} was given twice")
        found[name] = _typed(parameter, _decode_again(text) if settings.decode_query_twice else text)
    for parameter in endpoint.query:
        if parameter.required and parameter.name not in found:
            raise ApiError(422, parameter.code, f"The parameter {parameter.name!r} is missing")
    return found


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=100)
    except ValueError as error:
        raise ApiError(422, UNKNOWN_PARAMETER, f"The query string cannot be read: {error}") from None


def _decode_again(text: str) -> str:
    """The text of a parameter that was encoded twice. One with a blank, quote or sign in it was encoded only once."""
    if _ENCODED.search(text) is None or _RAW.search(text) is not None:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _typed(parameter: Parameter, text: str) -> Any:
    if parameter.kind == "string":
        return text
    if parameter.kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if parameter.kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise ApiError(422, parameter.code, f"{parameter.name} has to be of type {parameter.kind}, not {text!r}")
