"""An address lives once: moved away from, it is declared no more, and only one resource has moved from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from dac.checks.view import ProjectView
    from dac.model.address import Address


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    found = []
    heirs: dict[Address, Address] = {}
    for address, item in sorted(view.items.items()):
        for earlier in item.previous:
            problem = ""
            if earlier in view.items:
                problem = f"{address} has moved from {earlier}, which is still declared"
            elif earlier in view.removed:
                problem = f"{address} has moved from {earlier}, which [removed] wants forgotten"
            elif heirs.setdefault(earlier, address) != address:
                problem = f"{address} and {heirs[earlier]} have both moved from {earlier}"
            if problem:
                hint = "an address that has moved is gone: keep the `moved` of one resource and nothing else of it"
                found.append((address, Finding("contradictory-move", problem, ("moved",), hint=hint)))
    return found
