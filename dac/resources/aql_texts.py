"""The AQL in a table whose other values are wrong: its mistakes are shown in the same run, not in the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources import rule_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dac.model.diagnostic import Finding, KeyPath
    from dac.resources.kind import Kind

_PARSERS: Mapping[tuple[str, ...], Callable[[str, KeyPath, list[Finding]], Any]] = {
    ("aql",): rule_form.parse_query,
    ("expression", "*", "aql"): rule_form.parse_value,
}
"""What is not a condition, as every other AQL text is."""


def syntax_findings(kind: Kind, table: Mapping[str, Any]) -> list[Finding]:
    """Parse every AQL text of a raw table, whatever else is wrong with it."""
    findings: list[Finding] = []
    for pattern in kind.aql_paths:
        parse = _PARSERS.get(pattern, rule_form.parse_condition)
        for path, text in _texts(table, pattern, ()):
            parse(text, path, findings)
    return findings


def _texts(value: Any, pattern: tuple[str, ...], path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if not pattern:
        if isinstance(value, str):
            yield path, value
    elif pattern[0] == "*":
        for at, row in enumerate(value if isinstance(value, list) else ()):
            yield from _texts(row, pattern[1:], (*path, at))
    elif isinstance(value, dict) and pattern[0] in value:
        yield from _texts(value[pattern[0]], pattern[1:], (*path, pattern[0]))
