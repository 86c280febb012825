"""A console name has one owner in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address

_FAMILIES = {"detection": "rule", "building_block": "rule"}  # a console keeps both in one list
_ANY_CASE = frozenset({"custom_property"})  # AQL finds a property in any case


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    first: dict[tuple[str, str], Item] = {}
    found = []
    for _, item in sorted(view.items.items()):
        kind, name = item.fact.kind, item.fact.name
        key = (_FAMILIES.get(kind, kind), name.lower() if kind in _ANY_CASE else name)
        other = first.setdefault(key, item)
        if other is not item:
            summary = f'{item.address} and {other.address} are both named "{name}" on the console'
            hint = "rename one of them, or remove one and let the other stack's rules use it: names are shared"
            found.append((item.address, Finding("duplicate-name", summary, ("name",), hint=hint)))
    return found
