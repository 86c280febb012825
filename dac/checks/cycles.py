"""Rules that ask each other in a circle, and properties made of each other.

QRadar could not say which to test first, and dac not which to write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address


_PROPERTY = "custom_property"


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    found = []
    done: set[Address] = set()
    for _, item in sorted(view.items.items()):
        if item.address not in done and item.references:
            found += [_reported(circle) for circle in _circles(view, item, done)]
    return found


def _circles(view: ProjectView, start: Item, done: set[Address]) -> Iterator[list[Address]]:
    """Walk everything `start` asks, once; yield each circle met, from where it was entered."""
    way: list[Address] = [start.address]
    open_ends = [_asked(view, start)]
    while open_ends:
        item = next(open_ends[-1], None)
        if item is None:
            done.add(way.pop())
            open_ends.pop()
        elif item.address in way:
            yield way[way.index(item.address) :]
        elif item.address not in done:
            way.append(item.address)
            open_ends.append(_asked(view, item))


def _asked(view: ProjectView, item: Item) -> Iterator[Item]:
    for reference in item.references:
        asked = None
        if reference.kind == "building_block":
            asked = view.by_uuid.get(reference.name)
        elif reference.kind == item.address.kind == _PROPERTY:
            asked = view.properties.get(reference.name)
        if asked is not None:
            yield asked


def _reported(circle: list[Address]) -> tuple[Address, Finding]:
    at = circle.index(min(circle))
    ordered = [*circle[at:], *circle[:at]]
    chain = " -> ".join(str(address) for address in [*ordered, ordered[0]])
    if ordered[0].kind == _PROPERTY:
        summary = f"these properties are made of each other in a circle: {chain}"
        hint = "give one of them an expression that takes its value out of the payload"
        return ordered[0], Finding("property-cycle", summary, ("expression",), hint=hint)
    summary = f"these rules ask each other in a circle: {chain}"
    hint = "take the shared condition out into a building block that asks neither"
    return ordered[0], Finding("building-block-cycle", summary, ("building_blocks",), hint=hint)
