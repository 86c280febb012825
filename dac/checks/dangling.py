"""Addresses within a table lead to something that is declared, and of the right kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.checks.view import rows, texts
from dac.model.diagnostic import Finding
from dac.resources.rule_conditions import is_set_address
from dac.resources.rule_tests import BLOCK_PARTS
from dac.resources.validation import did_you_mean
from dac.resources.worded_tests import IN_SETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address
    from dac.model.diagnostic import KeyPath

RULES = ("building_block", "detection")
SET = "reference_set"


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    found = []
    for item in view.of_kind(*RULES):
        for path, text, kinds in _addresses(item):
            finding = _finding(view, item, path, text, kinds)
            if finding:
                found.append((item.address, finding))
    return found


def _addresses(item: Item) -> Iterator[tuple[KeyPath, str, tuple[str, ...]]]:
    """Yield every address a table holds, where, and the kinds it may lead to (none: any)."""
    for index, row in rows(item.table, "exception"):
        if isinstance(row.get("not_in"), str):
            yield ("exception", index, "not_in"), row["not_in"], (SET,)
    for index, row in rows(item.table, "false_positive"):
        if isinstance(row.get("handled_by"), str):
            yield ("false_positive", index, "handled_by"), row["handled_by"], ()
    for path, text in (*_asked(item), *_looked_up(item)):
        if _is_rule_address(text):  # others are names of the vendor's, for the compiler
            yield path, text, RULES
        elif is_set_address(text):
            yield path, text, (SET,)


def _asked(item: Item) -> Iterator[tuple[KeyPath, str]]:
    """Yield the building blocks of a rule, and the rules and sets that tests of the rule wizard ask."""
    for part in BLOCK_PARTS:
        yield from texts(item.table.get("building_blocks"), part, ("building_blocks",))
    for index, row in rows(item.table, "rule_test"):
        parameters = row.get("parameters")
        for number, value in parameters.items() if isinstance(parameters, dict) else ():
            for lookup in ("rules", "reference_sets"):
                yield from texts(value, lookup, ("rule_test", index, "parameters", number))


def _looked_up(item: Item) -> Iterator[tuple[KeyPath, str]]:
    """Yield the sets that reference set tests look into."""
    for index, row in rows(item.table, "reference_set_test"):
        for key in IN_SETS:
            yield from texts(row, key, ("reference_set_test", index))


def _is_rule_address(text: str) -> bool:
    return text.rpartition("/")[2].startswith(tuple(f"{kind}." for kind in RULES))


def _finding(view: ProjectView, item: Item, path: KeyPath, text: str, kinds: tuple[str, ...]) -> Finding | None:
    target = view.find(text, item.address.stack)
    if target is None:
        hint = did_you_mean(text, _candidates(view, item, kinds, full="/" in text))
        summary = f'"{text}" is the address of nothing that is declared'
        return Finding("dangling-reference", summary, path, hint=hint)
    if kinds and target.address.kind not in kinds:
        wanted = " or a ".join(kind.replace("_", " ") for kind in kinds)
        kind = target.address.kind.replace("_", " ")
        return Finding("wrong-kind", f'"{text}" is a {kind}, a {wanted} is wanted here', path)
    return None


def _candidates(view: ProjectView, item: Item, kinds: tuple[str, ...], *, full: bool) -> list[str]:
    return [
        str(address) if full or address.stack != item.address.stack else address.local
        for address in view.items
        if not kinds or address.kind in kinds
    ]
