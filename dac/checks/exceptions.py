"""What an exception looks up is of the type that its reference set holds: else the look-up finds nothing, silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.checks.view import rows
from dac.model.diagnostic import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.aql.catalogue import BuiltinField
    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address

_HOLDS: Mapping[str, frozenset[str]] = {
    "ALN": frozenset(("text",)),
    "ALNIC": frozenset(("text",)),
    "NUM": frozenset(("number", "port", "time")),
    "IP": frozenset(("address",)),
    "CIDR": frozenset(("address",)),
    "PORT": frozenset(("port", "number")),
    "DATE": frozenset(("time", "number")),
}
"""What each entry type can be asked for."""

_OF_PROPERTY = {"string": "text", "numeric": "number", "ip": "address", "port": "port", "time": "time"}
_OF_FIELD = {
    "string": "text",
    "mac": "text",
    "integer": "number",
    "long": "number",
    "host": "address",
    "port": "port",
    "time": "time",
}
_TYPES = {"text": "ALN or ALNIC", "number": "NUM", "address": "IP or CIDR", "port": "PORT", "time": "DATE"}


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    declared = {item.fact.name.lower(): item.fact.type for item in view.of_kind("custom_property")}
    return [(item.address, finding) for item in view.of_kind("detection") for finding in _of(view, item, declared)]


def _of(view: ProjectView, item: Item, declared: Mapping[str, str]) -> Iterator[Finding]:
    for at, row in rows(item.table, "exception"):
        field, target = row.get("field"), row.get("not_in")
        listed = view.find(target, item.address.stack) if isinstance(target, str) else None
        if not isinstance(field, str) or listed is None or listed.address.kind != "reference_set":
            continue
        builtin = view.vocabulary.fields("flows" if item.table.get("type") == "flow" else "events")
        word = _word(field.strip('"').lower(), declared, builtin)
        if word and word not in _HOLDS.get(listed.fact.type, frozenset((word,))):
            summary = (
                f"{listed.address.local} holds entries of the type {listed.fact.type}, and {field} is "
                f"{_an(word)}: this exception may never let anything through"
            )
            hint = f"look it up in a set of the type {_TYPES[word]}, or choose another field"
            yield Finding("exception-type", summary, ("exception", at, "field"), hint=hint, severity=Severity.WARNING)


def _word(name: str, declared: Mapping[str, str], builtin: Mapping[str, BuiltinField]) -> str:
    """What a field is, in one word; '' where that is not known."""
    field = builtin.get(name)
    return _OF_FIELD.get(field.type, "") if field else _OF_PROPERTY.get(declared.get(name, ""), "")


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
