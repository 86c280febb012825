"""Rules that ask each other in a circle: QRadar could not say which to test first, and dac not which to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address


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
    return (
        view.by_uuid[reference.name]
        for reference in item.references
        if reference.kind == "building_block" and reference.name in view.by_uuid
    )


def _reported(circle: list[Address]) -> tuple[Address, Finding]:
    at = circle.index(min(circle))
    ordered = [*circle[at:], *circle[:at]]
    chain = " -> ".join(str(address) for address in [*ordered, ordered[0]])
    summary = f"these rules ask each other in a circle: {chain}"
    hint = "take the shared condition out into a building block that asks neither"
    return ordered[0], Finding("building-block-cycle", summary, ("building_blocks",), hint=hint)
